#pragma once

// The facts a home states in its feed. Everything that is known of an order follows from these, at
// its home and everywhere else; `HomeState` is the one place that says how.

#include <string>
#include <variant>

#include "crypto/hash.h"
#include "exchange/instrument.h"
#include "exchange/types.h"

namespace syrah::exchange {

/// Prices and quantities of this instrument that follow in this feed are in these steps.
struct InstrumentDeclared {
  Instrument instrument;
  bool operator==(const InstrumentDeclared&) const = default;
};

/// An order was accepted; its id is this entry. For a market order `price` is the collar. A stop
/// order waits for its Triggered; a market order gets its collar there, and until then has the stop
/// price.
struct OrderAccepted {
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  Price price;
  Quantity quantity;
  TimeInForce tif = TimeInForce::kGtc;
  std::int64_t expires_ms = 0;  ///< GTD only: wall clock of the home
  bool post_only = false;
  SelfTrade self_trade = SelfTrade::kDecrementAndCancel;
  std::string account;
  std::string client_id;  ///< may be empty
  Stop stop = Stop::kNone;
  Price stop_price = {};  ///< of a stop order only
  /// Of a market order that says what it may spend or get at most; then `quantity` is only what
  /// that can come to.
  Notional funds = {};
  bool operator==(const OrderAccepted&) const = default;
};

/// Price and total quantity are now these. Keeps priority if the price is the same and the quantity
/// not larger; otherwise the order queues anew as of this entry.
struct OrderReplaced {
  Seq order = 0;
  Price price;
  Quantity quantity;
  Price stop_price = {};  ///< the new one of an order that waits; 0: as it was
  bool operator==(const OrderReplaced&) const = default;
};

/// A stop order's price was reached: from this entry on it is an order like others, and queues as
/// of this entry. A market order gets its collar, and one with funds what they can come to.
struct Triggered {
  Seq order = 0;
  Price price;
  Quantity quantity;
  bool operator==(const Triggered&) const = default;
};

/// The free part of the order is gone. Parts that are held follow their answers.
struct OrderClosed {
  Seq order = 0;
  CloseReason reason = CloseReason::kCancelled;
  bool operator==(const OrderClosed&) const = default;
};

/// `quantity` changed hands at the maker's price. Stated once where both orders have one home;
/// otherwise by the maker's home (its decision) and then by the taker's (its hold is over).
struct Traded {
  TradeId trade;  ///< the taker's hold; this very entry where both orders have one home
  OrderId maker;
  OrderId taker;
  Price price;
  Quantity quantity;
  bool operator==(const Traded&) const = default;
};

/// Quantity of an own order is promised to a fill request, and this is the request: the maker's
/// home reads it here. The trade id is this entry.
struct Held {
  Seq order = 0;
  OrderId maker;
  Price price;  ///< the maker's price as known to the asker
  Quantity quantity;
  bool self_trade = false;  ///< same account: asks for self-trade prevention instead of a fill
  /// All or nothing: this many consecutive holds, of which this is number `group_index`, are
  /// decided together (FOK). 1 and 0 otherwise.
  std::uint32_t group_size = 1;
  std::uint32_t group_index = 0;
  bool operator==(const Held&) const = default;
};

/// The maker's home decided not to fill. `decrement` is what self-trade prevention takes off both
/// orders.
struct Refused {
  TradeId trade;
  Seq maker = 0;
  RefuseReason reason = RefuseReason::kNotOpen;
  Quantity decrement;
  bool operator==(const Refused&) const = default;
};

/// A hold is over without a trade.
struct Released {
  Seq hold = 0;
  RefuseReason reason = RefuseReason::kNotOpen;
  Quantity decrement;
  bool operator==(const Released&) const = default;
};

/// Orders of this home are good until this wall-clock time unless renewed again (rule 9).
struct LeaseRenewed {
  std::int64_t until_ms = 0;
  bool operator==(const LeaseRenewed&) const = default;
};

/// All decisions on trades of `home` with a number below `below` are known to be over there and
/// need not be remembered any longer (rule 3).
struct Settled {
  NodeId home;
  Seq below = 0;
  bool operator==(const Settled&) const = default;
};

/// The state of this home after all entries before this one has this digest; see home_snapshot.h.
/// Always the last entry of its batch.
struct Checkpoint {
  crypto::Digest digest{};
  std::uint64_t size_bytes = 0;
  bool operator==(const Checkpoint&) const = default;
};

using Event = std::variant<InstrumentDeclared, OrderAccepted, OrderReplaced, Triggered, OrderClosed,
                           Traded, Held, Refused, Released, LeaseRenewed, Settled, Checkpoint>;

/// An event as an entry of some feed.
struct Recorded {
  NodeId home;
  Seq seq = 0;
  Hlc time;
  std::string instrument;  ///< whose steps prices and quantities are in; empty if there are none
  Event event;

  bool operator==(const Recorded&) const = default;
};

}  // namespace syrah::exchange
