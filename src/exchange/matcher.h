#pragma once

// Decides what trades with what, on the book's own loop (book/matching.h): incoming own orders, and
// own orders that found themselves crossed with others later. The earlier order by priority is the
// maker, at whose price the trade is; both at home trade at once, an order elsewhere is asked for
// if the own order is the later one (if it is the earlier one, the other home asks).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/int128.h"
#include "book/matching.h"
#include "exchange/market.h"
#include "exchange/taker.h"

namespace syrah::exchange {

class Matcher {
 public:
  Matcher(Market& market, Taker& taker);

  /// Right after the order was accepted, or replaced with loss of priority. What an order that does
  /// not rest cannot get at once is closed.
  void match_new(Seq order, Time now);

  /// Every book that changed: as long as own orders in it can trade, they do. Post-only orders that
  /// would have to take are closed.
  void match_crossed(Time now);

  /// A FOK order's requests were answered: filled whole, or the next home is tried.
  void resume_whole(Seq order, Time now);

  /// An order that does not rest was found open after a restart.
  void resume_immediate(Seq order, Time now);

 private:
  /// Orders of one home that together fill a FOK order.
  struct WholeFill {
    NodeId home;
    std::vector<std::pair<Resting, Quantity>> parts;
    Quantity filled;
    base::Int128 cost = 0;
  };

  class Round;

  void match(Seq order, Time now);
  /// Whether there is anyone for the order to meet.
  [[nodiscard]] bool has_candidate(const Order& order, Time now);
  void meet_own(Seq order, Seq resting, book::Meeting meeting, Time now);
  void meet_remote(const Order& order, const Resting& other, Time now);
  void prevent_self_trade(Seq maker, Seq taker, Time now);
  void decrement(Seq order, Quantity quantity, Time now);
  void close(Seq order, CloseReason reason, Time now);
  bool match_book(const std::string& instrument, Time now);
  void match_side(const OrderBook& book, Side side, Time now);
  /// Which own orders of a side may find someone: those later than this. Nobody, if there is none.
  [[nodiscard]] std::optional<Priority> earliest_offered(const OrderBook& book, Side own,
                                                         Time now) const;

  void match_whole(Seq order, Time now);
  [[nodiscard]] std::vector<WholeFill> whole_fills(const Order& order, Time now) const;

  Market& market_;
  Taker& taker_;
  std::map<Seq, std::set<NodeId>> homes_tried_;  ///< by open FOK order
};

}  // namespace syrah::exchange
