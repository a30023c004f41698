#pragma once

#include <map>

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"
#include "sim/checkers/told.h"

namespace syrah::sim {

/// Invariant 6: an order id means one order for ever, the one that its client wanted.
class NoReuseChecker {
 public:
  static constexpr std::string_view kInvariant = "6 no reuse";

  NoReuseChecker(Report& report, const Ledger& ledger) : report_(report), ledger_(ledger) {}

  /// The client was told that this order is what became of its intent.
  void placed(const Intent& intent, const base::OrderId& id);

 private:
  Report& report_;
  const Ledger& ledger_;
  std::map<base::OrderId, std::uint64_t> intents_;
};

}  // namespace syrah::sim
