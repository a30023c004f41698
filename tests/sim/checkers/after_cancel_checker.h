#pragma once

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 7: once an order is closed, nothing of it is filled or asked for but what was held
/// before.
class AfterCancelChecker {
 public:
  static constexpr std::string_view kInvariant = "7 after cancel";

  explicit AfterCancelChecker(Report& report) : report_(report) {}

  /// `before`: the entry is not in it yet.
  void entry(const exchange::Recorded& recorded, const Ledger& before);

 private:
  void must_be_open(const exchange::Recorded& recorded, const base::OrderId& order,
                    const Ledger& before);

  Report& report_;
};

}  // namespace syrah::sim
