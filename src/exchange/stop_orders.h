#pragma once

// Own stop orders that wait for a price, and the price that they wait for: that of the last trade
// in the instrument, by the trades' own time, of whatever home. An order is due as soon as a trade
// reaches its stop price, or at once where the last trade had reached it already. What is due is
// taken in the order in which the price passed the stop prices, then in order of acceptance.
//
// Costs: O(log waiting orders) for every change, O(log) and what becomes due for every trade.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "exchange/order.h"

namespace syrah::exchange {

class StopOrders {
 public:
  /// The own order as it is now: waits from now on, under another price, or no longer.
  void set(const Order& order);

  /// A trade anywhere. One that is older than the last known changes nothing.
  void traded(const std::string& instrument, Price price, Hlc time);
  [[nodiscard]] std::optional<Price> last(std::string_view instrument) const;

  /// While what was before a restart is read again, nothing is due: what was triggered then stands
  /// in the own feed. From now on, what the last trade had reached is.
  void end_recovery();

  [[nodiscard]] bool any_due() const { return !due_.empty(); }
  /// The next order to be triggered, if one is due.
  std::optional<Seq> take_due();

 private:
  /// By stop price, then by acceptance.
  using Ladder = std::set<std::pair<Price, Seq>>;
  struct Prices {
    std::optional<Price> last;
    Hlc last_time;
    Ladder losses;
    Ladder entries;
  };
  struct Place {
    std::string instrument;
    Stop stop = Stop::kNone;
    Price stop_price;
    bool due = false;  ///< and on no ladder any more
  };

  static Ladder& ladder(Prices& prices, Stop stop) {
    return stop == Stop::kLoss ? prices.losses : prices.entries;
  }
  void move_due(Prices& prices);
  void make_due(Ladder& from, Ladder::iterator which);

  std::map<std::string, Prices, std::less<>> instruments_;
  std::map<Seq, Place> waiting_;  ///< those that are due included
  std::deque<Seq> due_;           ///< may name orders that wait no longer
  bool recovering_ = true;
};

}  // namespace syrah::exchange
