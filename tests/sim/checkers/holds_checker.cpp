#include "sim/checkers/holds_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

void HoldsChecker::at_end(const std::vector<LiveNode>& nodes) {
  for (const LiveNode& node : nodes) {
    const base::NodeId& self = node.exchange->self();
    for (const auto& [seq, hold] : node.exchange->home(self)->holds()) {
      report_.broken(
          kInvariant, node.name,
          fmt::format("hold {} on {} for {} lots of {} has no answer", report_.name({self, seq}),
                      report_.name({self, hold.request.order}), hold.request.quantity.lots,
                      report_.name(hold.request.maker)));
    }
  }
}

}  // namespace syrah::sim
