#pragma once

// The resting orders of one instrument by price and priority: the core of the exchange, made to be
// fast. It knows numbers only and decides nothing; who may trade with whom is in matching.h.
//
// What lies where: an order is 32 bytes that every change touches, and 16 of its rank, which only
// its way in touches. The orders at a price form a queue, earliest first, whose ends and sums are
// 32 bytes; the queues of 16 neighbouring prices are a page. Index 1 finds an order by key, index 2
// a page by its prices, a PriceSet has the pages in order. So a passive order touches a queue, its
// last order and two indices; a cancel an index, the order, its neighbours and its queue; a fill
// the queue's first order. Prices that come and go within a page in use cost a bit of it. Nothing
// is allocated while orders and pages do not become more than there were before.
//
// Costs, n orders, p pages with orders:
//   find, set_lots                       O(1) expected
//   add, remove                          O(1) expected where the page is and goes on being in use,
//                                        else O(log p)
//   add, later orders being at its price O(log n) amortized (see milestones_)
//   best prices                          O(1)
//   cross, walk                          O(1) for each order and O(log p) for each price visited
//   memory                               54 to 62 bytes an order; 528 for a page and 22 to 85 for
//                                        finding it, the less the closer pages are
// "Expected" is over the secret seed of the indices; "amortized" includes their growth.

#include <array>
#include <bit>
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
struct Level {
  Side side = Side::kBid;
  std::int64_t price = 0;
  base::Int128 lots = 0;  ///< strangers' orders could overflow 64 bits
  std::uint32_t orders = 0;
};

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
  [[nodiscard]] const Rank& rank(Slot order) const { return orders_.annex(order); }
  [[nodiscard]] Side side(Slot order) const { return pages_[page_of(orders_[order].queue)].side; }
  [[nodiscard]] std::int64_t price(Slot order) const {
    const std::uint32_t queue = orders_[order].queue;
    return worth(side(order), worth_of(queue));
  }
  /// Whether the order is before the one that would have this key and rank.
  [[nodiscard]] bool earlier(Slot order, Key key, const Rank& rank) const {
    return earlier(orders_[order].key, orders_.annex(order), key, rank);
  }

  // ---- prices ----
  /// Without orders, if none has this price.
  [[nodiscard]] Level level(Side side, std::int64_t price) const;
  [[nodiscard]] std::optional<std::int64_t> best(Side side) const;
  /// Whether the best price of a side is at least as good as `limit` is for the other.
  [[nodiscard]] bool reaches(Side side, std::int64_t limit) const {
    const Half& half = half_of(side);
    return half.best_page != 0 && half.best_worth >= worth(side, limit);
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
    std::uint32_t queue = 0;  ///< page, and which of its queues in the last bits
    std::uint32_t marks = 0;  ///< account, and one bit each for post-only and milestone
  };
  static_assert(sizeof(Order) == 32);
  static constexpr std::uint32_t kPostOnly = kAccountMax + 1;
  static constexpr std::uint32_t kMarkMilestone = kPostOnly << 1U;

  /// The orders at one price. One without orders has only zeros but for `newest`.
  struct alignas(32) Queue {
    Slot head = 0;  ///< the earliest order
    Slot tail = 0;  ///< the latest
    std::uint32_t orders = 0;
    std::uint32_t lots_high = 0;  ///< of a sum of 96 bits
    std::uint64_t lots_low = 0;
    std::uint64_t newest = 0;  ///< stamp: no order that was in it is of a later time

    [[nodiscard]] base::Int128 lots() const {
      return static_cast<base::Int128>(lots_high) << 64U | lots_low;
    }
    void add(base::Int128 lots) {
      const base::Int128 sum = this->lots() + lots;
      lots_low = static_cast<std::uint64_t>(sum);
      lots_high = static_cast<std::uint32_t>(sum >> 64U);
    }
  };
  static_assert(sizeof(Queue) == 32);

  /// Prices of one side whose worths share all but the last bits, which say which queue is whose.
  struct Page {
    std::int64_t number = 0;  ///< worth without its last bits, shifted down
    Slot next = 0;            ///< of free records
    std::uint16_t used = 0;   ///< a bit for each queue with orders; never 0
    Side side = Side::kBid;
  };
  static constexpr unsigned kPageBits = 4;
  static constexpr unsigned kPageMask = (1U << kPageBits) - 1;
  using Queues = std::array<Queue, std::size_t{1} << kPageBits>;

  /// Where prices are mostly looked for: 512 ticks around the best, unless others come between.
  static constexpr std::size_t kNearPages = 32;
  /// No page has this number; that of no page has.
  static constexpr std::int64_t kNoNumber = std::numeric_limits<std::int64_t>::max();

  /// One side.
  struct Half {
    std::int64_t best_worth = 0;
    Slot best_page = 0;                   ///< 0 if there is no order
    std::array<Slot, kNearPages> near{};  ///< pages found before, by the last bits of their number
    PriceSet pages;                       ///< their numbers
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
  static std::int64_t page_number(std::int64_t worth) { return worth >> kPageBits; }
  static unsigned queue_number(std::int64_t worth) {
    return static_cast<unsigned>(worth) & kPageMask;
  }
  static Slot page_of(std::uint32_t queue) { return queue >> kPageBits; }
  [[nodiscard]] Queue& queue_at(std::uint32_t queue) {
    return pages_.annex(page_of(queue))[queue & kPageMask];
  }
  [[nodiscard]] const Queue& queue_at(std::uint32_t queue) const {
    return pages_.annex(page_of(queue))[queue & kPageMask];
  }
  [[nodiscard]] std::int64_t worth_of(std::uint32_t queue) const {
    return pages_[page_of(queue)].number << kPageBits | (queue & kPageMask);
  }
  static std::size_t near(std::int64_t number) {
    return static_cast<std::size_t>(number) % kNearPages;
  }
  /// 0 if there is none.
  [[nodiscard]] Slot find_page(Side side, std::int64_t number) const {
    const Slot slot = half_of(side).near[near(number)];
    return pages_[slot].number == number ? slot : page_place(side, number).slot;
  }
  [[nodiscard]] SlotIndex<2>::Place page_place(Side side, std::int64_t number) const {
    return by_number_.find(static_cast<std::uint64_t>(number), [&](Slot slot) {
      return pages_[slot].number == number && pages_[slot].side == side;
    });
  }
  /// The worth of the best price in use in a page.
  [[nodiscard]] std::int64_t best_of(Slot page) const {
    return pages_[page].number << kPageBits | (std::bit_width(pages_[page].used) - 1);
  }
  /// A price in use, and the page that has its queue.
  struct At {
    std::int64_t worth = 0;
    Slot page = 0;  ///< 0 if there is none
  };
  /// The next one below, which is worse.
  [[nodiscard]] At below(Side side, std::int64_t worth) const;
  [[nodiscard]] Level told(Side side, const At& at) const;
  [[nodiscard]] bool earlier(Key a, const Rank& rank_a, Key b, const Rank& rank_b) const;
  [[nodiscard]] bool earlier(Slot a, Slot b) const {
    return earlier(orders_[a].key, orders_.annex(a), orders_[b].key, orders_.annex(b));
  }

  /// Finds or makes it, and makes it near.
  [[gnu::noinline]] Slot get_page(Side side, std::int64_t number);
  Slot make_page(Side side, std::int64_t number);
  void drop_page(Slot page);
  /// What a queue that has just got its first order, or lost its last one, means for the prices.
  void begin_queue(Slot page, Side side, std::int64_t worth);
  void end_queue(std::uint32_t queue);
  [[gnu::noinline]] void insert_late(Queue& queue, Slot slot);
  [[nodiscard]] Slot predecessor(const Queue& queue, Slot slot);
  [[nodiscard]] Slot predecessor_by_milestones(const Queue& queue, Slot slot);
  void remove_at(const SlotIndex<0>::Place& place);
  void give_memory_back();

  SlotIndex<0> by_key_;
  SlotPool<Order, Rank, 8> orders_;
  SlotIndex<2> by_number_;
  SlotPool<Page, Queues, 4> pages_;
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

[[gnu::always_inline]] inline Slot Book::add(const NewOrder& order, Rank rank) {
  const auto spot = by_key_.seek(order.key);
  const std::int64_t value = worth(order.side, order.price);
  Half& half = half_of(order.side);
  const std::int64_t number = page_number(value);
  Slot page = half.near[near(number)];
  if (pages_[page].number != number) [[unlikely]] {
    page = get_page(order.side, number);
  }
  const std::uint32_t queue_slot = page << kPageBits | queue_number(value);
  Queue& queue = queue_at(queue_slot);
  const Slot slot = orders_.take();
  orders_.annex(slot) = rank;
  Order& entry = orders_[slot];
  entry.key = order.key;
  entry.lots = order.lots;
  entry.next = 0;
  entry.prev = queue.tail;
  entry.queue = queue_slot;
  entry.marks = order.account | (order.post_only ? kPostOnly : 0);
  by_key_.insert(spot, slot, [&](Slot other) { return orders_[other].key; });
  queue.add(order.lots);
  ++queue.orders;
  const std::uint64_t stamp = rank.stamp();
  if (queue.tail == 0) {
    queue.head = queue.tail = slot;
    queue.newest = stamp;
    begin_queue(page, order.side, value);
  } else if (queue.newest < stamp) {
    orders_[queue.tail].next = slot;
    queue.tail = slot;
    queue.newest = stamp;
  } else {
    insert_late(queue, slot);
  }
  return slot;
}

inline void Book::begin_queue(Slot page, Side side, std::int64_t worth) {
  pages_[page].used |= static_cast<std::uint16_t>(1U << queue_number(worth));
  Half& half = half_of(side);
  if (half.best_page != 0 && worth < half.best_worth) return;
  half.best_page = page;
  half.best_worth = worth;
}

[[gnu::always_inline]] inline void Book::remove_at(const SlotIndex<0>::Place& place) {
  const Slot slot = place.slot;
  const Order& order = orders_[slot];
  by_key_.erase(place);
  if ((order.marks & kMarkMilestone) != 0) [[unlikely]]
    milestones_.erase(slot);
  Queue& queue = queue_at(order.queue);
  queue.add(-static_cast<base::Int128>(order.lots));
  --queue.orders;
  (order.prev != 0 ? orders_[order.prev].next : queue.head) = order.next;
  (order.next != 0 ? orders_[order.next].prev : queue.tail) = order.prev;
  if (queue.head == 0) end_queue(order.queue);
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
  queue_at(entry.queue).add(static_cast<base::Int128>(lots) - entry.lots);
  entry.lots = lots;
}

template <class Meet>
void Book::cross(Side side, std::int64_t limit, Meet&& meet) const {
  const Half& half = half_of(side);
  const std::int64_t enough = worth(side, limit);
  At at{half.best_worth, half.best_page};
  while (at.page != 0 && at.worth >= enough) {
    for (Slot slot = pages_.annex(at.page)[queue_number(at.worth)].head; slot != 0;) {
      const Slot next = orders_[slot].next;
      if (!meet(slot)) return;
      slot = next;
    }
    if (half.best_page == 0 || half.best_worth < at.worth) {  // nothing is left of what was visited
      at = {half.best_worth, half.best_page};
    } else {
      at = below(side, at.worth);
    }
  }
}

template <class Visit>
void Book::walk_levels(Side side, Visit&& visit) const {
  const Half& half = half_of(side);
  At at{half.best_worth, half.best_page};
  while (at.page != 0 && visit(told(side, at))) at = below(side, at.worth);
}

}  // namespace syrah::book
