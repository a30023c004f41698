#include "sim/checkers/after_cancel_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

void AfterCancelChecker::entry(const exchange::Recorded& recorded, const Ledger& before) {
  if (const auto* request = std::get_if<exchange::Held>(&recorded.event)) {
    must_be_open(recorded, {recorded.home, request->order}, before);
    return;
  }
  const auto* event = std::get_if<exchange::Traded>(&recorded.event);
  if (event == nullptr) return;
  if (event->maker.home == recorded.home) must_be_open(recorded, event->maker, before);
  if (event->taker.home != recorded.home) return;
  if (event->maker.home == recorded.home) {
    must_be_open(recorded, event->taker, before);
    return;
  }
  const LedgerHold* const hold = before.hold(event->trade);
  if (hold == nullptr || hold->ended_by != 0) {
    report_.broken(
        kInvariant, recorded.home,
        fmt::format("entry {} fills order {} without a hold",
                    report_.name({recorded.home, recorded.seq}), report_.name(event->taker)));
  }
}

void AfterCancelChecker::must_be_open(const exchange::Recorded& recorded, const base::OrderId& id,
                                      const Ledger& before) {
  const LedgerOrder* const order = before.order(id);
  if (order == nullptr || order->closed_by == 0) return;
  report_.broken(
      kInvariant, recorded.home,
      fmt::format("entry {} takes of order {}, which entry {} closed",
                  report_.name({recorded.home, recorded.seq}), report_.name(id), order->closed_by));
}

}  // namespace syrah::sim
