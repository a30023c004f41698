#include "api/streams.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/stream_limits.h"

namespace syrah::api {

using base::kUsPerMs;
using base::kUsPerSecond;

namespace {

const std::string& instrument_of(
    const std::variant<exchange::OrderReceived, exchange::TradeFact>& event) {
  if (const auto* received = std::get_if<exchange::OrderReceived>(&event)) {
    return received->order.instrument;
  }
  return std::get<exchange::TradeFact>(event).instrument;
}

}  // namespace

Streams::Streams(const std::vector<exchange::Instrument>& instruments, const exchange::NodeId& self,
                 std::int64_t started_wall_us)
    : self_(self) {
  const std::size_t each = kRingBytesAllMax / std::max<std::size_t>(instruments.size(), 1);
  products_.reserve(instruments.size());
  for (const exchange::Instrument& instrument : instruments) {
    index_.emplace(instrument.name, products_.size());
    products_.emplace_back(instrument, started_wall_us, std::min(each, kRingBytesMax));
  }
}

std::int64_t Streams::sequence(std::string_view product) const {
  const auto found = index_.find(product);
  return found == index_.end() ? 0 : products_[found->second].sequence();
}

void Streams::restore(const std::string& product, const std::vector<exchange::Candle>& minutes,
                      const std::vector<exchange::Candle>& hours) {
  const auto found = index_.find(product);
  if (found != index_.end()) products_[found->second].restore(minutes, hours);
}

std::optional<StreamNews> Streams::note(const exchange::BookNews& news,
                                        const std::vector<exchange::Fact>& facts,
                                        const exchange::Exchange& exchange, base::Time now) {
  std::map<std::size_t, ProductEvents> events;
  const auto of = [&](const std::string& instrument) -> ProductEvents& {
    return events[index_.find(instrument)->second];
  };
  for (const auto& event : news.flow) of(instrument_of(event)).flow.push_back(&event);
  for (const auto& change : news.resting) of(change.instrument).resting.push_back(&change);
  for (const auto& change : news.levels) of(change.instrument).levels.push_back(&change);
  for (const exchange::Fact& fact : facts) {
    const auto* const fill = std::get_if<exchange::FillFact>(&fact);
    if (fill == nullptr || !index_.contains(fill->order.instrument)) continue;
    of(fill->order.instrument).fills.push_back(fill);
  }
  if (events.empty()) return std::nullopt;
  StreamNews told;
  for (const auto& [product, its] : events) {
    ProductStream& stream = products_[product];
    told.products.push_back(
        stream.note(its, {*exchange.book(stream.instrument().name), self_, accounts_, now}));
    told.products.back().product = product;
  }
  return told;
}

void Streams::release(StreamNews news) {
  for (ProductNews& product : news.products) {
    const std::size_t number = product.product;
    products_[number].release(std::move(product));
    gathered_.insert(number);
  }
}

void Streams::release(const StreamAnswer& answer) {
  const auto found = clients_.find(answer.stream);
  if (found == clients_.end() || found->second.closing) return;
  for (const Subscription& subscription : answer.subscriptions) {
    // What was said before is not for those who come now.
    if (gathered_.erase(subscription.second) > 0) flush_product(subscription.second);
    if (answer.subscribe) {
      activate(answer.stream, found->second, subscription);
    } else {
      deactivate(answer.stream, found->second, subscription);
    }
  }
  if (!answer.messages.empty()) send({answer.stream}, answer.messages, counts_.answers);
}

const std::vector<StreamId>& Streams::subscribers(Channel channel, std::size_t product) const {
  static const std::vector<StreamId> none;
  const auto found = subscribers_.find({channel, product});
  return found == subscribers_.end() ? none : found->second;
}

void Streams::activate(StreamId stream, Client& client, const Subscription& subscription) {
  if (!client.active.insert(subscription).second) return;
  if (subscription.first == Channel::kLevel2Batch) {
    // The batch so far is in the new client's snapshot; the others get it a little sooner.
    send_levels(subscription, products_[subscription.second].take_batch());
  }
  subscribers_[subscription].push_back(stream);
}

void Streams::deactivate(StreamId stream, Client& client, const Subscription& subscription) {
  if (client.active.erase(subscription) == 0) return;
  client.conflated.erase(subscription);
  const auto found = subscribers_.find(subscription);
  std::erase(found->second, stream);
  if (found->second.empty()) subscribers_.erase(found);
}

CountByChannel Streams::subscriptions() const {
  CountByChannel counts{};
  for (const auto& [subscription, streams] : subscribers_) {
    counts[static_cast<std::size_t>(subscription.first)] += streams.size();
  }
  return counts;
}

void Streams::send(Channel channel, std::size_t product, std::vector<StreamText> messages) {
  send(subscribers(channel, product), std::move(messages), sent_of(channel));
}

void Streams::send(const std::vector<StreamId>& to, std::vector<StreamText> messages,
                   std::uint64_t& sent) {
  if (messages.empty() || to.empty()) return;
  std::size_t bytes = 0;
  for (const StreamText& message : messages) bytes += message->size();
  const std::size_t count = messages.size();
  StreamSend effect{{}, std::move(messages)};
  std::vector<StreamId> slow;
  for (const StreamId stream : to) {
    Client& client = clients_.at(stream);
    if (client.queued_bytes + bytes > kStreamQueueBytesMax) {
      slow.push_back(stream);
      continue;
    }
    client.queued_bytes += bytes;
    effect.streams.push_back(stream);
  }
  sent += count * effect.streams.size();
  if (!effect.streams.empty()) outputs_.emplace_back(std::move(effect));
  for (const StreamId stream : slow) close_slow(stream, "too slow: too much waits to be read");
}

void Streams::close_slow(StreamId stream, std::string reason) {
  ++counts_.too_slow;
  close(stream, kClosePolicy, std::move(reason));
}

void Streams::send_levels(const Subscription& subscription, const LevelChanges& changes) {
  if (changes.empty()) return;
  std::vector<StreamId> direct;
  std::vector<StreamId> slow;
  for (const StreamId stream : subscribers(subscription.first, subscription.second)) {
    Client& client = clients_.at(stream);
    const auto waiting = client.conflated.find(subscription);
    if (waiting == client.conflated.end() && client.queued_bytes <= kConflateBytes) {
      direct.push_back(stream);
      continue;
    }
    LevelChanges& merged = client.conflated[subscription];
    merged.add(changes);
    ++counts_.conflated;
    conflating_.insert(stream);
    if (merged.levels.size() > kConflatedLevelsMax) slow.push_back(stream);
  }
  if (!direct.empty()) {
    send(direct,
         {shared_text(write_l2update(changes, products_[subscription.second].instrument()))},
         sent_of(subscription.first));
  }
  for (const StreamId stream : slow) {
    close_slow(stream, "too slow: too many prices changed since the last update");
  }
}

/// Those who were conflated and have read since.
void Streams::catch_up() {
  for (auto it = conflating_.begin(); it != conflating_.end();) {
    const StreamId stream = *it;
    const auto found = clients_.find(stream);
    if (found == clients_.end() || found->second.queued_bytes > kConflateBytes) {
      it = found == clients_.end() ? conflating_.erase(it) : std::next(it);
      continue;
    }
    it = conflating_.erase(it);
    for (const auto& [subscription, changes] : std::exchange(found->second.conflated, {})) {
      if (found->second.closing) break;
      send({stream},
           {shared_text(write_l2update(changes, products_[subscription.second].instrument()))},
           sent_of(subscription.first));
    }
  }
}

void Streams::flush_product(std::size_t product) {
  ProductStream::Gathered gathered = products_[product].take_gathered();
  send(Channel::kFull, product, std::move(gathered.full));
  send(Channel::kMatches, product, std::move(gathered.matches));
  send(Channel::kTicker, product, std::move(gathered.tickers));
  flush_users(product, gathered.users);
  send_levels({Channel::kLevel2, product}, gathered.levels);
  if (!products_[product].has_batch()) return;
  if (subscribers(Channel::kLevel2Batch, product).empty()) {
    products_[product].take_batch();
  } else {
    batched_.insert(product);
  }
}

void Streams::flush_users(std::size_t product, const std::vector<UserText>& texts) {
  if (texts.empty()) return;
  for (const StreamId stream : std::vector<StreamId>(subscribers(Channel::kUser, product))) {
    std::vector<StreamText> messages;
    for (const UserText& user : texts) {
      if (user.account == clients_.at(stream).account) messages.push_back(user.text);
    }
    send({stream}, std::move(messages), sent_of(Channel::kUser));
  }
}

void Streams::flush(base::Time now) {
  if (!gathered_.empty() && now.steady_us >= next_flush_us_) {
    next_flush_us_ = now.steady_us + kGatherMs * kUsPerMs;
    for (const std::size_t product : std::exchange(gathered_, {})) flush_product(product);
  }
  if (!batched_.empty() && now.steady_us >= next_batch_us_) {
    next_batch_us_ = now.steady_us + kLevel2BatchMs * kUsPerMs;
    for (const std::size_t product : std::exchange(batched_, {})) {
      send_levels({Channel::kLevel2Batch, product}, products_[product].take_batch());
    }
  }
  if (!conflating_.empty()) catch_up();
  if (!clients_.empty() && now.steady_us >= next_second_us_) {
    next_second_us_ = now.steady_us + kUsPerSecond;
    each_second(now);
  }
}

void Streams::each_second(base::Time now) {
  ++seconds_;
  const bool fifth = seconds_ % kTickerBatchSeconds == 0;
  for (std::size_t product = 0; product < products_.size(); ++product) {
    ProductStream& its = products_[product];
    if (!subscribers(Channel::kHeartbeat, product).empty()) {
      send(Channel::kHeartbeat, product,
           {shared_text(write_heartbeat(its.instrument(), its.released_sequence(),
                                        its.released_trade(), now.wall_us))});
    }
    if (!fifth) continue;
    if (StreamText ticker = its.take_batch_ticker()) {
      send(Channel::kTickerBatch, product, {std::move(ticker)});
    }
  }
  if (fifth && !subscribers(Channel::kStatus, 0).empty()) {
    std::vector<exchange::Instrument> instruments;
    for (const ProductStream& product : products_) instruments.push_back(product.instrument());
    send(Channel::kStatus, 0, {shared_text(write_status(instruments))});
  }
  for (auto& [stream, client] : clients_) {
    if (client.spoke || client.closing) continue;
    if (now.steady_us - client.opened_us < kSubscribeWithinMs * kUsPerMs) continue;
    close(stream, kClosePolicy,
          fmt::format("subscribe to something within {} s", kSubscribeWithinMs / 1000));
  }
}

std::int64_t Streams::next_deadline_us() const {
  if (clients_.empty()) return INT64_MAX;
  std::int64_t deadline = next_second_us_;
  if (!gathered_.empty()) deadline = std::min(deadline, next_flush_us_);
  if (!batched_.empty()) deadline = std::min(deadline, next_batch_us_);
  return deadline;
}

}  // namespace syrah::api
