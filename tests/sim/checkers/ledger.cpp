#include "sim/checkers/ledger.h"

namespace syrah::sim {

using base::OrderId;
using base::Seq;

const LedgerOrder* Ledger::order(const OrderId& id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

LedgerOrder* Ledger::find(const OrderId& id) {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

const LedgerHold* Ledger::hold(const base::TradeId& id) const {
  const auto found = holds_.find(id);
  return found == holds_.end() ? nullptr : &found->second;
}

void Ledger::close(LedgerOrder& order, Seq by) {
  order.cancelled += order.free();
  order.closed_by = by;
}

void Ledger::close_if_used_up(LedgerOrder& order, Seq by) {
  if (order.closed_by == 0 && order.free() <= 0 && order.held == 0) close(order, by);
}

void Ledger::apply(const Recorded& recorded) {
  std::visit([&](const auto& event) { take(recorded, event); }, recorded.event);
}

void Ledger::take(const Recorded& recorded, const exchange::OrderAccepted& event) {
  const OrderId id{recorded.home, recorded.seq};
  LedgerOrder order;
  order.id = id;
  order.instrument = recorded.instrument;
  order.terms = event;
  order.price = event.price;
  order.quantity = event.quantity.lots;
  order.waiting = event.stop != exchange::Stop::kNone;
  order.priority = {recorded.time, recorded.home, recorded.seq};
  orders_.emplace(id, std::move(order));
}

void Ledger::take(const Recorded& recorded, const exchange::OrderReplaced& event) {
  LedgerOrder* const order = find({recorded.home, event.order});
  if (order == nullptr) return;
  const bool keeps_place = event.price == order->price && event.quantity.lots <= order->quantity;
  if (!keeps_place) order->priority = {recorded.time, recorded.home, recorded.seq};
  order->price = event.price;
  order->quantity = event.quantity.lots;
}

void Ledger::take(const Recorded& recorded, const exchange::Triggered& event) {
  LedgerOrder* const order = find({recorded.home, event.order});
  if (order == nullptr) return;
  order->waiting = false;
  order->priority = {recorded.time, recorded.home, recorded.seq};
  order->price = event.price;
  order->quantity = event.quantity.lots;
}

void Ledger::take(const Recorded& recorded, const exchange::OrderClosed& event) {
  LedgerOrder* const order = find({recorded.home, event.order});
  if (order != nullptr && order->closed_by == 0) close(*order, recorded.seq);
}

void Ledger::take(const Recorded& recorded, const exchange::Traded& event) {
  const bool by_maker = event.maker.home == recorded.home;
  const bool by_taker = event.taker.home == recorded.home;
  if (by_maker) {
    if (LedgerOrder* const maker = find(event.maker)) {
      maker->filled += event.quantity.lots;
      maker->worth += (event.price * event.quantity).units;
      close_if_used_up(*maker, recorded.seq);
    }
  }
  if (by_taker && !by_maker) {
    end_hold(recorded, event.trade.seq, &event, 0);
  } else if (by_taker) {
    if (LedgerOrder* const taker = find(event.taker)) {
      taker->filled += event.quantity.lots;
      taker->worth += (event.price * event.quantity).units;
      close_if_used_up(*taker, recorded.seq);
    }
  }
}

void Ledger::take(const Recorded& recorded, const exchange::Held& event) {
  holds_[{recorded.home, recorded.seq}] = LedgerHold{event, 0};
  if (LedgerOrder* const order = find({recorded.home, event.order})) {
    order->held += event.quantity.lots;
    order->worth += (event.price * event.quantity).units;
  }
}

void Ledger::take(const Recorded& recorded, const exchange::Refused& event) {
  if (event.decrement.lots == 0) return;
  LedgerOrder* const order = find({recorded.home, event.maker});
  if (order == nullptr) return;
  order->cancelled += event.decrement.lots;
  close_if_used_up(*order, recorded.seq);
}

void Ledger::take(const Recorded& recorded, const exchange::Released& event) {
  end_hold(recorded, event.hold, nullptr, event.decrement.lots);
}

void Ledger::end_hold(const Recorded& recorded, Seq seq, const exchange::Traded* filled,
                      std::int64_t decrement) {
  const auto hold = holds_.find({recorded.home, seq});
  if (hold == holds_.end() || hold->second.ended_by != 0) return;
  hold->second.ended_by = recorded.seq;
  LedgerOrder* const order = find({recorded.home, hold->second.request.order});
  if (order == nullptr) return;
  const exchange::Held& request = hold->second.request;
  order->held -= request.quantity.lots;
  order->worth -= (request.price * request.quantity).units;
  if (filled != nullptr) {
    order->filled += filled->quantity.lots;
    order->worth += (filled->price * filled->quantity).units;
  }
  order->cancelled += decrement;
  if (order->closed_by != 0) {
    // What of a closed order comes back free is given back at once.
    order->cancelled += order->quantity - order->filled - order->cancelled - order->held;
  } else {
    close_if_used_up(*order, recorded.seq);
  }
}

}  // namespace syrah::sim
