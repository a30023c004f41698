#include "node/own_orders.h"

#include <algorithm>

#include "node/basic_limits.h"

namespace syrah::node {

OwnOrders::Rank OwnOrders::rank(const exchange::Order& order) {
  const std::int64_t ticks = order.price.ticks;
  return {order.side == exchange::Side::kBuy ? -ticks : ticks, order.priority, order.id.seq};
}

void OwnOrders::forget(exchange::Seq order) {
  const auto found = orders_.find(order);
  if (found == orders_.end()) return;
  const exchange::Order& known = found->second.order;
  const auto ladder = ladders_.find({known.instrument, known.side});
  ladder->second.erase(rank(known));
  if (ladder->second.empty()) ladders_.erase(ladder);
  orders_.erase(found);
}

void OwnOrders::update(const exchange::Order& order) {
  forget(order.id.seq);  // and what was promised: the order tells what became of it
  if (!order.resting()) return;
  orders_.emplace(order.id.seq, Resting{order, {}});
  ladders_[{order.instrument, order.side}].insert(rank(order));
}

const exchange::Order* OwnOrders::find(exchange::Seq order) const {
  const auto found = orders_.find(order);
  return found == orders_.end() ? nullptr : &found->second.order;
}

std::vector<exchange::Seq> OwnOrders::all() const {
  std::vector<exchange::Seq> numbers;
  numbers.reserve(orders_.size());
  for (const auto& [number, resting] : orders_) numbers.push_back(number);
  return numbers;
}

std::vector<OwnOrders::Match> OwnOrders::match(const std::string& instrument, exchange::Side side,
                                               exchange::Price limit, exchange::Quantity wanted) {
  std::vector<Match> matches;
  const auto ladder = ladders_.find({instrument, exchange::opposite(side)});
  if (ladder == ladders_.end()) return matches;
  for (const Rank& step : ladder->second) {
    const Resting& resting = orders_.at(std::get<exchange::Seq>(step));
    if (wanted.lots == 0 || matches.size() >= kBasicFillsMax ||
        !exchange::crosses(side, limit, resting.order.price)) {
      break;
    }
    const exchange::Quantity quantity = promise(resting.order.id.seq, wanted);
    if (quantity.lots == 0) continue;
    wanted -= quantity;
    matches.push_back({resting.order.id.seq, resting.order.price, quantity});
  }
  return matches;
}

exchange::Quantity OwnOrders::promise(exchange::Seq order, exchange::Quantity wanted) {
  Resting& resting = orders_.at(order);
  const exchange::Quantity free = resting.order.free();
  if (free <= resting.promised) return {};
  const exchange::Quantity quantity = std::min(free - resting.promised, wanted);
  resting.promised += quantity;
  return quantity;
}

void OwnOrders::settle(exchange::Seq order, exchange::Quantity promised) {
  const auto found = orders_.find(order);
  if (found == orders_.end()) return;
  found->second.promised -= std::min(found->second.promised, promised);
}

}  // namespace syrah::node
