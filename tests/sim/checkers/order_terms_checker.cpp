#include "sim/checkers/order_terms_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

void OrderTermsChecker::say(const LedgerOrder& order, std::string_view what) {
  report_.broken(
      kInvariant, order.id.home,
      fmt::format("order {} ({}{}): {}", report_.name(order.id), exchange::to_text(order.terms.tif),
                  order.terms.post_only ? ", post-only" : "", what));
}

void OrderTermsChecker::entry(const exchange::Recorded& recorded, const Ledger& after) {
  const auto* event = std::get_if<exchange::Traded>(&recorded.event);
  if (event == nullptr) return;
  const LedgerOrder* const maker = after.order(event->maker);
  const LedgerOrder* const taker = after.order(event->taker);
  if (maker != nullptr && !exchange::rests(maker->terms.tif)) {
    say(*maker, fmt::format("was the maker of trade {}", report_.name(event->trade)));
  }
  if (taker != nullptr && taker->terms.post_only) {
    say(*taker, fmt::format("was the taker of trade {}", report_.name(event->trade)));
  }
}

void OrderTermsChecker::at_end(const Ledger& ledger) {
  for (const auto& [id, order] : ledger.orders()) {
    if (exchange::rests(order.terms.tif) || order.waiting) continue;
    if (order.free() > 0) say(order, fmt::format("is open with {} lots free", order.free()));
    if (order.terms.tif == exchange::TimeInForce::kFok && order.filled != 0 &&
        order.filled != order.quantity) {
      say(order, fmt::format("filled {} of {}", order.filled, order.quantity));
    }
  }
}

}  // namespace syrah::sim
