#pragma once

#include <map>
#include <string>

#include "sim/checkers/report.h"
#include "sim/checkers/told.h"

namespace syrah::sim {

/// Invariant 5: what a client was told once stays true, whatever crashes in between: orders exist,
/// fills are not taken back, what is done stays done.
class AcknowledgedChecker {
 public:
  static constexpr std::string_view kInvariant = "5 acknowledged";

  explicit AcknowledgedChecker(Report& report) : report_(report) {}

  /// Answers to one client, in the order in which it got them.
  void told(const ToldOrder& order);
  void told_cancelled(const base::OrderId& order);
  /// The client asked for an order, and the home says that there is none.
  void not_found(const base::OrderId& order);

  /// All orders that clients know of.
  struct Known {
    std::int64_t filled_lots = 0;
    bool done = false;
  };
  [[nodiscard]] const std::map<base::OrderId, Known>& known() const { return known_; }

 private:
  Report& report_;
  std::map<base::OrderId, Known> known_;
};

}  // namespace syrah::sim
