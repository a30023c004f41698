#pragma once

// This node's own resting orders, as far as basic peers are concerned: what of them is open, and
// with which of them an order heard from a basic peer would trade.

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "exchange/order.h"

namespace syrah::node {

class OwnOrders {
 public:
  struct Match {
    exchange::Seq order = 0;
    exchange::Price price;  ///< the own order's
    exchange::Quantity quantity;
  };

  /// The order as it is now, fills included. One that does not rest (any more) is forgotten.
  void update(const exchange::Order& order);
  /// Null if it does not rest.
  [[nodiscard]] const exchange::Order* find(exchange::Seq order) const;
  [[nodiscard]] std::vector<exchange::Seq> all() const;

  /// The own orders that a heard order of `side` at `limit` crosses, best price first, then the
  /// oldest. Their quantity is promised until settle() or the order's next update.
  std::vector<Match> match(const std::string& instrument, exchange::Side side,
                           exchange::Price limit, exchange::Quantity wanted);
  /// Promises up to `wanted` of what is free of one order; how much it was.
  exchange::Quantity promise(exchange::Seq order, exchange::Quantity wanted);
  void settle(exchange::Seq order, exchange::Quantity promised);

 private:
  struct Resting {
    exchange::Order order;
    exchange::Quantity promised;
  };
  /// Ticks (negative for bids, so that the best comes first), then age.
  using Rank = std::tuple<std::int64_t, exchange::Priority, exchange::Seq>;
  using Ladder = std::pair<std::string, exchange::Side>;

  static Rank rank(const exchange::Order& order);
  void forget(exchange::Seq order);

  std::map<exchange::Seq, Resting> orders_;
  std::map<Ladder, std::set<Rank>> ladders_;
};

}  // namespace syrah::node
