#pragma once

// The resting orders of one instrument by price and priority: the core of the exchange, made to be
// fast. It knows numbers only and decides nothing; who may trade with whom is in matching.h.
//
// What lies where: an order is 32 bytes that every change touches, and 16 of its rank, which only
// its way in touches. The orders of a price level form a list, earliest first; the level (64 bytes)
// has its ends and sums. Index 1 finds an order by key, index 2 a level by price, a PriceSet has
// the prices in order. So a passive order touches a level, its last order and two indices; a cancel
// an index, the order, its neighbours and its level; a fill the level's first order. Nothing is
// allocated while orders and levels do not become more than there were before.
//
// Costs, n orders, l price levels:
//   find, set_lots                       O(1) expected
//   add, remove                          O(1) expected where the level exists and goes on existing,
//                                        else O(log l)
//   add, later orders being at its price O(log n) amortized (see milestones_)
//   best prices                          O(1)
//   cross, walk                          O(1) for each order and O(log l) for each level visited
//   memory                               54 to 61 bytes an order; 64 for a level and 22 to 85 for
//                                        its price, the less the closer prices are
// "Expected" is over the secret seed of the indices; "amortized" includes their growth.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "base/int128.h"
#include "book/price_set.h"
#include "book/slot_index.h"
#include "book/slot_pool.h"
#include "book/words.h"

namespace syrah::book {

/// An order that comes into the book.
struct NewOrder {
  Key key = 0;
  Side side = Side::kBid;
  std::int64_t price = 0;
  std::int64_t lots = 0;  ///< that can be traded; positive
  Account account = 0;
  bool post_only = false;
};

/// All orders at one price.
struct alignas(64) Level {
  base::Int128 lots = 0;  ///< strangers' orders could overflow 64 bits
  std::int64_t price = 0;
  Rank newest;    ///< of all orders that ever were in it: later ones belong at its end
  Slot head = 0;  ///< the earliest order
  Slot tail = 0;  ///< the latest
  Slot next = 0;  ///< of free records
  std::uint32_t orders = 0;
  Side side = Side::kBid;
};
static_assert(sizeof(Level) == 64);

class Book {
 public:
  /// `seed` keeps strangers from choosing what is slow; it changes nothing else.
  explicit Book(std::uint64_t seed);
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  /// Orders of two homes that have the same time go by these numbers, which must differ.
  void declare_home(std::uint16_t home, std::uint64_t precedence);

  // ---- changes; slots stay valid until their order is removed ----
  /// The key must not be there.
  Slot add(const NewOrder& order, Rank rank);
  void remove(Slot order);
  /// False if there is no such order.
  bool remove_key(Key key);
  /// What can be traded of it from now on; positive. It keeps its place.
  void set_lots(Slot order, std::int64_t lots);

  // ---- orders ----
  /// 0 if it is not there.
  [[nodiscard]] Slot find(Key key) const { return place_of(key).slot; }
  [[nodiscard]] std::size_t size() const { return orders_.used(); }
  [[nodiscard]] Key key(Slot order) const { return orders_[order].key; }
  [[nodiscard]] std::int64_t lots(Slot order) const { return orders_[order].lots; }
  [[nodiscard]] Account account(Slot order) const { return orders_[order].marks & kAccountMax; }
  [[nodiscard]] bool post_only(Slot order) const { return (orders_[order].marks & kPostOnly) != 0; }
  [[nodiscard]] const Rank& rank(Slot order) const { return ranks_[order]; }
  [[nodiscard]] const Level& level(Slot order) const { return levels_[orders_[order].level]; }
  /// Whether the order is before the one that would have this key and rank.
  [[nodiscard]] bool earlier(Slot order, Key key, const Rank& rank) const {
    return earlier(orders_[order].key, ranks_[order], key, rank);
  }

  // ---- prices ----
  /// Null if no order has this price.
  [[nodiscard]] const Level* level(Side side, std::int64_t price) const {
    const Slot slot = level_at(side, price).slot;
    return slot == 0 ? nullptr : &levels_[slot];
  }
  [[nodiscard]] std::optional<std::int64_t> best(Side side) const;
  /// Whether the best price of a side is at least as good as `limit` is for the other.
  [[nodiscard]] bool reaches(Side side, std::int64_t limit) const {
    const Half& half = half_of(side);
    return half.best != 0 && half.best_worth >= worth(side, limit);
  }

  /// Calls `meet(Slot)` for the orders of a side whose prices reach `limit`, best first, until it
  /// returns false. It may change or remove that order, and any of the other side.
  template <class Meet>
  void cross(Side side, std::int64_t limit, Meet&& meet) const;
  template <class Visit>
  void walk(Side side, Visit&& visit) const {
    cross(side, worth(side, std::numeric_limits<std::int64_t>::min()), visit);
  }
  /// Calls `visit(const Level&)`, best first, until it returns false. Nothing may change meanwhile.
  template <class Visit>
  void walk_levels(Side side, Visit&& visit) const;

  /// All that it has allocated.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct alignas(32) Order {
    Key key = 0;
    std::int64_t lots = 0;
    Slot next = 0;  ///< of later priority at its price
    Slot prev = 0;
    Slot level = 0;
    std::uint32_t marks = 0;  ///< account, and one bit each for post-only and milestone
  };
  static_assert(sizeof(Order) == 32);
  static constexpr std::uint32_t kPostOnly = kAccountMax + 1;
  static constexpr std::uint32_t kMarkMilestone = kPostOnly << 1U;

  /// One side.
  struct Half {
    PriceSet prices;  ///< by worth
    Slot best = 0;    ///< level; 0 if there is none
    std::int64_t best_worth = 0;
  };

  /// Milestones in the order of the list of their level.
  struct ByPlace {
    const Book* book;
    bool operator()(Slot a, Slot b) const;
  };

  /// The higher, the better for a taker. It is its own inverse for each side.
  static std::int64_t worth(Side side, std::int64_t price) {
    return side == Side::kBid ? price : ~price;
  }
  [[nodiscard]] const Half& half_of(Side side) const {
    return halves_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] Half& half_of(Side side) { return halves_[static_cast<std::size_t>(side)]; }

  [[nodiscard]] SlotIndex<0>::Place place_of(Key key) const {
    return by_key_.find(key, [&](Slot slot) { return orders_[slot].key == key; });
  }
  [[nodiscard]] SlotIndex<4>::Place level_at(Side side, std::int64_t price) const {
    return by_price_.find(static_cast<std::uint64_t>(price), [&](Slot slot) {
      return levels_[slot].price == price && levels_[slot].side == side;
    });
  }
  [[nodiscard]] bool earlier(Key a, const Rank& rank_a, Key b, const Rank& rank_b) const;
  [[nodiscard]] bool earlier(Slot a, Slot b) const {
    return earlier(orders_[a].key, ranks_[a], orders_[b].key, ranks_[b]);
  }

  Slot make_level(Side side, std::int64_t price);
  void remove_level(Slot slot);
  void insert_late(Level& level, Slot slot);
  [[nodiscard]] Slot predecessor(const Level& level, Slot slot);
  [[nodiscard]] Slot predecessor_by_milestones(const Level& level, Slot slot);
  void remove_at(const SlotIndex<0>::Place& place);
  void give_memory_back();

  SlotPool<Order, 8> orders_;
  ChunkedArray<Rank, 8> ranks_;  ///< by the same slots
  SlotPool<Level, 6> levels_;
  SlotIndex<0> by_key_;
  SlotIndex<4> by_price_;
  Half halves_[2];
  std::vector<std::uint64_t> precedence_;  ///< by home
  /// Orders from which places in the middle of long levels are found, at most 2 kMilestone apart
  /// wherever one was looked for before. They are made by those who had to walk further, so the
  /// orders that come in time, as nearly all do, pay nothing; and each order of a level is walked
  /// by once for each time that it or a milestone came.
  std::set<Slot, ByPlace> milestones_{ByPlace{this}};
};

// What happens with every message is inline: the compiler then sees the order that is added, and
// what its caller does not need.

inline Slot Book::add(const NewOrder& order, Rank rank) {
  by_key_.prefetch(order.key);
  const Slot slot = orders_.take();
  ranks_.reserve(std::size_t{slot} + 1);
  ranks_[slot] = rank;
  Slot level_slot = level_at(order.side, order.price).slot;
  if (level_slot == 0) level_slot = make_level(order.side, order.price);
  Level& level = levels_[level_slot];
  Order& entry = orders_[slot];
  entry.key = order.key;
  entry.lots = order.lots;
  entry.next = 0;
  entry.prev = level.tail;
  entry.level = level_slot;
  entry.marks = order.account | (order.post_only ? kPostOnly : 0);
  by_key_.insert(order.key, slot, [&](Slot other) { return orders_[other].key; });
  level.lots += order.lots;
  ++level.orders;
  if (level.tail == 0 || level.newest.earlier_time(rank)) {
    level.newest = rank;
    (level.tail != 0 ? orders_[level.tail].next : level.head) = slot;
    level.tail = slot;
  } else {
    insert_late(level, slot);
  }
  return slot;
}

inline void Book::remove_at(const SlotIndex<0>::Place& place) {
  const Slot slot = place.slot;
  const Order& order = orders_[slot];
  by_key_.erase(order.key, place);
  if ((order.marks & kMarkMilestone) != 0) milestones_.erase(slot);
  Level& level = levels_[order.level];
  level.lots -= order.lots;
  --level.orders;
  (order.prev != 0 ? orders_[order.prev].next : level.head) = order.next;
  (order.next != 0 ? orders_[order.next].prev : level.tail) = order.prev;
  if (level.head == 0) remove_level(order.level);
  orders_.give(slot);
  if (orders_.used() == 0) give_memory_back();
}

inline void Book::remove(Slot order) {
  remove_at(by_key_.find(orders_[order].key, [=](Slot slot) { return slot == order; }));
}

inline bool Book::remove_key(Key key) {
  const SlotIndex<0>::Place place = place_of(key);
  if (place.slot == 0) return false;
  remove_at(place);
  return true;
}

inline void Book::set_lots(Slot order, std::int64_t lots) {
  Order& entry = orders_[order];
  levels_[entry.level].lots += static_cast<base::Int128>(lots) - entry.lots;
  entry.lots = lots;
}

template <class Meet>
void Book::cross(Side side, std::int64_t limit, Meet&& meet) const {
  const Half& half = half_of(side);
  const std::int64_t enough = worth(side, limit);
  Slot level = half.best;
  std::int64_t at = half.best_worth;
  while (level != 0 && at >= enough) {
    for (Slot slot = levels_[level].head; slot != 0;) {
      const Slot next = orders_[slot].next;
      if (!meet(slot)) return;
      slot = next;
    }
    if (half.best == 0) return;
    if (half.best_worth < at) {  // nothing is left of what was visited
      level = half.best;
      at = half.best_worth;
    } else {
      const std::optional<std::int64_t> below = half.prices.below(at);
      if (!below) return;
      at = *below;
      level = level_at(side, worth(side, at)).slot;
    }
  }
}

template <class Visit>
void Book::walk_levels(Side side, Visit&& visit) const {
  const Half& half = half_of(side);
  if (half.best == 0) return;
  std::optional<std::int64_t> at = half.best_worth;
  while (at && visit(levels_[level_at(side, worth(side, *at)).slot])) at = half.prices.below(*at);
}

}  // namespace syrah::book
