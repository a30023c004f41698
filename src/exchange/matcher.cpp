#include "exchange/matcher.h"

#include <algorithm>

#include "exchange/limits.h"

namespace syrah::exchange {

Matcher::Matcher(Market& market, Taker& taker) : market_(market), taker_(taker) {}

/// One order meeting all others that it can, in terms of entries and requests: what book::match()
/// asks for.
class Matcher::Round {
 public:
  Round(Matcher& matcher, const OrderBook& book, const Order& order, Time now)
      : matcher_(matcher),
        book_(book),
        seq_(order.id.seq),
        priority_(order.priority),
        post_only_(order.post_only),
        wanted_(order.free()),
        now_(now) {}

  [[nodiscard]] std::int64_t offered(book::Slot slot) const {
    const std::int64_t available = book_.core().lots(slot);
    if (book_.at_home(slot)) return available;
    const Resting other = book_.resting(slot);
    if (priority_ < other.priority) return 0;  // the younger one's home asks
    return post_only_ ? available : matcher_.taker_.askable(other, now_).lots;
  }

  void meet(book::Slot slot, book::Meeting meeting, std::int64_t offered) {
    const Price price{book_.core().price(slot)};
    const Order& order = *matcher_.market_.own_order(seq_);
    const std::int64_t affordable = order.free_at(price).lots;
    out_of_funds_ = affordable == 0 || (meeting == book::Meeting::kTrade &&
                                        affordable < std::min(offered, order.free().lots));
    if (affordable == 0) return;
    // What self-trade prevention takes away fills nothing, nor does what would have to take and may
    // only make.
    if (meeting != book::Meeting::kSelfTrade && meeting != book::Meeting::kTakenButMayNot) {
      covered_ += Quantity{offered};
    }
    if (book_.at_home(slot)) {
      const Seq other = book::number_of(book_.core().key(slot));
      matcher_.meet_own(seq_, other, meeting, now_);
    } else if (post_only_) {
      matcher_.close(seq_, CloseReason::kPostOnly, now_);
    } else {
      matcher_.meet_remote(order, book_.resting(slot), now_);
    }
  }

  /// Not behind orders that would fill it if they were asked, or answered: their price is better.
  [[nodiscard]] bool goes_on() const {
    const Order* order = matcher_.market_.own_order(seq_);
    return order != nullptr && !order->closed && order->free().lots > 0 && covered_ < wanted_ &&
           !out_of_funds_;
  }

 private:
  Matcher& matcher_;
  const OrderBook& book_;
  Seq seq_;
  Priority priority_;
  bool post_only_;
  Quantity wanted_;
  Quantity covered_;
  bool out_of_funds_ = false;  ///< for all that it could have had at the price met last
  Time now_;
};

bool Matcher::has_candidate(const Order& order, Time now) {
  const OrderBook* book = market_.book(order.instrument);
  if (book == nullptr) return false;
  const Round round(*this, *book, order, now);
  bool found = false;
  const auto side = OrderBook::core_side(opposite(order.side));
  book->core().cross(side, order.price.ticks, [&](book::Slot slot) {
    found = round.offered(slot) > 0;
    return !found;
  });
  return found;
}

void Matcher::match_new(Seq seq, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->closed || order->waiting()) return;
  if (order->post_only && has_candidate(*order, now)) {
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
        order->filled.lots > 0 && order->funds.units > 0 && has_candidate(*order, now);
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
  const OrderBook* book = market_.book(order->instrument);
  if (book == nullptr) return;
  Round round(*this, *book, *order, now);
  book::match(book->core(), book->incoming(*order), round);
}

void Matcher::meet_own(Seq seq, Seq resting, book::Meeting meeting, Time now) {
  const Order& order = *market_.own_order(seq);
  const Order& other = *market_.own_order(resting);
  const bool makes = rests(order.tif) && order.priority < other.priority;
  const Order& maker = makes ? order : other;
  const Order& taker = makes ? other : order;
  switch (meeting) {
    case book::Meeting::kSelfTrade:
      prevent_self_trade(maker.id.seq, taker.id.seq, now);
      return;
    case book::Meeting::kTakesButMayNot:
    case book::Meeting::kTakenButMayNot:
      close(taker.id.seq, CloseReason::kPostOnly, now);
      return;
    case book::Meeting::kTrade:
      break;
  }
  const Quantity quantity = std::min(maker.free(), taker.free_at(maker.price));
  if (quantity.lots == 0) return;
  const TradeId here{market_.self(), market_.own().seq() + 1};
  market_.record(maker.instrument, Traded{here, maker.id, taker.id, maker.price, quantity}, now);
}

void Matcher::prevent_self_trade(Seq maker, Seq taker, Time now) {
  const SelfTrade wish = market_.own_order(taker)->self_trade;
  if (wish == SelfTrade::kDecrementAndCancel) {
    const Quantity quantity =
        std::min(market_.own_order(maker)->free(), market_.own_order(taker)->free());
    decrement(maker, quantity, now);
    decrement(taker, quantity, now);
    return;
  }
  if (wish != SelfTrade::kCancelNewest) close(maker, CloseReason::kSelfTrade, now);
  if (wish != SelfTrade::kCancelOldest) close(taker, CloseReason::kSelfTrade, now);
}

void Matcher::decrement(Seq seq, Quantity quantity, Time now) {
  const Order& order = *market_.own_order(seq);
  if (quantity == order.free() && order.held.lots == 0) {
    close(seq, CloseReason::kSelfTrade, now);
  } else {
    market_.record(order.instrument, OrderReplaced{seq, order.price, order.quantity - quantity},
                   now);
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
  const Seq before = market_.own().seq();
  match_side(*book, Side::kBuy, now);
  match_side(*book, Side::kSell, now);
  return market_.own().seq() != before;
}

/// Where many orders cross that wait for another home to ask or to answer, each of them would look
/// at all of the others in vain: so first it is looked whether one could find any.
void Matcher::match_side(const OrderBook& book, Side side, Time now) {
  auto offered = earliest_offered(book, side, now);
  if (!offered) return;
  const Price best_opposite = *book.best(opposite(side));
  std::vector<Seq> own;
  book.walk(side, [&](const Resting& resting) {
    if (!crosses(side, resting.price, best_opposite)) return false;
    if (resting.id.home == market_.self() && *offered < resting.priority) {
      own.push_back(resting.id.seq);
    }
    return true;
  });
  for (const Seq seq : own) {
    const Seq before = market_.own().seq();
    match(seq, now);
    if (market_.own().seq() == before) continue;
    offered = earliest_offered(book, side, now);
    if (!offered) return;
  }
}

std::optional<Priority> Matcher::earliest_offered(const OrderBook& book, Side own, Time now) const {
  const auto best = book.best(own);
  if (!best) return std::nullopt;
  std::optional<Priority> earliest;
  book.core().cross(OrderBook::core_side(opposite(own)), best->ticks, [&](book::Slot slot) {
    if (book.at_home(slot)) {
      earliest = Priority{};  // who has the same home is met whoever came first
      return false;
    }
    const Resting other = book.resting(slot);
    // The younger one's home asks.
    if (earliest && *earliest < other.priority) return true;
    if (taker_.askable(other, now).lots > 0) earliest = other.priority;
    return true;
  });
  return earliest;
}

}  // namespace syrah::exchange
