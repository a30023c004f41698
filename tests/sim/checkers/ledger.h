#pragma once

// What the durable entries of all homes add up to, kept by the checkers on their own: a second,
// plain account beside exchange::HomeState. It refuses nothing; judging is the checkers' work.

#include <cstdint>
#include <map>

#include "exchange/event.h"
#include "exchange/order.h"

namespace syrah::sim {

/// Numbers are in lots and may go below zero here: that is what checkers look for.
struct LedgerOrder {
  base::OrderId id;
  std::string instrument;
  exchange::OrderAccepted terms;  ///< as accepted
  bool waiting = false;           ///< a stop order that was not triggered
  exchange::Price price;          ///< as of now
  std::int64_t quantity = 0;      ///< as of now
  exchange::Priority priority;
  std::int64_t filled = 0;
  std::int64_t held = 0;
  std::int64_t cancelled = 0;
  base::Int128 worth = 0;   ///< of fills and holds, in ticks times lots
  base::Seq closed_by = 0;  ///< the entry that closed it, 0 while open

  [[nodiscard]] std::int64_t free() const {
    return closed_by != 0 ? 0 : quantity - filled - cancelled - held;
  }
  [[nodiscard]] bool over() const { return closed_by != 0 && held == 0; }
};

struct LedgerHold {
  exchange::Held request;
  base::Seq ended_by = 0;  ///< the entry that ended it, 0 while in doubt
};

class Ledger {
 public:
  void apply(const exchange::Recorded& recorded);

  [[nodiscard]] const LedgerOrder* order(const base::OrderId& id) const;
  [[nodiscard]] const LedgerHold* hold(const base::TradeId& id) const;
  [[nodiscard]] const std::map<base::OrderId, LedgerOrder>& orders() const { return orders_; }
  [[nodiscard]] const std::map<base::TradeId, LedgerHold>& holds() const { return holds_; }

 private:
  using Recorded = exchange::Recorded;
  void take(const Recorded& recorded, const exchange::OrderAccepted& event);
  void take(const Recorded& recorded, const exchange::OrderReplaced& event);
  void take(const Recorded& recorded, const exchange::Triggered& event);
  void take(const Recorded& recorded, const exchange::OrderClosed& event);
  void take(const Recorded& recorded, const exchange::Traded& event);
  void take(const Recorded& recorded, const exchange::Held& event);
  void take(const Recorded& recorded, const exchange::Refused& event);
  void take(const Recorded& recorded, const exchange::Released& event);
  template <class Other>
  void take(const Recorded&, const Other&) {}

  LedgerOrder* find(const base::OrderId& id);
  void end_hold(const Recorded& recorded, base::Seq hold, const exchange::Traded* filled,
                std::int64_t decrement);
  static void close(LedgerOrder& order, base::Seq by);
  static void close_if_used_up(LedgerOrder& order, base::Seq by);

  std::map<base::OrderId, LedgerOrder> orders_;
  std::map<base::TradeId, LedgerHold> holds_;
};

}  // namespace syrah::sim
