#pragma once

// Why an order has not traded: where it stands in its book, and what keeps apart orders that cross.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "exchange/order_book.h"

namespace syrah::exchange {

/// What keeps an own order from a trade with an order that it crosses.
enum class Obstacle : std::uint8_t {
  kNone,         ///< nothing: it happens at the next opportunity
  kSameAccount,  ///< self-trade prevention
  kOtherAsks,    ///< the own order is the earlier one: the other's home has to ask
  kHomeIsLate,   ///< its home owes an answer for long: it is asked nothing new meanwhile
  kRefused,      ///< its home refused: it is asked again when the order changes, after a wait
  kAsked,        ///< all that is free of it is asked for already
  kAskedEnough,  ///< the own order waits for as many answers as it may
  kSuspended,    ///< its home cannot be reached
};
inline constexpr std::size_t kObstacles = 8;

/// Orders before one in its queue.
struct Queue {
  std::size_t orders = 0;
  base::Int128 lots = 0;
};

struct Standing {
  bool in_book = false;
  Queue better;                        ///< at better prices
  Queue before;                        ///< at its price, earlier
  bool counted = true;                 ///< false: there are more than were counted
  std::optional<Price> best_own;       ///< the best price of its side
  std::optional<Price> best_opposite;  ///< and of the other
  /// Opposite orders that it crosses, by what keeps them apart; for orders of this home.
  std::array<std::size_t, kObstacles> crossing{};
};

/// The orders looked at for one answer, so that a long queue costs nobody else much time.
inline constexpr std::size_t kStandingOrdersMax = 20'000;

class Market;
class Taker;

/// Of an order of any home that is not closed.
Standing find_standing(const Market& market, const Taker& taker, const Order& order, Time now);

}  // namespace syrah::exchange
