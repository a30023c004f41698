#include "sim/checkers/acknowledged_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace syrah::sim {

void AcknowledgedChecker::told(const ToldOrder& order) {
  Known& known = known_[order.id];
  if (order.filled_lots < known.filled_lots) {
    report_.broken(kInvariant, order.id.home,
                   fmt::format("order {} had {} lots filled when its client asked before, now {}",
                               report_.name(order.id), known.filled_lots, order.filled_lots));
  }
  if (known.done && !order.done) {
    report_.broken(kInvariant, order.id.home,
                   fmt::format("order {} was done when its client asked before, now it is open",
                               report_.name(order.id)));
  }
  known.filled_lots = std::max(known.filled_lots, order.filled_lots);
  known.done = known.done || order.done;
}

void AcknowledgedChecker::told_cancelled(const base::OrderId& order) { known_[order].done = true; }

void AcknowledgedChecker::not_found(const base::OrderId& order) {
  if (!known_.contains(order)) return;
  report_.broken(
      kInvariant, order.home,
      fmt::format("order {} was acknowledged, and its home does not know it", report_.name(order)));
}

}  // namespace syrah::sim
