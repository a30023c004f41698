#include <algorithm>

#include "exchange/market.h"

namespace syrah::exchange {
namespace {

/// Better orders looked at for one decision, so that its price is bounded. The best come first; the
/// oldest is most likely among them.
constexpr std::size_t kBetterOrdersLookedAt = 16;

template <class Counts, class Enum>
void count_reason(Counts& counts, Enum reason) {
  ++counts.at(static_cast<std::size_t>(reason));
}

}  // namespace

std::size_t Market::open_orders() const {
  std::size_t sum = 0;
  for (const auto& [id, home] : homes_) sum += home.state.open_orders();
  return sum;
}

void Market::count(const Recorded& recorded, const std::vector<Seq>& touched) {
  if (const auto* traded = std::get_if<Traded>(&recorded.event);
      traded != nullptr && traded->maker.home == recorded.home) {
    const auto known = counts_.instruments.find(recorded.instrument);
    if (known != counts_.instruments.end()) ++known->second.trades;
  }
  if (recorded.home == self_) count_own(recorded, touched);
}

void Market::count_own(const Recorded& recorded, const std::vector<Seq>& touched) {
  const auto* const traded = std::get_if<Traded>(&recorded.event);
  if (std::holds_alternative<Held>(recorded.event)) {
    ++counts_.asked;
  } else if (const auto* released = std::get_if<Released>(&recorded.event)) {
    count_reason(counts_.asked_refused, released->reason);
  } else if (const auto* refused = std::get_if<Refused>(&recorded.event)) {
    count_reason(counts_.others_refused, refused->reason);
  } else if (traded != nullptr && traded->maker.home != self_) {
    ++counts_.asked_filled;
  }
  if (touched.empty()) return;
  InstrumentCounts& counts = counts_.instruments[recorded.instrument];
  if (traded != nullptr && traded->maker.home == self_) count_decision(counts, recorded, *traded);
  for (const Seq seq : touched) {
    const Order* const order = own_order(seq);
    if (order == nullptr) continue;
    if (const auto* accepted = std::get_if<OrderAccepted>(&recorded.event)) {
      count_reason(counts.accepted, accepted->side);
    }
    if (traded != nullptr) {
      ++(traded->maker == order->id ? counts.fills_as_maker : counts.fills_as_taker);
    }
    // What could not be filled at once was closed before the answers for the rest came.
    const bool filled = order->filled == order->quantity;
    if (order->over()) count_reason(counts.over, filled ? CloseReason::kFilled : order->reason);
  }
}

/// What this home does not know of is not counted, so that the figure is a lower bound; across a
/// healthy network it knows of orders long before they are 250 ms old.
void Market::count_decision(InstrumentCounts& counts, const Recorded& recorded,
                            const Traded& traded) const {
  ++counts.decided;
  const OrderBook* const resting = book(recorded.instrument);
  const Order* const maker = own_order(traded.maker.seq);
  if (resting == nullptr || maker == nullptr) return;
  const Order* const taker = order(traded.taker);
  std::int64_t age_ms = -1;
  std::size_t looked_at = 0;
  resting->walk(maker->side, [&](const Resting& other) {
    const bool better = crosses(opposite(maker->side), traded.price, other.price) &&
                        (other.price != traded.price || other.priority < maker->priority);
    if (!better || ++looked_at > kBetterOrdersLookedAt) return false;
    const Order* const whole = order(other.id);
    // Orders of one account do not trade with each other.
    const bool same_account =
        taker != nullptr && whole != nullptr && whole->account == taker->account;
    if (!same_account) age_ms = std::max(age_ms, recorded.time.ms - other.priority.time.ms);
    return true;
  });
  for (std::size_t i = 0; i < kBetterOrderAgesMs.size(); ++i) {
    if (age_ms >= kBetterOrderAgesMs[i]) ++counts.traded_through[i];
  }
}

}  // namespace syrah::exchange
