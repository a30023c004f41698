#pragma once

// The book of a textbook: a map of lists and a hash map. It is right because it is plain; the
// generator of streams asks it what happened, and benchmarks are told in ratios to it.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>

namespace syrah::model {

class TextbookBook {
 public:
  /// Trades what it can at prices up to the limit (any, if there is none), and lets the rest rest
  /// if it may. `sink(maker, taker, price, quantity)` hears of every trade.
  template <class Sink>
  void add(std::uint64_t id, bool sell, std::optional<std::int32_t> limit, std::uint32_t quantity,
           bool rests, Sink&& sink) {
    if (sell) {
      quantity =
          sweep(bids_, id, quantity, sink, [&](auto price) { return !limit || price >= *limit; });
    } else {
      quantity =
          sweep(asks_, id, quantity, sink, [&](auto price) { return !limit || price <= *limit; });
    }
    if (quantity == 0 || !rests || !limit) return;
    List& list = sell ? asks_[*limit] : bids_[*limit];
    list.push_back({id, quantity});
    index_[id] = {sell, *limit, std::prev(list.end())};
  }

  bool cancel(std::uint64_t id) {
    const auto found = index_.find(id);
    if (found == index_.end()) return false;
    const Place place = found->second;
    index_.erase(found);
    if (place.sell) {
      erase(asks_, place);
    } else {
      erase(bids_, place);
    }
    return true;
  }

  [[nodiscard]] bool contains(std::uint64_t id) const { return index_.contains(id); }
  [[nodiscard]] std::optional<std::int32_t> best_bid() const { return best(bids_); }
  [[nodiscard]] std::optional<std::int32_t> best_ask() const { return best(asks_); }
  [[nodiscard]] std::size_t size() const { return index_.size(); }

 private:
  struct Order {
    std::uint64_t id;
    std::uint32_t quantity;
  };
  using List = std::list<Order>;
  struct Place {
    bool sell;
    std::int32_t price;
    List::iterator at;
  };

  template <class Levels>
  static std::optional<std::int32_t> best(const Levels& levels) {
    if (levels.empty()) return std::nullopt;
    return levels.begin()->first;
  }

  template <class Levels>
  static void erase(Levels& levels, const Place& place) {
    const auto level = levels.find(place.price);
    level->second.erase(place.at);
    if (level->second.empty()) levels.erase(level);
  }

  template <class Levels, class Sink, class Reaches>
  std::uint32_t sweep(Levels& levels, std::uint64_t taker, std::uint32_t quantity, Sink&& sink,
                      Reaches&& reaches) {
    while (quantity > 0 && !levels.empty() && reaches(levels.begin()->first)) {
      const auto level = levels.begin();
      while (quantity > 0 && !level->second.empty()) {
        Order& maker = level->second.front();
        const std::uint32_t part = std::min(maker.quantity, quantity);
        sink(maker.id, taker, level->first, part);
        maker.quantity -= part;
        quantity -= part;
        if (maker.quantity > 0) continue;
        index_.erase(maker.id);
        level->second.pop_front();
      }
      if (level->second.empty()) levels.erase(level);
    }
    return quantity;
  }

  std::map<std::int32_t, List, std::greater<>> bids_;
  std::map<std::int32_t, List> asks_;
  std::unordered_map<std::uint64_t, Place> index_;
};

}  // namespace syrah::model
