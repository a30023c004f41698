// Fill or kill: an order that is filled whole by the orders of one home, or not at all. Several
// homes cannot promise together, so a FOK order never spans them.

#include <algorithm>
#include <map>

#include "exchange/limits.h"
#include "exchange/matcher.h"

namespace syrah::exchange {

std::vector<Matcher::WholeFill> Matcher::whole_fills(const Order& order, Time now) const {
  std::vector<WholeFill> complete;
  const OrderBook* book = market_.book(order.instrument);
  if (book == nullptr) return complete;
  const auto tried = homes_tried_.find(order.id.seq);
  std::map<NodeId, WholeFill> fills;
  const book::Account account = book->incoming(order).account;
  const auto side = OrderBook::core_side(opposite(order.side));
  book->core().cross(side, order.price.ticks, [&](book::Slot slot) {
    if (book->core().account(slot) == account) return true;
    const Resting other = book->resting(slot);
    const NodeId& home = other.id.home;
    if (tried != homes_tried_.end() && tried->second.contains(home)) return true;
    const bool at_home = book->at_home(slot);
    if (!at_home && order.priority < other.priority) return true;
    WholeFill& fill = fills[home];
    fill.home = home;
    const Quantity missing = order.free() - fill.filled;
    const Quantity available = at_home ? other.available : taker_.askable(other, now);
    const Quantity part = std::min(missing, available);
    if (part.lots == 0 ||
        (!at_home && fill.parts.size() >= std::min(kGroupMax, taker_.room_at(home))))
      return true;
    fill.parts.emplace_back(other, part);
    fill.filled += part;
    fill.cost += static_cast<base::Int128>(other.price.ticks) * part.lots;
    return true;
  });
  for (auto& [home, fill] : fills) {
    if (fill.filled == order.free()) complete.push_back(std::move(fill));
  }
  return complete;
}

void Matcher::match_whole(Seq seq, Time now) {
  const Order order = *market_.own_order(seq);
  const std::vector<WholeFill> fills = whole_fills(order, now);
  if (fills.empty()) {
    homes_tried_.erase(seq);
    close(seq, CloseReason::kKilled, now);
    return;
  }
  // The best price for all of it; at the same price what needs no asking.
  const auto better = [&](const WholeFill& a, const WholeFill& b) {
    if (a.cost != b.cost) return order.side == Side::kBuy ? a.cost < b.cost : a.cost > b.cost;
    return (a.home == market_.self()) > (b.home == market_.self());
  };
  const WholeFill& best = *std::min_element(fills.begin(), fills.end(), better);
  if (best.home == market_.self()) {
    for (const auto& [other, quantity] : best.parts) {
      meet_own(seq, other.id.seq, book::Meeting::kTrade, now);
    }
    homes_tried_.erase(seq);
    return;
  }
  homes_tried_[seq].insert(best.home);
  Taker::Group group{static_cast<std::uint32_t>(best.parts.size()), 0};
  for (const auto& [other, quantity] : best.parts) {
    taker_.ask(order, other, quantity, false, group, now);
    ++group.index;
  }
}

void Matcher::resume_whole(Seq seq, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->closed) {
    homes_tried_.erase(seq);
    return;
  }
  if (order->held.lots == 0) match_whole(seq, now);
}

}  // namespace syrah::exchange
