#pragma once

#include <map>

#include "exchange/home_state.h"
#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 3: remaining + filled + cancelled = quantity and held <= remaining, for every order
/// after every entry; and the product's fold of the feed says the same as the checkers' own
/// account.
class ConservationChecker {
 public:
  static constexpr std::string_view kInvariant = "3 conservation";

  explicit ConservationChecker(Report& report) : report_(report) {}

  /// `after`: the entry is in it.
  void entry(const exchange::Recorded& recorded, const Ledger& after);

  /// A home's state after its last durable entry, or null.
  [[nodiscard]] const exchange::HomeState* state(const base::NodeId& home) const;

 private:
  void compare(const exchange::Recorded& recorded, const LedgerOrder& mine,
               const exchange::Order* theirs);

  Report& report_;
  std::map<base::NodeId, exchange::HomeState> states_;
};

}  // namespace syrah::sim
