#include "sim/checkers/durable_first_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

bool DurableFirstChecker::own_head_sent(const feed::Head& head) {
  const base::Seq durable = archive_.seq(head.home);
  if (head.seq <= durable) return true;
  report_.broken(kInvariant, head.home,
                 fmt::format("sends its feed up to entry {}, durable are {}", head.seq, durable));
  return false;
}

void DurableFirstChecker::told(const ToldOrder& told) {
  const LedgerOrder* const order = ledger_.order(told.id);
  if (order == nullptr) {
    report_.broken(
        kInvariant, told.id.home,
        fmt::format("a client hears of order {}, which is not durable", report_.name(told.id)));
    return;
  }
  if (told.filled_lots > order->filled) {
    report_.broken(kInvariant, told.id.home,
                   fmt::format("a client hears that order {} has {} lots filled, durable are {}",
                               report_.name(told.id), told.filled_lots, order->filled));
  }
  if (told.done && order->closed_by == 0) {
    report_.broken(kInvariant, told.id.home,
                   fmt::format("a client hears that order {} is done, which is not durable",
                               report_.name(told.id)));
  }
}

void DurableFirstChecker::told_cancelled(const base::OrderId& id) {
  const LedgerOrder* const order = ledger_.order(id);
  if (order != nullptr && order->closed_by != 0) return;
  report_.broken(kInvariant, id.home,
                 fmt::format("a client hears that order {} is cancelled, which is not durable",
                             report_.name(id)));
}

}  // namespace syrah::sim
