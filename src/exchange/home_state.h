#pragma once

// Everything that one home's feed says, folded: its instruments, open orders, holds and decisions.
// The same code folds the node's own feed and everyone else's, live and after a restart; a function
// of the feed alone (no clock, no configuration), so all who folded the same entries have the same
// state, byte for byte (home_snapshot.h).
//
// Invariants, checked in apply(): an event that would break one is an error and changes nothing.
//   1. quantity = filled + cancelled + held + free for every order; held <= quantity - filled.
//   2. Only orders of this home change. A trade at the maker's home never exceeds what is free; a
//      trade of the taker's home never exceeds its hold.
//   3. Each trade id is decided once, each hold ends once.
//   4. A stop order neither trades nor is held before it was triggered, and an order with funds
//   never
//      trades or promises more than they are.
// What a malicious home gains by breaking them: nothing, it is cut off with proof at hand.

#include <cstdint>
#include <map>
#include <vector>

#include "base/result.h"
#include "exchange/event.h"
#include "exchange/order.h"

namespace syrah::exchange {

/// An open fill request of this home (as taker).
struct Hold {
  Seq seq = 0;
  Hlc time;
  Held request;

  bool operator==(const Hold&) const = default;
};

/// What this home (as maker) decided on a request.
struct Decision {
  Seq entry = 0;  ///< of the Traded or Refused
  Seq maker = 0;
  bool filled = false;
  Price price;                                   ///< if filled
  Quantity quantity;                             ///< if filled
  RefuseReason reason = RefuseReason::kNotOpen;  ///< if refused
  Quantity decrement;                            ///< if refused for self-trade

  bool operator==(const Decision&) const = default;
};

class HomeState {
 public:
  explicit HomeState(const NodeId& home) : home_(home) {}

  /// Folds the next entry and returns the own orders it touched. Orders that are over, or filled,
  /// stay readable until the next apply().
  base::Result<std::vector<Seq>> apply(const Recorded& recorded);

  [[nodiscard]] const NodeId& home() const { return home_; }
  [[nodiscard]] Seq seq() const { return seq_; }  ///< of the last entry folded
  [[nodiscard]] const Instruments& instruments() const { return instruments_; }
  [[nodiscard]] std::int64_t lease_until_ms() const { return lease_until_ms_; }

  /// The order, while it is open or parts of it are held; else null.
  [[nodiscard]] const Order* order(Seq seq) const;
  [[nodiscard]] const std::map<Seq, Order>& orders() const { return orders_; }
  /// How many are open or held in part: orders() has also those that the last entry ended.
  [[nodiscard]] std::size_t open_orders() const { return orders_.size() - finished_.size(); }
  [[nodiscard]] const std::map<Seq, Hold>& holds() const { return holds_; }
  [[nodiscard]] const std::map<TradeId, Decision>& decisions() const { return decisions_; }

  /// All decisions on requests of `asker` with a number below this are over.
  [[nodiscard]] Seq settled_below(const NodeId& asker) const;
  [[nodiscard]] const std::map<NodeId, Seq>& settled() const { return settled_; }

  /// Entries since the last checkpoint, for the home to know when the next is due.
  [[nodiscard]] std::uint64_t entries_since_checkpoint() const { return since_checkpoint_; }

 private:
  friend class HomeSnapshot;
  using Touched = base::Result<std::vector<Seq>>;

  Touched fold(const Recorded& recorded, const InstrumentDeclared& event);
  Touched fold(const Recorded& recorded, const OrderAccepted& event);
  Touched fold(const Recorded& recorded, const OrderReplaced& event);
  Touched fold(const Recorded& recorded, const Triggered& event);
  Touched fold(const Recorded& recorded, const OrderClosed& event);
  Touched fold(const Recorded& recorded, const Traded& event);
  Touched fold(const Recorded& recorded, const Held& event);
  Touched fold(const Recorded& recorded, const Refused& event);
  Touched fold(const Recorded& recorded, const Released& event);
  Touched fold(const Recorded& recorded, const LeaseRenewed& event);
  Touched fold(const Recorded& recorded, const Settled& event);
  Touched fold(const Recorded& recorded, const Checkpoint& event);

  /// The three places that a trade is told at: the one home of both orders, the maker's home, and
  /// then the taker's.
  Touched fold_at_home(const Recorded& recorded, const Traded& event);
  Touched fold_decision(const Recorded& recorded, const Traded& event);
  Touched fold_answer(const Recorded& recorded, const Traded& event);

  base::Result<Order*> open_order(Seq seq);
  [[nodiscard]] base::Status check_undecided(const TradeId& trade) const;

  NodeId home_;
  Seq seq_ = 0;
  Instruments instruments_;
  std::int64_t lease_until_ms_ = 0;
  std::map<Seq, Order> orders_;
  std::map<Seq, Hold> holds_;
  std::map<TradeId, Decision> decisions_;
  std::map<NodeId, Seq> settled_;
  std::uint64_t since_checkpoint_ = 0;
  std::vector<Seq> finished_;  ///< over since the last apply()
};

}  // namespace syrah::exchange
