#include "exchange/matcher.h"

#include <algorithm>

#include "exchange/limits.h"

namespace syrah::exchange {

Matcher::Matcher(Market& market, Taker& taker) : market_(market), taker_(taker) {}

bool Matcher::candidate(const Order& order, const Resting& other, Time now) const {
  if (other.id.home == market_.self()) return true;
  if (order.priority < other.priority) return false;  // the younger one's home asks
  return order.post_only || taker_.askable(other, now).lots > 0;
}

std::vector<Resting> Matcher::candidates(const Order& order, Time now) const {
  std::vector<Resting> found;
  const OrderBook* book = market_.book(order.instrument);
  if (book == nullptr) return found;
  Quantity enough;
  book->walk(opposite(order.side), [&](const Resting& other) {
    if (!crosses(order.side, order.price, other.price) || enough >= order.free()) return false;
    if (!candidate(order, other, now)) return true;
    found.push_back(other);
    const Order* resting = market_.order(other.id);
    // What self-trade prevention takes away fills nothing, nor does what would have to take and may
    // only make.
    if (resting == nullptr || resting->account == order.account ||
        (resting->post_only && order.priority < other.priority)) {
      return true;
    }
    enough += other.id.home == market_.self() ? other.available : taker_.askable(other, now);
    return true;
  });
  return found;
}

void Matcher::match_new(Seq seq, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->closed || order->waiting()) return;
  if (order->post_only && !candidates(*order, now).empty()) {
    close(seq, CloseReason::kPostOnly, now);
    return;
  }
  if (order->tif == TimeInForce::kFok) {
    match_whole(seq, now);
    return;
  }
  match(seq, now);
  order = market_.own_order(seq);
  if (order != nullptr && !order->closed && !rests(order->tif)) {
    // With orders left that it could take, what ended it is that its funds are spent.
    const bool spent =
        order->filled.lots > 0 && order->funds.units > 0 && !candidates(*order, now).empty();
    close(seq, spent ? CloseReason::kFilled : CloseReason::kImmediate, now);
  }
}

void Matcher::resume_immediate(Seq seq, Time now) {
  const Order* order = market_.own_order(seq);
  if (order != nullptr && order->tif == TimeInForce::kFok) {
    resume_whole(seq, now);
  } else {
    close(seq, CloseReason::kImmediate, now);
  }
}

void Matcher::match(Seq seq, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->closed || order->free().lots == 0) return;
  for (const Resting& other : candidates(*order, now)) {
    order = market_.own_order(seq);
    if (order == nullptr || order->closed || order->free_at(other.price).lots == 0) return;
    meet(seq, other, now);
  }
}

void Matcher::meet(Seq seq, const Resting& other, Time now) {
  if (other.id.home == market_.self()) {
    meet_own(seq, other.id.seq, now);
    return;
  }
  const Order order = *market_.own_order(seq);
  if (order.post_only) {
    close(seq, CloseReason::kPostOnly, now);
  } else {
    meet_remote(order, other, now);
  }
}

void Matcher::meet_own(Seq a, Seq b, Time now) {
  const Order* first = market_.own_order(a);
  const Order* second = market_.own_order(b);
  if (first == nullptr || second == nullptr || first->closed || second->closed) return;
  // What does not rest is nobody's maker, even if it waited for an answer meanwhile.
  if (second->priority < first->priority) std::swap(first, second);
  if (!rests(first->tif)) std::swap(first, second);
  const Order maker = *first;
  const Order taker = *second;
  const Quantity quantity = std::min(maker.free(), taker.free_at(maker.price));
  if (quantity.lots == 0) return;
  if (maker.account == taker.account) {
    prevent_self_trade(maker, taker, now);
  } else if (taker.post_only) {
    close(taker.id.seq, CloseReason::kPostOnly, now);
  } else {
    const TradeId here{market_.self(), market_.own().seq() + 1};
    market_.record(maker.instrument, Traded{here, maker.id, taker.id, maker.price, quantity}, now);
  }
}

void Matcher::prevent_self_trade(const Order& maker, const Order& taker, Time now) {
  const SelfTrade wish = taker.self_trade;
  if (wish == SelfTrade::kDecrementAndCancel) {
    const Quantity quantity = std::min(maker.free(), taker.free());
    decrement(maker, quantity, now);
    decrement(taker, quantity, now);
    return;
  }
  if (wish != SelfTrade::kCancelNewest) close(maker.id.seq, CloseReason::kSelfTrade, now);
  if (wish != SelfTrade::kCancelOldest) close(taker.id.seq, CloseReason::kSelfTrade, now);
}

void Matcher::decrement(const Order& order, Quantity quantity, Time now) {
  if (quantity == order.free() && order.held.lots == 0) {
    close(order.id.seq, CloseReason::kSelfTrade, now);
  } else {
    market_.record(order.instrument,
                   OrderReplaced{order.id.seq, order.price, order.quantity - quantity}, now);
  }
}

void Matcher::meet_remote(const Order& order, const Resting& other, Time now) {
  const Order* maker = market_.order(other.id);
  const Quantity quantity = std::min(order.free_at(other.price), taker_.askable(other, now));
  if (maker == nullptr || quantity.lots == 0) return;
  const bool same_account = maker->account == order.account;
  if (same_account && order.self_trade == SelfTrade::kCancelNewest) {
    close(order.id.seq, CloseReason::kSelfTrade, now);
    return;
  }
  if (!taker_.may_ask_for(order)) return;
  taker_.ask(order, other, quantity, same_account, {}, now);
  if (same_account && order.self_trade == SelfTrade::kCancelBoth) {
    close(order.id.seq, CloseReason::kSelfTrade, now);
  }
}

void Matcher::close(Seq seq, CloseReason reason, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->closed) return;
  market_.record(order->instrument, OrderClosed{seq, reason}, now);
}

void Matcher::match_crossed(Time now) {
  const std::set<std::string> books = market_.crossed_candidates();
  market_.clear_crossed_candidates();
  for (const std::string& instrument : books) {
    // Each round records at least one entry, and each entry shrinks or closes an order.
    while (match_book(instrument, now)) {
    }
  }
}

bool Matcher::match_book(const std::string& instrument, Time now) {
  const OrderBook* book = market_.book(instrument);
  if (book == nullptr || !book->crossed()) return false;
  const Price best_bid = *book->best(Side::kBuy);
  const Price best_ask = *book->best(Side::kSell);
  std::vector<Seq> own;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    const Price best_opposite = side == Side::kBuy ? best_ask : best_bid;
    book->walk(side, [&](const Resting& resting) {
      if (!crosses(side, resting.price, best_opposite)) return false;
      if (resting.id.home == market_.self()) own.push_back(resting.id.seq);
      return true;
    });
  }
  const Seq before = market_.own().seq();
  for (const Seq seq : own) match(seq, now);
  return market_.own().seq() != before;
}

}  // namespace syrah::exchange
