#include "exchange/standing.h"

#include "exchange/market.h"
#include "exchange/taker.h"

namespace syrah::exchange {
namespace {

void find_in_queue(const OrderBook& book, const Order& order, Standing& standing) {
  standing.in_book = book.find(order.id).has_value();
  if (!standing.in_book) return;
  std::size_t left = kStandingOrdersMax;
  book.walk(order.side, [&](const Resting& resting) {
    if (resting.id == order.id) return false;
    if (left-- == 0) {
      standing.counted = false;
      return false;
    }
    Queue& queue = resting.price == order.price ? standing.before : standing.better;
    ++queue.orders;
    queue.lots += resting.available.lots;
    return true;
  });
}

Obstacle obstacle_to(const Market& market, const Taker& taker, const Order& own,
                     const Resting& other, Time now) {
  const Order* const known = market.order(other.id);
  if (known != nullptr && known->account == own.account) return Obstacle::kSameAccount;
  if (other.id.home == market.self()) return Obstacle::kNone;
  if (own.priority < other.priority) return Obstacle::kOtherAsks;
  const Obstacle there = taker.obstacle(other, now);
  if (there != Obstacle::kNone || taker.may_ask_for(own)) return there;
  return Obstacle::kAskedEnough;
}

void count_crossing(const Market& market, const Taker& taker, const OrderBook& book,
                    const Order& own, Standing& standing, Time now) {
  std::size_t left = kStandingOrdersMax;
  book.walk(opposite(own.side), [&](const Resting& other) {
    if (left-- == 0 || !crosses(own.side, own.price, other.price)) return false;
    const Obstacle obstacle = obstacle_to(market, taker, own, other, now);
    ++standing.crossing.at(static_cast<std::size_t>(obstacle));
    return true;
  });
}

void count_suspended(const Market& market, const Order& own, Standing& standing) {
  std::size_t left = kStandingOrdersMax;
  for (const NodeId& id : market.homes()) {
    if (id == market.self() || market.reach(id) != Reach::kSilent) continue;
    for (const auto& [seq, other] : market.home(id)->orders()) {
      if (left-- == 0) return;
      if (other.instrument == own.instrument && other.side != own.side && !other.closed &&
          !other.waiting() && other.free().lots > 0 && crosses(own.side, own.price, other.price)) {
        ++standing.crossing.at(static_cast<std::size_t>(Obstacle::kSuspended));
      }
    }
  }
}

}  // namespace

Standing find_standing(const Market& market, const Taker& taker, const Order& order, Time now) {
  Standing standing;
  const OrderBook* const book = market.book(order.instrument);
  if (book == nullptr) return standing;
  standing.best_own = book->best(order.side);
  standing.best_opposite = book->best(opposite(order.side));
  find_in_queue(*book, order, standing);
  if (order.id.home == market.self() && !order.waiting()) {
    count_crossing(market, taker, *book, order, standing, now);
    count_suspended(market, order, standing);
  }
  return standing;
}

}  // namespace syrah::exchange
