#pragma once

#include <vector>

#include "sim/checkers/live_node.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 14: after a while of calm no hold is left without an answer.
class HoldsChecker {
 public:
  static constexpr std::string_view kInvariant = "14 holds answered";

  explicit HoldsChecker(Report& report) : report_(report) {}
  void at_end(const std::vector<LiveNode>& nodes);

 private:
  Report& report_;
};

}  // namespace syrah::sim
