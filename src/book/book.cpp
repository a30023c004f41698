#include "book/book.h"

#include <iterator>

#include "base/check.h"

namespace syrah::book {

Book::Book(std::uint64_t seed) : by_key_(seed), by_price_(seed + 1) {}

void Book::declare_home(std::uint16_t home, std::uint64_t precedence) {
  if (home >= precedence_.size()) precedence_.resize(std::size_t{home} + 1);
  precedence_[home] = precedence;
}

bool Book::earlier(Key a, const Rank& rank_a, Key b, const Rank& rank_b) const {
  if (!rank_a.same_time(rank_b)) return rank_a.earlier_time(rank_b);
  if (home_of(a) != home_of(b)) {
    return precedence_.at(home_of(a)) < precedence_.at(home_of(b));
  }
  return rank_a.number() < rank_b.number();
}

bool Book::ByPlace::operator()(Slot a, Slot b) const {
  const Slot level_a = book->orders_[a].level;
  const Slot level_b = book->orders_[b].level;
  if (level_a != level_b) return level_a < level_b;
  return book->earlier(a, b);
}

void Book::insert_late(Level& level, Slot slot) {
  const Slot before = predecessor(level, slot);
  Order& order = orders_[slot];
  Slot& link = before == 0 ? level.head : orders_[before].next;
  order.prev = before;
  order.next = link;
  (link != 0 ? orders_[link].prev : level.tail) = slot;
  link = slot;
}

Slot Book::predecessor(const Level& level, Slot slot) {
  Slot before = level.tail;
  for (std::size_t steps = 0; before != 0 && steps < kMilestone; ++steps) {
    if (earlier(before, slot)) return before;
    before = orders_[before].prev;
  }
  return before == 0 ? before : predecessor_by_milestones(level, slot);
}

Slot Book::predecessor_by_milestones(const Level& level, Slot slot) {
  Slot before = level.head;
  const auto after = milestones_.upper_bound(slot);
  if (after != milestones_.begin() && orders_[*std::prev(after)].level == orders_[slot].level) {
    before = *std::prev(after);
  } else if (!earlier(before, slot)) {
    return 0;
  }
  for (std::size_t steps = 1;; ++steps) {
    const Slot next = orders_[before].next;
    if (!earlier(next, slot)) return before;  // there is one that is not: the last
    before = next;
    if (steps % kMilestone == 0) {
      orders_[before].marks |= kMarkMilestone;
      milestones_.insert(before);
    }
  }
}

Slot Book::make_level(Side side, std::int64_t price) {
  const Slot slot = levels_.take();
  Level& level = levels_[slot];
  level = {};
  level.price = price;
  level.side = side;
  by_price_.insert(static_cast<std::uint64_t>(price), slot,
                   [&](Slot other) { return static_cast<std::uint64_t>(levels_[other].price); });
  Half& half = half_of(side);
  const std::int64_t value = worth(side, price);
  half.prices.insert(value);
  if (half.best == 0 || value > half.best_worth) {
    half.best = slot;
    half.best_worth = value;
  }
  return slot;
}

void Book::remove_level(Slot slot) {
  const Level& level = levels_[slot];
  const Side side = level.side;
  Half& half = half_of(side);
  by_price_.erase(static_cast<std::uint64_t>(level.price), level_at(side, level.price));
  half.prices.erase(worth(side, level.price));
  levels_.give(slot);
  if (half.best != slot) return;
  if (half.prices.empty()) {
    half.best = 0;
    return;
  }
  half.best_worth = half.prices.best();
  half.best = level_at(side, worth(side, half.best_worth)).slot;
}

void Book::give_memory_back() {
  orders_.clear();
  ranks_.shrink(kKeptWhenEmpty);
  levels_.clear();
  by_key_.clear();
  by_price_.clear();
}

std::optional<std::int64_t> Book::best(Side side) const {
  const Half& half = half_of(side);
  if (half.best == 0) return std::nullopt;
  return worth(side, half.best_worth);
}

std::size_t Book::bytes() const {
  std::size_t bytes = orders_.bytes() + ranks_.bytes() + levels_.bytes() + by_key_.bytes() +
                      by_price_.bytes() + precedence_.capacity() * sizeof(precedence_[0]);
  for (const Half& half : halves_) bytes += half.prices.bytes();
  constexpr std::size_t kSetNode = 48;
  return bytes + milestones_.size() * kSetNode;
}

}  // namespace syrah::book
