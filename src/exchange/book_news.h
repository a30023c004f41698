#pragma once

// What happened to the books, for those who publish it: enough to follow every order of every home.
//
// It comes step by step. Within a step `flow` says who came and what traded, in order; `resting`
// then says how each order that was touched stands in the book, compared with where the flow would
// leave it. Whoever takes the matched quantity off the makers in `flow` and then applies `resting`
// has the book as it is at the end of the step.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "exchange/fact.h"

namespace syrah::exchange {

/// An order was accepted by its home, or its stop price was reached. Whether some of it rests is
/// told after that. One that waits for its stop price is in no book, and nobody else's business.
struct OrderReceived {
  Order order;
  Hlc time;
};

/// Why the book shows another quantity of an order than matches explain.
enum class BookCause : std::uint8_t {
  kOrder,      ///< the order itself: new, closed, filled
  kReplaced,   ///< by its trader
  kSelfTrade,  ///< self-trade prevention took some off
  kPending,    ///< promised to a fill request, or free again after one
  kReach,      ///< its home fell silent, or came back
  kUnknown,    ///< its home's snapshot has it no more
};

/// One order over one step.
struct RestingChange {
  OrderId id;
  std::string instrument;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  Price old_price;
  Quantity old_quantity;  ///< in the book before, less what matched since; 0: it was not there
  Price price;
  Quantity quantity;  ///< in the book now; 0: it is not there
  Priority priority;
  bool requeued = false;                         ///< lost its place in the queue
  bool closed = false;                           ///< in this step
  CloseReason reason = CloseReason::kCancelled;  ///< if closed
  Quantity unfilled;                             ///< if closed: given back
  BookCause cause = BookCause::kOrder;
  bool waits = false;  ///< for its stop price, as it did before
  std::string account;
  Hlc time;
};

/// What there is now at a price that was touched; 0: nothing.
struct LevelChange {
  std::string instrument;
  Side side = Side::kBuy;
  Price price;
  Quantity quantity;
};

struct BookNews {
  std::vector<std::variant<OrderReceived, TradeFact>> flow;
  std::vector<RestingChange> resting;
  std::vector<LevelChange> levels;

  [[nodiscard]] bool empty() const { return flow.empty() && resting.empty(); }
};

}  // namespace syrah::exchange
