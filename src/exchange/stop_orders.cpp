#include "exchange/stop_orders.h"

namespace syrah::exchange {

void StopOrders::set(const Order& order) {
  const Seq seq = order.id.seq;
  if (const auto known = waiting_.find(seq); known != waiting_.end()) {
    const Place& place = known->second;
    const bool same = order.waiting() && !order.closed && place.stop_price == order.stop_price;
    if (same) return;
    ladder(instruments_[place.instrument], place.stop).erase({place.stop_price, seq});
    waiting_.erase(known);
  }
  if (!order.waiting() || order.closed) return;
  Prices& prices = instruments_[order.instrument];
  waiting_.emplace(seq, Place{order.instrument, order.stop, order.stop_price});
  ladder(prices, order.stop).insert({order.stop_price, seq});
  move_due(prices);
}

void StopOrders::traded(const std::string& instrument, Price price, Hlc time) {
  Prices& prices = instruments_[instrument];
  if (prices.last && time < prices.last_time) return;
  prices.last = price;
  prices.last_time = time;
  move_due(prices);
}

void StopOrders::move_due(Prices& prices) {
  if (recovering_ || !prices.last) return;
  // A falling price passes the highest stop prices first, and at one price the earliest goes first.
  while (!prices.losses.empty() && prices.losses.rbegin()->first >= *prices.last) {
    const Price highest = prices.losses.rbegin()->first;
    make_due(prices.losses, prices.losses.lower_bound({highest, 0}));
  }
  while (!prices.entries.empty() && prices.entries.begin()->first <= *prices.last) {
    make_due(prices.entries, prices.entries.begin());
  }
}

void StopOrders::make_due(Ladder& from, Ladder::iterator which) {
  const Seq seq = which->second;
  from.erase(which);
  waiting_.at(seq).due = true;
  due_.push_back(seq);
}

std::optional<Price> StopOrders::last(std::string_view instrument) const {
  const auto found = instruments_.find(instrument);
  return found == instruments_.end() ? std::nullopt : found->second.last;
}

void StopOrders::end_recovery() {
  recovering_ = false;
  for (auto& [name, prices] : instruments_) move_due(prices);
}

std::optional<Seq> StopOrders::take_due() {
  while (!due_.empty()) {
    const Seq seq = due_.front();
    due_.pop_front();
    const auto place = waiting_.find(seq);
    if (place != waiting_.end() && place->second.due) return seq;
  }
  return std::nullopt;
}

}  // namespace syrah::exchange
