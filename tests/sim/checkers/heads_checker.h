#pragma once

#include <vector>

#include "sim/checkers/live_node.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 15: after a while of calm everyone has every feed up to its end, the same state of
/// every home byte for byte, and the same books.
class HeadsChecker {
 public:
  static constexpr std::string_view kInvariant = "15 heads equal";

  explicit HeadsChecker(Report& report) : report_(report) {}
  void at_end(const std::vector<LiveNode>& nodes);

 private:
  void compare_home(const LiveNode& home, const LiveNode& other);
  void compare_books(const LiveNode& a, const LiveNode& b);
  void compare_reach(const LiveNode& home, const LiveNode& other);

  Report& report_;
};

}  // namespace syrah::sim
