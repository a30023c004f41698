#pragma once

// Takes the commands of this home's clients: checks them, remembers client ids, expires what has a
// date.

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "exchange/client_ids.h"
#include "exchange/command.h"
#include "exchange/market.h"
#include "exchange/matcher.h"

namespace syrah::exchange {

class OrderDesk {
 public:
  OrderDesk(Market& market, Matcher& matcher);

  /// Takes up the open orders that the journal brought back. Those that do not rest ended with the
  /// restart, but for what is in doubt.
  void start(Time now);

  base::Result<Placed> place(const PlaceOrder& command, Time now);
  base::Status cancel(const std::string& account, Seq order, Time now);
  std::vector<Seq> cancel_all(const std::string& account, const std::string& instrument, Time now);
  /// Those of the account's open orders that were placed with this key, or with one that is not
  /// known.
  std::vector<Seq> cancel_placed_by(const std::string& account, KeyTag key, Time now);
  /// Takes quantity off an order for a reason outside the agreement between homes.
  base::Status reduce(Seq order, Quantity quantity, Time now);
  base::Status replace(const ReplaceOrder& command, Time now);

  /// Triggers the next own stop order whose price was reached. False if none is due.
  bool trigger_next(Time now);

  /// Closes orders whose date has come, forgets client ids older than a day.
  void tick(Time now);
  /// Wall clock, ms; INT64_MAX if no order has a date.
  [[nodiscard]] std::int64_t next_expiry_ms() const;

  /// Which keys the open orders were placed with. Told by no entry: a restart restores it from the
  /// history.
  void note_placed_by(Seq order, KeyTag key);
  [[nodiscard]] KeyTag placed_by(Seq order) const;
  void forget_placed_by(Seq order) { placed_by_.erase(order); }

  [[nodiscard]] ClientIds& client_ids() { return client_ids_; }
  [[nodiscard]] const ClientIds& client_ids() const { return client_ids_; }

 private:
  void collect_expiries();
  base::Result<OrderAccepted> check(const PlaceOrder& command, const Instrument& instrument,
                                    Time now) const;
  base::Status check_kind(const PlaceOrder& command, Time now) const;
  base::Status set_amounts(const PlaceOrder& command, const Instrument& instrument,
                           OrderAccepted& accepted) const;
  base::Status set_prices(const PlaceOrder& command, const Instrument& instrument,
                          OrderAccepted& accepted) const;
  [[nodiscard]] std::optional<Price> collar(const std::string& instrument, Side side) const;
  [[nodiscard]] Quantity most_for(const OrderAccepted& order, const std::string& instrument) const;
  base::Result<OrderReplaced> replacement(const ReplaceOrder& command, const Order& order,
                                          const Instrument& instrument) const;
  template <class Wanted>
  std::vector<Seq> cancel_each(Wanted wanted, Time now);
  base::Result<const Order*> open_order(const std::string& account, Seq order) const;

  Market& market_;
  Matcher& matcher_;
  ClientIds client_ids_;
  std::unordered_map<Seq, KeyTag> placed_by_;
  std::set<std::pair<std::int64_t, Seq>> expiries_;
};

}  // namespace syrah::exchange
