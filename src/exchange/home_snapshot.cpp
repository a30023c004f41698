#include "exchange/home_snapshot.h"

#include <set>

#include "exchange/snapshot_lines.h"

namespace syrah::exchange {

std::string HomeSnapshot::write(const HomeState& state) {
  SnapshotHeader header;
  header.home = state.home_;
  header.seq = state.seq_;
  header.lease_until_ms = state.lease_until_ms_;
  header.since_checkpoint = state.since_checkpoint_;
  header.instruments = state.instruments_.all().size();
  header.orders = state.orders_.size() - state.finished_.size();
  header.holds = state.holds_.size();
  header.decisions = state.decisions_.size();
  header.settled = state.settled_.size();

  std::string text = snapshot_line(header);
  for (const Instrument& instrument : state.instruments_.all()) text += snapshot_line(instrument);
  for (const auto& [seq, order] : state.orders_) {
    if (!order.over()) text += snapshot_line(order);
  }
  for (const auto& [seq, hold] : state.holds_) text += snapshot_line(hold);
  for (const auto& decided : state.decisions_) text += snapshot_line(DecidedTrade(decided));
  for (const auto& settled : state.settled_) text += snapshot_line(SettledHome(settled));
  return text;
}

base::Result<HomeState> HomeSnapshot::read(const NodeId& home, std::string_view text) {
  SnapshotReader in(home, text);
  const base::Result<SnapshotHeader> header = in.header();
  if (!header) return header.error();
  HomeState state(home);
  state.seq_ = header->seq;
  state.lease_until_ms_ = header->lease_until_ms;
  state.since_checkpoint_ = header->since_checkpoint;
  for (std::size_t i = 0; i < header->instruments; ++i) {
    const base::Result<Instrument> instrument = in.instrument();
    if (!instrument) return instrument.error();
    if (state.instruments_.find(instrument->name) != nullptr) return in.failure("is there twice");
    if (base::Status added = state.instruments_.add(*instrument); !added) {
      return in.failure(added.error().message);
    }
  }
  if (base::Status read = read_orders(state, in, header->orders); !read) return read.error();
  if (base::Status read = read_holds(state, in, header->holds); !read) return read.error();
  for (std::size_t i = 0; i < header->decisions; ++i) {
    const base::Result<DecidedTrade> decided = in.decision();
    if (!decided) return decided.error();
    if (!state.decisions_.empty() && decided->first <= state.decisions_.rbegin()->first) {
      return in.failure("is out of order");
    }
    state.decisions_.emplace_hint(state.decisions_.end(), *decided);
  }
  for (std::size_t i = 0; i < header->settled; ++i) {
    const base::Result<SettledHome> settled = in.settled();
    if (!settled) return settled.error();
    if (!state.settled_.empty() && settled->first <= state.settled_.rbegin()->first) {
      return in.failure("is out of order");
    }
    state.settled_.emplace_hint(state.settled_.end(), *settled);
  }
  if (!in.at_end()) return in.failure("is followed by more than the first line says");
  return state;
}

base::Status HomeSnapshot::read_orders(HomeState& state, SnapshotReader& in, std::size_t count) {
  std::set<Seq> priorities;  // books rely on no two orders having the same
  for (std::size_t i = 0; i < count; ++i) {
    base::Result<Order> order = in.order();
    if (!order) return order.error();
    const Seq seq = order->id.seq;
    if (state.instruments_.find(order->instrument) == nullptr) {
      return in.failure("names an instrument that is not declared");
    }
    if (!state.orders_.empty() && seq <= state.orders_.rbegin()->first) {
      return in.failure("is out of order");
    }
    if (!priorities.insert(order->priority.seq).second) {
      return in.failure("has the priority of another order");
    }
    state.orders_.emplace_hint(state.orders_.end(), seq, std::move(*order));
  }
  return base::success();
}

base::Status HomeSnapshot::read_holds(HomeState& state, SnapshotReader& in, std::size_t count) {
  std::map<Seq, Quantity> held;  // by order
  for (std::size_t i = 0; i < count; ++i) {
    const base::Result<Hold> hold = in.hold();
    if (!hold) return hold.error();
    const Seq seq = hold->seq;
    if (!state.holds_.empty() && seq <= state.holds_.rbegin()->first) {
      return in.failure("is out of order");
    }
    const auto order = state.orders_.find(hold->request.order);
    if (order == state.orders_.end()) return in.failure("is of an order that is not there");
    Quantity& sum = held[order->first];
    sum += hold->request.quantity;
    if (sum > order->second.held) return in.failure("is more than the order says is held");
    order->second.promised += hold->request.price * hold->request.quantity;
    state.holds_.emplace_hint(state.holds_.end(), seq, *hold);
  }
  for (const auto& [seq, order] : state.orders_) {
    const auto sum = held.find(seq);
    if (order.held != (sum == held.end() ? Quantity{} : sum->second)) {
      return in.failure("is the last, and the holds of an order are missing");
    }
    if (order.funds.units != 0 && order.executed.units + order.promised.units > order.funds.units) {
      return in.failure("is the last, and an order trades for more than its funds");
    }
  }
  return base::success();
}

}  // namespace syrah::exchange
