#pragma once

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// What orders were promised besides price: fill or kill is whole or nothing, post-only never
/// takes, what does not rest makes no trades and stays in no book.
class OrderTermsChecker {
 public:
  static constexpr std::string_view kInvariant = "4b order terms";

  explicit OrderTermsChecker(Report& report) : report_(report) {}

  /// `after`: the entry is in it.
  void entry(const exchange::Recorded& recorded, const Ledger& after);
  void at_end(const Ledger& ledger);

 private:
  void say(const LedgerOrder& order, std::string_view what);

  Report& report_;
};

}  // namespace syrah::sim
