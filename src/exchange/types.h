#pragma once

// The words of the trade.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/ids.h"
#include "base/int128.h"
#include "base/time.h"

namespace syrah::exchange {

using base::EntryId;
using base::Hlc;
using base::NodeId;
using base::OrderId;
using base::Seq;
using base::Time;
using base::TradeId;

/// Which of this node's clients' keys an order was placed with; 0: not known. Other nodes are not
/// told.
using KeyTag = std::uint64_t;

/// A price in ticks of its instrument.
struct Price {
  std::int64_t ticks = 0;
  auto operator<=>(const Price&) const = default;
};

/// A quantity in lots of its instrument. Sums are checked.
struct Quantity {
  std::int64_t lots = 0;
  auto operator<=>(const Quantity&) const = default;

  friend Quantity operator+(Quantity a, Quantity b) {
    Quantity sum;
    SYRAH_CHECK(!__builtin_add_overflow(a.lots, b.lots, &sum.lots), "quantity overflow");
    return sum;
  }
  friend Quantity operator-(Quantity a, Quantity b) {
    SYRAH_CHECK(a.lots >= b.lots, "quantity below zero");
    return {a.lots - b.lots};
  }
  Quantity& operator+=(Quantity other) { return *this = *this + other; }
  Quantity& operator-=(Quantity other) { return *this = *this - other; }
};

/// An amount of the quote currency in ticks times lots of the instrument: what a trade is worth,
/// what an order may spend.
struct Notional {
  base::Int128 units = 0;
  auto operator<=>(const Notional&) const = default;

  Notional& operator+=(Notional other) {
    units += other.units;
    return *this;
  }
  Notional& operator-=(Notional other) {
    SYRAH_CHECK(units >= other.units, "notional below zero");
    units -= other.units;
    return *this;
  }
};
inline Notional operator*(Price price, Quantity quantity) {
  return {static_cast<base::Int128>(price.ticks) * quantity.lots};
}

enum class Side : std::uint8_t { kBuy, kSell };
inline Side opposite(Side side) { return side == Side::kBuy ? Side::kSell : Side::kBuy; }

enum class OrderType : std::uint8_t { kLimit, kMarket };

/// Good till cancelled; immediate or cancel; fill or kill; good till date.
enum class TimeInForce : std::uint8_t { kGtc, kIoc, kFok, kGtd };
inline bool rests(TimeInForce tif) { return tif == TimeInForce::kGtc || tif == TimeInForce::kGtd; }

/// What happens instead of a trade between two orders of one account. The taker's wish counts.
enum class SelfTrade : std::uint8_t {
  kDecrementAndCancel,  ///< both shrink by the smaller one
  kCancelOldest,
  kCancelNewest,
  kCancelBoth,
};

/// What an order waits for before it may trade: nothing; a trade at its stop price or below; at its
/// stop price or above.
enum class Stop : std::uint8_t { kNone, kLoss, kEntry };
inline bool reached(Stop stop, Price stop_price, Price last) {
  return stop == Stop::kLoss ? last <= stop_price : last >= stop_price;
}

/// Why an order is no longer open (or was never).
enum class CloseReason : std::uint8_t {
  kCancelled,  ///< by its trader
  kExpired,    ///< good till date, and the date has come
  kImmediate,  ///< what an IOC or market order could not fill at once
  kKilled,     ///< FOK: no single home could fill it whole
  kPostOnly,   ///< would have taken
  kSelfTrade,  ///< self-trade prevention
  kFilled,
  kUnconfirmed,  ///< taken by a peer of the basic dialect
};

/// Why a maker's home did not fill a request.
enum class RefuseReason : std::uint8_t {
  kNotOpen,     ///< filled, cancelled, expired or never there
  kNoQuantity,  ///< all that is left is promised elsewhere
  kPriceMoved,  ///< the order was replaced
  kSelfTrade,   ///< same account: prevention was applied instead
  kNotWhole,    ///< FOK: cannot be filled whole here
  kInvalid,     ///< the request contradicts the taker's own order
  kAbandoned,   ///< not a refusal: the operator of the taker's home gave up the hold by hand
};

std::string_view to_text(Side value);
std::string_view to_text(OrderType value);
std::string_view to_text(TimeInForce value);
std::string_view to_text(SelfTrade value);
std::string_view to_text(Stop value);  ///< "none", "loss", "entry"
std::string_view to_text(CloseReason value);
std::string_view to_text(RefuseReason value);

/// The reverse of `to_text`; nothing for other text.
std::optional<Side> side_from(std::string_view text);
std::optional<OrderType> order_type_from(std::string_view text);
std::optional<TimeInForce> time_in_force_from(std::string_view text);
std::optional<SelfTrade> self_trade_from(std::string_view text);
std::optional<Stop> stop_from(std::string_view text);
std::optional<CloseReason> close_reason_from(std::string_view text);
std::optional<RefuseReason> refuse_reason_from(std::string_view text);

}  // namespace syrah::exchange
