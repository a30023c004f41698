#include "sim/checkers/overfill_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace syrah::sim {

void OverfillChecker::entry(const exchange::Recorded& recorded, const Ledger& after) {
  const auto* event = std::get_if<exchange::Traded>(&recorded.event);
  if (event == nullptr) return;
  filled(event->maker, recorded, *event, after);
  filled(event->taker, recorded, *event, after);
}

void OverfillChecker::filled(const base::OrderId& id, const exchange::Recorded& recorded,
                             const exchange::Traded& event, const Ledger& after) {
  Fills& fills = fills_[id];
  std::int64_t& counted = fills.trades[event.trade];
  const std::int64_t lots = std::max(counted, event.quantity.lots);
  fills.sum += lots - counted;
  counted = lots;
  const LedgerOrder* const order = after.order(id);
  if (order == nullptr) return;  // a trade with an order nobody knows is both_sides_checker's
  // A home may tell one trade twice: then its own sum shows it.
  const std::int64_t most = std::max(fills.sum, order->filled);
  if (most <= order->quantity) return;
  report_.broken(kInvariant, recorded.home,
                 fmt::format("with entry {} (trade {}) order {} has {} lots filled of {}",
                             report_.name({recorded.home, recorded.seq}), report_.name(event.trade),
                             report_.name(id), most, order->quantity));
}

}  // namespace syrah::sim
