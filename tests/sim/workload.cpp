#include "sim/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/api_client.h"
#include "sim/sim_clock.h"

namespace syrah::sim {
namespace {

constexpr std::int64_t kAnswerTimeoutUs = 8'000 * kMs;
constexpr std::uint32_t kAttemptsMax = 8;
constexpr std::int64_t kQuantityMax = 20;

}  // namespace

Workload::Workload(const WorkTerms& terms, std::uint64_t seed, Scheduler& scheduler,
                   std::vector<SimHost*> hosts, ClientListener& listener)
    : terms_(terms),
      random_(seed),
      scheduler_(scheduler),
      hosts_(std::move(hosts)),
      listener_(listener),
      budget_(terms.requests) {
  for (const SimHost* host : hosts_) homes_.push_back(host->id());
  for (HostIndex host = 0; host < hosts_.size(); ++host) {
    const std::uint32_t more = host == 0 ? terms_.more_at_first : 0;
    for (std::uint32_t i = 0; i < terms_.clients_per_host + more; ++i) {
      Client client;
      client.host = host;
      client.key = api_key((clients_.size() + random_.below(2)) % terms_.accounts);
      clients_.push_back(std::move(client));
    }
  }
}

std::int64_t Workload::wall_us(std::size_t client) const {
  return hosts_[clients_[client].host]->now().wall_us;
}

void Workload::start(std::int64_t until_us) {
  until_us_ = until_us;
  for (std::size_t client = 0; client < clients_.size(); ++client) think(client);
}

void Workload::think(std::size_t client) {
  // The budget spreads over the time there is.
  const std::int64_t mean_us =
      until_us_ * static_cast<std::int64_t>(clients_.size()) / (terms_.requests + 1);
  scheduler_.after(random_.between(mean_us / 10, 2 * mean_us), [this, client] { act(client); });
}

void Workload::act(std::size_t index) {
  if (scheduler_.now_us() >= until_us_ || budget_ == 0) return;
  Client& client = clients_[index];
  if (client.waits_for != 0 || !hosts_[client.host]->up()) {
    think(index);
    return;
  }
  --budget_;
  const std::uint64_t dice = random_.below(100);
  if (dice < 58 || client.orders.empty()) {
    const Intent intent = new_intent(index);
    // Some name no date but say "a minute from now", also when they repeat themselves.
    const std::int64_t lasts_us = random_.between(200, 15'000) * kMs;
    const bool in_a_minute = random_.chance(300'000);
    place(index, intent, in_a_minute ? 0 : wall_us(index) + lasts_us, 1, false);
  } else {
    act_on_known(index, dice);
  }
  think(index);
}

void Workload::act_on_known(std::size_t index, std::uint64_t dice) {
  Client& client = clients_[index];
  const KnownOrder order = client.orders[random_.below(client.orders.size())];
  const std::string target = "/orders/" + base::PublicId::of(order.id).text();
  Pending pending;
  pending.order = order.id;
  if (dice < 72) {
    pending.kind = Kind::kCancel;
    const bool by_client_id = !order.intent.client_id.empty() && random_.chance(300'000);
    ask(index, pending, "DELETE",
        by_client_id ? "/orders/client:" + order.intent.client_id : target);
  } else if (dice < 82 && order.intent.type == exchange::OrderType::kLimit) {
    pending.kind = Kind::kReplace;
    const std::int64_t price = random_.chance(700'000) ? draw_price() : 0;
    const std::int64_t quantity =
        price == 0 || random_.chance(500'000) ? random_.between(1, kQuantityMax) : 0;
    const bool second = order.intent.instrument == instrument(1).name;
    ask(index, pending, "PUT", target, replace_body(instrument(second ? 1 : 0), price, quantity));
  } else if (dice < 89) {
    pending.kind = Kind::kGet;
    ask(index, pending, "GET", target);
  } else if (dice < 94) {
    if (order.intent.client_id.empty()) return;
    place(index, order.intent, order.expires_wall_us, kAttemptsMax, false);
  } else if (dice < 95) {
    pending.kind = Kind::kCancelAll;
    ask(index, pending, "DELETE", "/orders");
  } else {
    static constexpr std::string_view kLooks[] = {"/orders?status=all", "/fills",
                                                  "/products/BTC-USD/book?level=2", "/node",
                                                  "/products/BTC-USD/trades"};
    ask(index, pending, "GET", std::string(kLooks[random_.below(std::size(kLooks))]));
  }
}

std::int64_t Workload::draw_price() {
  mid_ticks_ = std::clamp<std::int64_t>(mid_ticks_ + random_.between(-1, 1), 9'000, 11'000);
  return mid_ticks_ + random_.between(-terms_.price_spread_ticks, terms_.price_spread_ticks);
}

Intent Workload::new_intent(std::size_t index) {
  Client& client = clients_[index];
  const auto percent = [&](std::uint32_t share) { return random_.below(100) < share; };
  Intent intent;
  intent.number = ++last_intent_;
  intent.home = homes_[client.host];
  intent.account = client.key.account;
  intent.instrument = instrument(random_.below(terms_.instruments)).name;
  intent.side = percent(50) ? exchange::Side::kBuy : exchange::Side::kSell;
  intent.quantity_lots = random_.between(1, kQuantityMax);
  intent.price_ticks = draw_price();
  if (percent(terms_.client_id_percent)) {
    intent.client_id = fmt::format("c{}-{}", index, ++client.last_client_id);
  }
  intent.self_trade = static_cast<exchange::SelfTrade>(random_.below(4));
  if (percent(terms_.not_resting_percent)) {
    intent.tif = percent(50) ? exchange::TimeInForce::kIoc : exchange::TimeInForce::kFok;
    if (percent(25)) {
      intent.type = exchange::OrderType::kMarket;
      intent.price_ticks = 0;
    }
  } else {
    if (percent(25)) intent.tif = exchange::TimeInForce::kGtd;
    intent.post_only = percent(terms_.post_only_percent);
  }
  if (percent(terms_.stop_percent)) {
    const bool loss = intent.side == exchange::Side::kSell;
    intent.stop = loss ? exchange::Stop::kLoss : exchange::Stop::kEntry;
    intent.stop_ticks = draw_price();
  }
  if (intent.type == exchange::OrderType::kMarket && intent.tif == exchange::TimeInForce::kIoc &&
      percent(50)) {
    intent.funds_units = mid_ticks_ * intent.quantity_lots + random_.between(0, mid_ticks_);
    intent.quantity_lots = 0;
  }
  return intent;
}

void Workload::place(std::size_t client, const Intent& intent, std::int64_t expires_wall_us,
                     std::uint32_t attempts, bool aside) {
  Pending pending;
  pending.kind = Kind::kPlace;
  pending.intent = intent;
  pending.expires_wall_us = expires_wall_us;
  pending.attempts = attempts;
  pending.aside = aside;
  ask(client, std::move(pending), "POST", "/orders", order_body(intent, expires_wall_us));
}

void Workload::ask(std::size_t index, Pending pending, const std::string& method,
                   const std::string& target, const std::string& body) {
  Client& client = clients_[index];
  pending.client = index;
  pending.host = client.host;
  pending.asked = method + " " + target + " " + body;
  const std::uint64_t number = ++last_request_;
  if (!pending.aside) client.waits_for = number;
  scheduler_.after(kAnswerTimeoutUs, [this, number] { give_up(number); });
  send(number, std::move(pending),
       signed_request(client.key, wall_us(index), method, target, body));
}

void Workload::send(std::uint64_t number, Pending pending, api::HttpRequest http) {
  const HostIndex host = pending.host;
  pending_.emplace(number, std::move(pending));
  if (!hosts_[host]->request(number, std::move(http))) give_up(number);
}

void Workload::give_up(std::uint64_t request) {
  const auto found = pending_.find(request);
  if (found == pending_.end()) return;
  Pending pending = std::move(found->second);
  pending_.erase(found);
  Client& client = clients_[pending.client];
  if (client.waits_for == request) client.waits_for = 0;
  lost(std::move(pending));
}

void Workload::lost(Pending pending) {
  // Whoever can tell a repetition from a new order repeats what was not answered.
  if (pending.kind != Kind::kPlace || pending.intent.client_id.empty()) return;
  if (pending.attempts >= kAttemptsMax) return;
  const std::int64_t wait_us = random_.between(300, 3000) * kMs;
  scheduler_.after(wait_us, [this, pending] {
    place(pending.client, pending.intent, pending.expires_wall_us, pending.attempts + 1, true);
  });
}

void Workload::gone(HostIndex host) {
  std::vector<std::uint64_t> lost_requests;
  for (const auto& [number, pending] : pending_) {
    if (pending.host == host) lost_requests.push_back(number);
  }
  for (const std::uint64_t number : lost_requests) give_up(number);
}

void Workload::replied(HostIndex, std::uint64_t request, const api::HttpResponse& http) {
  const auto found = pending_.find(request);
  if (found == pending_.end()) return;
  Pending pending = std::move(found->second);
  pending_.erase(found);
  ++answers_[http.status];
  Client& client = clients_[pending.client];
  if (client.waits_for == request) client.waits_for = 0;
  understood(pending, http);
}

bool Workload::is_odd(const Pending& pending, int status) const {
  // 401: the host's clock was set after the client had asked for the time.
  if (status == 200 || status == 503 || status == 401) return false;
  if (status >= 500) return true;
  const bool dated = pending.intent.tif == exchange::TimeInForce::kGtd;
  if (pending.kind == Kind::kPlace) {
    // A market order may find nothing to trade with; a date may be over.
    return !(status == 409 && pending.intent.type == exchange::OrderType::kMarket) &&
           !(status == 400 && dated);
  }
  return pending.kind == Kind::kLook || status == 400;
}

void Workload::understood(Pending& pending, const api::HttpResponse& http) {
  if (is_odd(pending, http.status)) {
    listener_.odd_answer(pending.host, pending.asked, http);
    return;
  }
  if (http.status == 503 || http.status == 401) {
    lost(std::move(pending));
    return;
  }
  if (http.status != 200) {
    if (http.status == 404 && pending.kind == Kind::kGet) listener_.told_not_found(pending.order);
    return;
  }
  if (pending.kind == Kind::kCancel || pending.kind == Kind::kCancelAll) {
    for (const base::OrderId& id : read_cancelled(http.body, homes_)) listener_.told_cancelled(id);
    return;
  }
  if (pending.kind == Kind::kLook) return;
  const auto order = read_order(http.body, homes_);
  if (!order) {
    listener_.odd_answer(pending.host, pending.asked, http);
  } else if (pending.kind == Kind::kPlace) {
    note_placed(pending, *order);
  } else {
    listener_.told(*order);
  }
}

void Workload::note_placed(const Pending& pending, const ToldOrder& order) {
  Client& client = clients_[pending.client];
  const bool known = std::any_of(client.orders.begin(), client.orders.end(),
                                 [&](const KnownOrder& mine) { return mine.id == order.id; });
  if (!known) client.orders.push_back({pending.intent, order.id, pending.expires_wall_us});
  listener_.placed(pending.intent, order);
}

void Workload::storm(HostIndex host) {
  const auto at_host = [&](const Client& client) { return client.host == host; };
  const auto maker = std::find_if(clients_.begin(), clients_.end(), at_host);
  Intent resting = new_intent(static_cast<std::size_t>(maker - clients_.begin()));
  resting.type = exchange::OrderType::kLimit;
  resting.stop = exchange::Stop::kNone;
  resting.stop_ticks = 0;
  resting.funds_units = 0;
  resting.quantity_lots = std::max<std::int64_t>(resting.quantity_lots, 1);
  resting.tif = exchange::TimeInForce::kGtc;
  resting.post_only = false;
  resting.price_ticks = mid_ticks_;
  const std::string account = resting.account;
  if (hosts_[host]->up()) {
    place(static_cast<std::size_t>(maker - clients_.begin()), resting, 0, 1, true);
  }
  const std::int64_t after_us = random_.between(100, 1500) * kMs;
  for (std::size_t index = 0; index < clients_.size(); ++index) {
    if (clients_[index].key.account == account) continue;
    Intent taker = new_intent(index);
    taker.instrument = resting.instrument;
    taker.type = exchange::OrderType::kLimit;
    taker.stop = exchange::Stop::kNone;
    taker.stop_ticks = 0;
    taker.funds_units = 0;
    taker.quantity_lots = std::max<std::int64_t>(taker.quantity_lots, 1);
    taker.tif = random_.chance(500'000) ? exchange::TimeInForce::kIoc : exchange::TimeInForce::kGtc;
    taker.post_only = false;
    taker.side = exchange::opposite(resting.side);
    taker.price_ticks = resting.price_ticks;
    scheduler_.after(after_us + random_.between(0, 30 * kMs),
                     [this, index, taker] { place(index, taker, 0, 1, true); });
  }
}

void Workload::ask_for_everything() {
  for (std::size_t index = 0; index < clients_.size(); ++index) {
    const std::vector<KnownOrder> orders = clients_[index].orders;
    for (const KnownOrder& order : orders) {
      Pending pending;
      pending.kind = Kind::kGet;
      pending.order = order.id;
      pending.aside = true;
      ask(index, std::move(pending), "GET", "/orders/" + base::PublicId::of(order.id).text());
    }
  }
}

}  // namespace syrah::sim
