// The clients of the feed: what they ask for, and their coming and going.

#include <fmt/format.h>

#include <algorithm>

#include "api/auth.h"
#include "api/errors.h"
#include "api/stream_limits.h"
#include "api/streams.h"

namespace syrah::api {

using base::kUsPerSecond;

namespace {

bool is_level2(Channel channel) {
  return channel == Channel::kLevel2 || channel == Channel::kLevel2Batch;
}

}  // namespace

void Streams::opened(StreamId stream, base::Time now) {
  if (clients_.size() >= kStreamsMax) {
    outputs_.emplace_back(StreamClose{stream, kCloseTryLater, "too many clients"});
    return;
  }
  if (clients_.empty()) next_second_us_ = now.steady_us + kUsPerSecond;
  clients_[stream].opened_us = now.steady_us;
}

void Streams::sent(StreamId stream, std::size_t bytes) {
  const auto found = clients_.find(stream);
  if (found == clients_.end()) return;
  found->second.queued_bytes -= std::min(found->second.queued_bytes, bytes);
}

std::optional<SwitchRecord> Streams::cancels_for(StreamId stream) const {
  const auto found = clients_.find(stream);
  if (found == clients_.end() || found->second.cancels.empty()) return std::nullopt;
  return SwitchRecord{found->second.cancels, found->second.account};
}

void Streams::closed(StreamId stream) {
  const auto found = clients_.find(stream);
  if (found == clients_.end()) return;
  Client& client = found->second;
  for (const Subscription& subscription : std::set<Subscription>(client.active)) {
    deactivate(stream, client, subscription);
  }
  if (!client.account.empty() && --accounts_.at(client.account) == 0) {
    accounts_.erase(client.account);
  }
  clients_.erase(found);
}

void Streams::close(StreamId stream, std::uint16_t code, std::string reason) {
  Client& client = clients_.at(stream);
  if (client.closing) return;
  client.closing = true;
  for (const Subscription& subscription : std::set<Subscription>(client.active)) {
    deactivate(stream, client, subscription);
  }
  outputs_.emplace_back(StreamClose{stream, code, std::move(reason)});
}

void Streams::close_all(std::uint16_t code, const std::string& reason) {
  for (const auto& [stream, client] : clients_) close(stream, code, reason);
}

bool Streams::too_many_messages(Client& client, base::Time now) const {
  const std::int64_t second = now.steady_us / kUsPerSecond;
  if (client.second != second) client.messages = 0;
  client.second = second;
  return ++client.messages > kStreamMessagesPerSecond;
}

std::optional<StreamAnswer> Streams::received(StreamId stream, std::string_view text,
                                              const Context& context) {
  const auto found = clients_.find(stream);
  if (found == clients_.end() || found->second.closing) return std::nullopt;
  Client& client = found->second;
  if (too_many_messages(client, context.now)) {
    close(stream, kClosePolicy,
          fmt::format("more than {} messages in a second", kStreamMessagesPerSecond));
    return std::nullopt;
  }
  const auto request = read_stream_request(text);
  auto answered =
      request ? answer(client, *request, context) : base::Result<StreamAnswer>(request.error());
  if (!answered) {
    const bool stranger = answered.error().code == base::ErrorCode::kUnauthorized;
    StreamAnswer error;
    error.messages = {shared_text(write_stream_error(
        stranger ? "Authentication Failed" : "Failed to subscribe", answered.error().message))};
    answered = std::move(error);
  }
  answered->stream = stream;
  return *std::move(answered);
}

base::Result<StreamAnswer> Streams::answer(Client& client, const StreamRequest& request,
                                           const Context& context) {
  StreamAnswer answer;
  answer.subscribe = request.subscribe;
  auto resolved = resolve(request);
  if (!resolved) return resolved.error();
  answer.subscriptions = *std::move(resolved);
  if (request.subscribe) {
    if (base::Status done = subscribe(client, request, context, answer); !done) {
      return done.error();
    }
  } else {
    for (const Subscription& subscription : answer.subscriptions) client.wanted.erase(subscription);
    answer.messages = {subscriptions_text(client)};
  }
  return answer;
}

base::Result<std::vector<Streams::Subscription>> Streams::resolve(
    const StreamRequest& request) const {
  std::vector<Subscription> subscriptions;
  for (const StreamWish& wish : request.wishes) {
    if (wish.channel == Channel::kStatus) {
      subscriptions.emplace_back(wish.channel, 0);
      continue;
    }
    for (const std::string& name : wish.products) {
      const auto product = index_.find(name);
      if (product == index_.end()) {
        return not_found(
            fmt::format("there is no product {} here; see GET /products", quoted(name)));
      }
      subscriptions.emplace_back(wish.channel, product->second);
    }
    if (!wish.products.empty()) continue;
    for (std::size_t product = 0; product < products_.size(); ++product) {
      subscriptions.emplace_back(wish.channel, product);
    }
  }
  std::sort(subscriptions.begin(), subscriptions.end());
  subscriptions.erase(std::unique(subscriptions.begin(), subscriptions.end()), subscriptions.end());
  return subscriptions;
}

base::Status Streams::sign_in(Client& client, const StreamRequest& request,
                              const Context& context) {
  const bool user = std::any_of(request.wishes.begin(), request.wishes.end(),
                                [](const auto& wish) { return wish.channel == Channel::kUser; });
  if (request.cancel_on_disconnect && !user) {
    return base::invalid("cancel_on_disconnect goes with the channel user");
  }
  if (!user && !request.signature) return base::success();
  if (!request.signature) {
    return base::Error{base::ErrorCode::kUnauthorized,
                       "the channel user needs key, passphrase, timestamp and signature"};
  }
  const auto key = authenticate(as_http(*request.signature), context.clients.keys, context.now);
  if (!key) return key.error();
  const std::string& account = (*key)->account;
  const Permission needs = request.cancel_on_disconnect ? Permission::kTrade : Permission::kView;
  for (const Permission needed : {Permission::kView, needs}) {
    if (user && !(*key)->permissions.has(needed)) {
      return base::Error{base::ErrorCode::kForbidden,
                         fmt::format("this needs the permission {}", to_text(needed))};
    }
  }
  if (request.cancel_on_disconnect && !client.cancels.empty() && client.cancels != (*key)->key) {
    return base::invalid("cancel_on_disconnect is on for another key: use a connection for each");
  }
  if (client.account.empty()) {
    client.account = account;
    ++accounts_[client.account];
  } else if (client.account != account) {
    return base::Error{base::ErrorCode::kUnauthorized,
                       "this connection is signed in for another account"};
  }
  if (request.cancel_on_disconnect) client.cancels = (*key)->key;
  return base::success();
}

base::Status Streams::subscribe(Client& client, const StreamRequest& request,
                                const Context& context, StreamAnswer& answer) {
  std::vector<StreamText> resumed;
  for (const StreamWish& wish : request.wishes) {
    if (!wish.resume_from) continue;
    auto missed = products_[index_.find(wish.products.front())->second].since(*wish.resume_from);
    ++(missed ? counts_.resumed : counts_.not_resumed);
    if (!missed) return missed.error();
    resumed = *std::move(missed);
  }
  if (base::Status signed_in = sign_in(client, request, context); !signed_in) return signed_in;
  client.spoke = true;
  const std::set<Subscription> before = client.wanted;
  client.wanted.insert(answer.subscriptions.begin(), answer.subscriptions.end());
  answer.messages = {subscriptions_text(client)};
  for (const Subscription& subscription : answer.subscriptions) {
    if (!before.contains(subscription)) greet(subscription, context, answer);
  }
  answer.messages.insert(answer.messages.end(), resumed.begin(), resumed.end());
  return base::success();
}

/// What a new subscriber is told at once.
void Streams::greet(const Subscription& subscription, const Context& context,
                    StreamAnswer& answer) {
  const auto [channel, number] = subscription;
  ProductStream& product = products_[number];
  if (is_level2(channel)) {
    const exchange::OrderBook* const book = context.exchange.book(product.instrument().name);
    for (StreamText& text : product.snapshot(*book, context.now)) {
      answer.messages.push_back(std::move(text));
    }
  } else if (channel == Channel::kMatches && product.last_trade()) {
    answer.messages.push_back(shared_text(write_match("last_match", *product.last_trade(),
                                                      {product.instrument(), product.sequence()})));
  } else if ((channel == Channel::kTicker || channel == Channel::kTickerBatch) &&
             product.last_ticker() != nullptr) {
    answer.messages.push_back(product.last_ticker());
  } else if (channel == Channel::kStatus) {
    std::vector<exchange::Instrument> instruments;
    for (const ProductStream& each : products_) instruments.push_back(each.instrument());
    answer.messages.push_back(shared_text(write_status(instruments)));
  }
}

StreamText Streams::subscriptions_text(const Client& client) const {
  std::set<std::pair<Channel, std::string>> names;
  for (const auto& [channel, product] : client.wanted) {
    names.emplace(channel, channel == Channel::kStatus ? std::string{}
                                                       : products_[product].instrument().name);
  }
  return shared_text(write_subscriptions(names));
}

}  // namespace syrah::api
