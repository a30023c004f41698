#include "sim/checkers/stop_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace syrah::sim {

void StopChecker::say(const base::NodeId& home, const base::OrderId& order, std::string_view what) {
  report_.broken(kInvariant, home, fmt::format("order {} {}", report_.name(order), what));
}

void StopChecker::entry(const exchange::Recorded& recorded, const Ledger& before) {
  if (const auto* held = std::get_if<exchange::Held>(&recorded.event)) {
    must_go(recorded, {recorded.home, held->order}, before);
  } else if (const auto* triggered_event = std::get_if<exchange::Triggered>(&recorded.event)) {
    triggered(recorded, *triggered_event, before);
  } else if (const auto* traded = std::get_if<exchange::Traded>(&recorded.event)) {
    must_go(recorded, traded->maker, before);
    must_go(recorded, traded->taker, before);
    if (traded->maker.home != recorded.home) return;
    Prices& prices = traded_.try_emplace(recorded.instrument, Prices{traded->price, traded->price})
                         .first->second;
    prices.lowest = std::min(prices.lowest, traded->price);
    prices.highest = std::max(prices.highest, traded->price);
  }
}

void StopChecker::must_go(const exchange::Recorded& recorded, const base::OrderId& id,
                          const Ledger& before) {
  const LedgerOrder* const order = before.order(id);
  if (order != nullptr && order->waiting) say(recorded.home, id, "trades while it waits");
}

void StopChecker::triggered(const exchange::Recorded& recorded, const exchange::Triggered& event,
                            const Ledger& before) {
  const base::OrderId id{recorded.home, event.order};
  const LedgerOrder* const order = before.order(id);
  if (order == nullptr || !order->waiting || order->closed_by != 0) {
    say(recorded.home, id, "is triggered and does not wait");
    return;
  }
  const auto prices = traded_.find(order->instrument);
  const bool loss = order->terms.stop == exchange::Stop::kLoss;
  if (prices == traded_.end()) {
    say(recorded.home, id, "is triggered though nothing was traded");
  } else if (!exchange::reached(order->terms.stop, order->terms.stop_price,
                                loss ? prices->second.lowest : prices->second.highest)) {
    say(recorded.home, id, "is triggered at a price that nobody traded at");
  }
}

void StopChecker::after_entry(const exchange::Recorded& recorded, const Ledger& after) {
  if (const auto* held = std::get_if<exchange::Held>(&recorded.event)) {
    check_funds(recorded, {recorded.home, held->order}, after);
  } else if (const auto* traded = std::get_if<exchange::Traded>(&recorded.event)) {
    check_funds(recorded, traded->taker, after);
  }
}

void StopChecker::check_funds(const exchange::Recorded& recorded, const base::OrderId& id,
                              const Ledger& after) {
  const LedgerOrder* const order = after.order(id);
  if (order == nullptr || order->terms.funds.units == 0) return;
  if (order->worth > order->terms.funds.units) {
    say(recorded.home, id, "trades and promises more than its funds");
  }
}

void StopChecker::at_end(const Ledger& ledger, const std::vector<LiveNode>& nodes) {
  for (const auto& [id, order] : ledger.orders()) {
    if (!order.waiting || order.closed_by != 0) continue;
    for (const LiveNode& node : nodes) check_at(node, order);
  }
}

void StopChecker::check_at(const LiveNode& node, const LedgerOrder& order) {
  const exchange::OrderBook* const book = node.exchange->book(order.instrument);
  if (book != nullptr && book->find(order.id)) {
    report_.broken(kInvariant, node.name,
                   fmt::format("order {} is in the book while it waits", report_.name(order.id)));
  }
  if (node.exchange->self() != order.id.home) return;
  const auto last = node.exchange->last_price(order.instrument);
  const exchange::Order* const known = node.exchange->own_order(order.id.seq);
  if (known != nullptr && last && exchange::reached(known->stop, known->stop_price, *last)) {
    report_.broken(
        kInvariant, node.name,
        fmt::format("order {} waits for a price that was reached", report_.name(order.id)));
  }
}

}  // namespace syrah::sim
