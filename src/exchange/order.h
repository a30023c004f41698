#pragma once

#include <algorithm>
#include <string>
#include <tuple>

#include "exchange/types.h"

namespace syrah::exchange {

/// Total order of priority at one price, and of who is the maker: the earlier one. Everyone
/// computes the same answer.
struct Priority {
  Hlc time;
  NodeId home;
  Seq seq = 0;  ///< the entry that gave the order this place

  auto operator<=>(const Priority&) const = default;
};

/// An order as its home's feed tells it. At every step
///   quantity = filled + cancelled + held + free, and nothing is free once it is closed.
struct Order {
  OrderId id;
  std::string instrument;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  Price price;
  Quantity quantity;
  TimeInForce tif = TimeInForce::kGtc;
  std::int64_t expires_ms = 0;
  bool post_only = false;
  SelfTrade self_trade = SelfTrade::kDecrementAndCancel;
  std::string account;
  std::string client_id;
  Stop stop = Stop::kNone;
  Price stop_price;  ///< of a stop order
  Notional funds;    ///< of a market order that says how much to spend or to get; 0: by quantity

  Hlc accepted;       ///< when its home accepted it
  Priority priority;  ///< later than `accepted` after a replacement that lost it
  Seq version = 0;    ///< the last entry that changed it
  Quantity filled;
  Quantity held;       ///< promised to fill requests without an answer yet
  Quantity cancelled;  ///< given back: closed, decremented
  Notional executed;   ///< what the fills are worth
  Notional promised;   ///< what the holds would be worth
  bool triggered = false;
  bool closed = false;
  CloseReason reason = CloseReason::kCancelled;  ///< meaningful once closed

  bool operator==(const Order&) const = default;

  /// What can be traded now.
  [[nodiscard]] Quantity free() const { return quantity - filled - cancelled - held; }
  /// What of that can be traded at this price for the funds that are left.
  [[nodiscard]] Quantity free_at(Price at) const {
    if (funds.units == 0) return free();
    const base::Int128 lots = (funds.units - executed.units - promised.units) / at.ticks;
    return {static_cast<std::int64_t>(std::min<base::Int128>(lots, free().lots))};
  }
  /// A stop order that was not triggered yet: it is in no book and does not trade.
  [[nodiscard]] bool waiting() const { return stop != Stop::kNone && !triggered; }
  /// Has a place in the book as long as some of it is free.
  [[nodiscard]] bool resting() const {
    return !closed && type == OrderType::kLimit && rests(tif) && !waiting();
  }
  /// Closed, and no request of it is in doubt any more.
  [[nodiscard]] bool over() const { return closed && held.lots == 0; }
};

/// Whether a buy at `buy` and a sell at `sell` can trade.
inline bool crosses(Side side, Price price, Price other) {
  return side == Side::kBuy ? price >= other : price <= other;
}

}  // namespace syrah::exchange
