#pragma once

#include <string>

#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 19: the same seed gives the same run, down to the last byte.
class DeterminismChecker {
 public:
  static constexpr std::string_view kInvariant = "19 determinism";

  explicit DeterminismChecker(Report& report) : report_(report) {}

  /// Trace hashes of two runs of one seed.
  void compare(const std::string& first, const std::string& second) {
    if (first == second) return;
    report_.broken(kInvariant, std::string{},
                   "two runs have the traces " + first + " and " + second);
  }

 private:
  Report& report_;
};

}  // namespace syrah::sim
