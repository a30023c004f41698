#pragma once

#include <map>

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 1: the fills of an order, over all journals of the network, are not more than its
/// quantity. A trade that two journals tell counts once.
class OverfillChecker {
 public:
  static constexpr std::string_view kInvariant = "1 overfill";

  explicit OverfillChecker(Report& report) : report_(report) {}

  /// `after`: the entry is in it.
  void entry(const exchange::Recorded& recorded, const Ledger& after);

 private:
  void filled(const base::OrderId& order, const exchange::Recorded& recorded,
              const exchange::Traded& event, const Ledger& after);

  struct Fills {
    std::map<base::TradeId, std::int64_t> trades;
    std::int64_t sum = 0;
  };
  Report& report_;
  std::map<base::OrderId, Fills> fills_;
};

}  // namespace syrah::sim
