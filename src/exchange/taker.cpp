#include "exchange/taker.h"

#include <algorithm>
#include <limits>

#include "exchange/limits.h"

namespace syrah::exchange {

using base::kUsPerMs;

namespace {

/// Refusals remembered; beyond it those of orders that are no longer open are dropped.
constexpr std::size_t kRefusalsMax = 10'000;
/// Planted bugs: a hold ends this late, or as soon as the request has left in a batch of its own.
constexpr std::int64_t kPlantedTimerUs = 1'000'000;
constexpr std::int64_t kPlantedNoHoldUs = 1;

}  // namespace

Taker::Taker(Market& market, const ExchangeConfig& config)
    : market_(market), config_(config), random_(config.random_seed) {}

void Taker::start(Time now) {
  give_back_unasked(now);
  for (const auto& [seq, hold] : market_.own().holds()) {
    // How the order was when it was asked for is not known any more: after a refusal the wait will
    // do.
    remember(seq, hold.request, 0, now);
  }
}

void Taker::give_back_unasked(Time now) {
  // The end of a group was lost before anyone heard of it: it cannot become whole any more, so no
  // maker decides it.
  std::vector<Seq> unasked;
  for (const auto& [seq, hold] : market_.own().holds()) {
    const Held& request = hold.request;
    const Seq last = seq - request.group_index + request.group_size - 1;
    if (last > market_.own().seq()) unasked.push_back(seq);
  }
  for (const Seq seq : unasked) {
    const Seq order = market_.own().holds().at(seq).request.order;
    const std::string instrument = market_.own_order(order)->instrument;
    market_.record(instrument, Released{seq, RefuseReason::kNotWhole, {}}, now);
  }
}

std::size_t Taker::room_at(const NodeId& home) const {
  const auto holds = holds_at_.find(home);
  const std::size_t used = holds == holds_at_.end() ? 0 : holds->second.size();
  return kHoldsPerHomeMax - std::min(used, kHoldsPerHomeMax);
}

bool Taker::home_answers(const NodeId& home, Time now) const {
  const auto it = holds_at_.find(home);
  if (it == holds_at_.end() || it->second.empty()) return true;
  if (it->second.size() >= kHoldsPerHomeMax) return false;
  const Request& oldest = requests_.at(*it->second.begin());
  return now.steady_us - oldest.asked_us < kAnswerLateMs * kUsPerMs;
}

bool Taker::refused(const OrderId& maker, Time now) const {
  const auto refusal = refusals_.find(maker);
  if (refusal == refusals_.end()) return false;
  const Order* order = market_.order(maker);
  return order == nullptr || order->version <= refusal->second.maker_version ||
         now.steady_us < refusal->second.retry_us;
}

Quantity Taker::askable(const Resting& maker, Time now) const {
  if (!home_answers(maker.id.home, now) || refused(maker.id, now)) return {};
  const auto asked = asked_.find(maker.id);
  if (asked == asked_.end()) return maker.available;
  return asked->second >= maker.available ? Quantity{} : maker.available - asked->second;
}

Obstacle Taker::obstacle(const Resting& maker, Time now) const {
  if (!home_answers(maker.id.home, now)) return Obstacle::kHomeIsLate;
  if (refused(maker.id, now)) return Obstacle::kRefused;
  return askable(maker, now).lots == 0 ? Obstacle::kAsked : Obstacle::kNone;
}

bool Taker::may_ask_for(const Order& order) const {
  // A hold per maker, few at a time: what is in doubt for one order stays small.
  const auto holds = holds_of_.find(order.id.seq);
  return holds == holds_of_.end() || holds->second < kHoldsPerOrderMax;
}

void Taker::ask(const Order& order, const Resting& maker, Quantity quantity, bool self_trade,
                Group group, Time now) {
  Held request;
  request.order = order.id.seq;
  request.maker = maker.id;
  request.price = maker.price;
  request.quantity = quantity;
  request.self_trade = self_trade;
  request.group_size = group.size;
  request.group_index = group.index;
  const std::string instrument = order.instrument;
  const Seq hold = market_.record(instrument, request, now);
  const Order* asked = market_.order(request.maker);
  remember(hold, request, asked == nullptr ? 0 : asked->version, now);
}

void Taker::remember(Seq hold, const Held& request, Seq maker_version, Time now) {
  requests_.emplace(
      hold, Request{request.order, request.maker, request.quantity, maker_version, now.steady_us});
  ++holds_of_[request.order];
  holds_at_[request.maker.home].insert(hold);
  asked_[request.maker] += request.quantity;
}

void Taker::forget(Seq hold, Time now) {
  const auto it = requests_.find(hold);
  if (it == requests_.end()) return;
  const Request request = it->second;
  const bool was_late = !home_answers(request.maker.home, now);
  requests_.erase(it);
  if (--holds_of_.at(request.order) == 0) holds_of_.erase(request.order);
  holds_at_.at(request.maker.home).erase(hold);
  Quantity& asked = asked_.at(request.maker);
  asked -= request.quantity;
  if (asked.lots == 0) asked_.erase(request.maker);
  if (was_late) market_.mark_all_books();
}

Seq Taker::answer(Seq hold_seq, Time now) {
  const TradeId trade{market_.self(), hold_seq};
  const auto hold = market_.own().holds().find(hold_seq);
  if (hold == market_.own().holds().end()) {
    note_if_abandoned(trade);
    return 0;
  }
  const Held held = hold->second.request;
  const HomeState* maker_home = market_.home(held.maker.home);
  if (maker_home == nullptr) return 0;
  const auto found = maker_home->decisions().find(trade);
  if (found == maker_home->decisions().end()) return 0;
  const Decision decision = found->second;
  if (!market_.check_answer(trade, decision)) return 0;  // of no use: the hold waits
  if (decision.filled) {
    const std::string instrument = market_.own_order(held.order)->instrument;
    market_.record(
        instrument,
        Traded{trade, held.maker, {market_.self(), held.order}, decision.price, decision.quantity},
        now);
    refusals_.erase(held.maker);
  } else {
    release(hold_seq, held, decision, now);
  }
  if (const auto request = requests_.find(hold_seq); request != requests_.end()) {
    market_.count_answer(now.steady_us - request->second.asked_us);
  }
  forget(hold_seq, now);
  return held.order;
}

void Taker::release(Seq hold_seq, const Held& held, const Decision& decision, Time now) {
  const std::string instrument = market_.own_order(held.order)->instrument;
  market_.record(instrument, Released{hold_seq, decision.reason, decision.decrement}, now);
  const auto request = requests_.find(hold_seq);
  if (request != requests_.end()) {
    note_refusal(request->second, decision.reason, instrument, now);
  }
  // It was closed when it asked, unless this node stopped in between.
  const Order* order = market_.own_order(held.order);
  if (decision.reason == RefuseReason::kSelfTrade && held.self_trade && !order->closed &&
      order->self_trade == SelfTrade::kCancelBoth) {
    market_.record(instrument, OrderClosed{held.order, CloseReason::kSelfTrade}, now);
  }
}

void Taker::note_if_abandoned(const TradeId& trade) {
  for (const NodeId& home : market_.homes()) {
    const auto& decisions = market_.home(home)->decisions();
    const auto found = decisions.find(trade);
    if (found == decisions.end() || !found->second.filled) continue;
    const Decision& decision = found->second;
    market_.note(AbandonedFilledFact{trade, {home, decision.maker}, decision.quantity});
  }
}

void Taker::note_refusal(const Request& request, RefuseReason reason, const std::string& instrument,
                         Time now) {
  // That a FOK order cannot be filled whole here says nothing of the orders it asked for.
  if (reason == RefuseReason::kNotWhole) return;
  if (refusals_.size() >= kRefusalsMax) {
    std::erase_if(refusals_,
                  [&](const auto& entry) { return market_.order(entry.first) == nullptr; });
  }
  Refusal& refusal = refusals_[request.maker];
  // Where the request was wrong, as after a change of the own order, the maker's need not change.
  refusal.maker_version = reason == RefuseReason::kInvalid ? 0 : request.maker_version;
  const std::uint32_t doublings = std::min<std::uint32_t>(refusal.times++, 8);
  const std::int64_t wait_ms = std::min(kRefusalBackoffMinMs << doublings, kRefusalBackoffMaxMs);
  refusal.retry_us = now.steady_us + random_.between(wait_ms * kUsPerMs / 2, wait_ms * kUsPerMs);
  retries_.emplace(refusal.retry_us, instrument);
}

base::Status Taker::abandon(Seq hold_seq, Time now) {
  const auto hold = market_.own().holds().find(hold_seq);
  if (hold == market_.own().holds().end()) {
    return base::Error{base::ErrorCode::kNotFound,
                       "no hold " + std::to_string(hold_seq) + " is in doubt"};
  }
  const std::string instrument = market_.own_order(hold->second.request.order)->instrument;
  market_.record(instrument, Released{hold_seq, RefuseReason::kAbandoned, {}}, now);
  forget(hold_seq, now);
  return base::success();
}

void Taker::tick(Time now) {
  while (!retries_.empty() && retries_.begin()->first <= now.steady_us) {
    market_.mark_book(retries_.begin()->second);
    retries_.erase(retries_.begin());
  }
  if (config_.planted.release_by_timer) release_after(kPlantedTimerUs, now);
  if (config_.planted.ask_without_hold) release_after(kPlantedNoHoldUs, now);
}

void Taker::release_after(std::int64_t wait_us, Time now) {
  std::vector<Seq> late;
  for (const auto& [hold, request] : requests_) {
    if (now.steady_us - request.asked_us >= wait_us) late.push_back(hold);
  }
  for (const Seq hold : late) {
    if (!abandon(hold, now)) forget(hold, now);
  }
}

std::int64_t Taker::next_deadline_us() const {
  std::int64_t deadline =
      retries_.empty() ? std::numeric_limits<std::int64_t>::max() : retries_.begin()->first;
  if (requests_.empty()) return deadline;
  const std::int64_t oldest_us = requests_.begin()->second.asked_us;
  if (config_.planted.release_by_timer) deadline = std::min(deadline, oldest_us + kPlantedTimerUs);
  if (config_.planted.ask_without_hold) deadline = std::min(deadline, oldest_us + kPlantedNoHoldUs);
  return deadline;
}

}  // namespace syrah::exchange
