#pragma once

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 8: within one home, strict price-time. When two orders of one home trade, no other
/// resting order of that home, older than the taker, offered it a better price, or the same one
/// earlier. The maker is the older of the two, unless the taker is of those that never rest.
class PriceTimeChecker {
 public:
  static constexpr std::string_view kInvariant = "8 price-time";

  explicit PriceTimeChecker(Report& report) : report_(report) {}

  /// `before`: the entry is not in it yet.
  void entry(const exchange::Recorded& recorded, const Ledger& before);

 private:
  Report& report_;
};

}  // namespace syrah::sim
