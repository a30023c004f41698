#include "sim/checkers/price_time_checker.h"

#include <fmt/format.h>

namespace syrah::sim {
namespace {

/// Whether `a` comes before `b`, both being orders on one side.
bool goes_first(const LedgerOrder& a, const LedgerOrder& b) {
  if (a.price == b.price) return a.priority < b.priority;
  return a.terms.side == exchange::Side::kBuy ? a.price > b.price : a.price < b.price;
}

}  // namespace

void PriceTimeChecker::entry(const exchange::Recorded& recorded, const Ledger& before) {
  const auto* event = std::get_if<exchange::Traded>(&recorded.event);
  if (event == nullptr || event->maker.home != event->taker.home) return;
  const LedgerOrder* const maker = before.order(event->maker);
  const LedgerOrder* const taker = before.order(event->taker);
  if (maker == nullptr || taker == nullptr) return;
  const std::string entry = report_.name({recorded.home, recorded.seq});
  // An order that does not rest takes whatever its age: it may have waited for another home.
  const bool taker_rests = exchange::rests(taker->terms.tif);
  if (taker_rests && taker->priority < maker->priority) {
    report_.broken(kInvariant, recorded.home,
                   fmt::format("entry {}: the maker {} is younger than the taker {}", entry,
                               report_.name(maker->id), report_.name(taker->id)));
  }
  const auto& orders = before.orders();
  for (auto it = orders.lower_bound({recorded.home, 0});
       it != orders.end() && it->first.home == recorded.home; ++it) {
    const LedgerOrder& other = it->second;
    if (other.free() <= 0 || other.instrument != maker->instrument || other.id == maker->id ||
        other.terms.side != maker->terms.side || !exchange::rests(other.terms.tif) ||
        other.waiting) {
      continue;
    }
    // What self-trade prevention does with the taker's own orders is not a matter of their turn.
    if (other.terms.account == taker->terms.account) continue;
    if (taker_rests && taker->priority < other.priority) continue;
    if (!goes_first(other, *maker)) continue;
    report_.broken(kInvariant, recorded.home,
                   fmt::format("entry {} fills {}, though {} at {} ticks with {} lots free was "
                               "first in line",
                               entry, report_.name(maker->id), report_.name(other.id),
                               other.price.ticks, other.free()));
    return;
  }
}

}  // namespace syrah::sim
