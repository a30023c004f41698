#pragma once

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 4: trades are at the maker's price, never outside either limit, between a buy and a
/// sell of one instrument, and never between orders of one account.
class PriceChecker {
 public:
  static constexpr std::string_view kInvariant = "4 price";

  explicit PriceChecker(Report& report) : report_(report) {}

  /// `before`: the entry is not in it yet.
  void entry(const exchange::Recorded& recorded, const Ledger& before);

 private:
  void traded(const exchange::Recorded& recorded, const exchange::Traded& event,
              const Ledger& before);
  void held(const exchange::Recorded& recorded, const exchange::Held& event, const Ledger& before);
  void say(const exchange::Recorded& recorded, std::string what);

  Report& report_;
};

}  // namespace syrah::sim
