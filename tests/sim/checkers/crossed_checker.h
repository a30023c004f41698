#pragma once

#include <vector>

#include "sim/checkers/live_node.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 16: after a while of calm no book is crossed.
class CrossedChecker {
 public:
  static constexpr std::string_view kInvariant = "16 crossed";

  explicit CrossedChecker(Report& report) : report_(report) {}
  void at_end(const std::vector<LiveNode>& nodes);

 private:
  Report& report_;
};

}  // namespace syrah::sim
