#include "sim/checkers/no_reuse_checker.h"

#include <fmt/format.h>

namespace syrah::sim {
namespace {

bool is_what_was_wanted(const LedgerOrder& order, const Intent& intent) {
  const exchange::OrderAccepted& terms = order.terms;
  const bool priced = intent.type == exchange::OrderType::kLimit;
  return order.instrument == intent.instrument && terms.account == intent.account &&
         terms.client_id == intent.client_id && terms.side == intent.side &&
         terms.type == intent.type && terms.tif == intent.tif &&
         terms.self_trade == intent.self_trade && terms.post_only == intent.post_only &&
         (terms.quantity.lots == intent.quantity_lots || intent.funds_units > 0) &&
         terms.funds.units == intent.funds_units && terms.stop == intent.stop &&
         terms.stop_price.ticks == intent.stop_ticks &&
         (!priced || terms.price.ticks == intent.price_ticks);
}

}  // namespace

void NoReuseChecker::placed(const Intent& intent, const base::OrderId& id) {
  const auto [known, fresh] = intents_.emplace(id, intent.number);
  if (!fresh && known->second != intent.number) {
    report_.broken(kInvariant, id.home,
                   fmt::format("order {} is given to intent {} and was to intent {}",
                               report_.name(id), intent.number, known->second));
  }
  const LedgerOrder* const order = ledger_.order(id);
  if (order == nullptr || is_what_was_wanted(*order, intent)) return;
  report_.broken(kInvariant, id.home,
                 fmt::format("order {} is not what intent {} of account {} asked for",
                             report_.name(id), intent.number, intent.account));
}

}  // namespace syrah::sim
