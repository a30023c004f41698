#include "exchange/order_book.h"

#include <algorithm>
#include <limits>

namespace syrah::exchange {
namespace {

std::int64_t told(base::Int128 lots) {
  return static_cast<std::int64_t>(
      std::min<base::Int128>(lots, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

void OrderBook::set(const Order& order) {
  const bool resting =
      !order.closed && order.type == OrderType::kLimit && rests(order.tif) && order.free().lots > 0;
  if (!resting) {
    remove(order.id);
    return;
  }
  const Quantity free = order.free();
  if (const auto known = index_.find(order.id); known != index_.end()) {
    const Place& place = known->second;
    if (place.side == order.side && place.price == order.price &&
        place.priority == order.priority) {
      Level& level = levels(place.side).at(place.price);
      Resting& resting_order = level.orders.at(place.priority);
      level.lots -= resting_order.available.lots;
      level.lots += free.lots;
      resting_order.available = free;
      return;
    }
    remove(order.id);
  }
  Level& level = levels(order.side)[order.price];
  const bool placed =
      level.orders
          .emplace(order.priority, Resting{order.id, order.side, order.price, free, order.priority})
          .second;
  SYRAH_CHECK(placed, "two orders of the same priority");
  level.lots += free.lots;
  index_.emplace(order.id, Place{order.side, order.price, order.priority});
}

void OrderBook::remove(const OrderId& id) {
  const auto known = index_.find(id);
  if (known == index_.end()) return;
  const Place place = known->second;
  index_.erase(known);
  Levels& side = levels(place.side);
  const auto level = side.find(place.price);
  const auto resting = level->second.orders.find(place.priority);
  level->second.lots -= resting->second.available.lots;
  level->second.orders.erase(resting);
  if (level->second.orders.empty()) side.erase(level);
}

std::optional<Price> OrderBook::best(Side side) const {
  const Levels& all = levels(side);
  if (all.empty()) return std::nullopt;
  return side == Side::kBuy ? all.rbegin()->first : all.begin()->first;
}

bool OrderBook::crossed() const {
  return !bids_.empty() && !asks_.empty() && bids_.rbegin()->first >= asks_.begin()->first;
}

const Resting* OrderBook::find(const OrderId& id) const {
  const auto known = index_.find(id);
  if (known == index_.end()) return nullptr;
  const Place& place = known->second;
  return &levels(place.side).at(place.price).orders.at(place.priority);
}

Quantity OrderBook::quantity_at(Side side, Price price) const {
  const auto level = levels(side).find(price);
  return level == levels(side).end() ? Quantity{} : Quantity{told(level->second.lots)};
}

std::vector<DepthLevel> OrderBook::depth(Side side, std::size_t levels_max) const {
  std::vector<DepthLevel> result;
  const auto add = [&](const auto& entry) {
    if (result.size() >= levels_max) return false;
    result.push_back({entry.first, Quantity{told(entry.second.lots)}, entry.second.orders.size()});
    return true;
  };
  if (side == Side::kBuy) {
    for (auto it = bids_.rbegin(); it != bids_.rend() && add(*it); ++it) {
    }
  } else {
    for (auto it = asks_.begin(); it != asks_.end() && add(*it); ++it) {
    }
  }
  return result;
}

}  // namespace syrah::exchange
