#pragma once

// The limit: what a book costs when arrays are indexed by price and by order id, with bitmaps to
// find the next price. It has no features, its prices lie in a range known beforehand and its
// memory grows with that range and with every order that ever was. Not a product; what others are
// told in ratios to. With HashIds it finds scattered ids, as a real book must.

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "stream.h"

namespace syrah::bench {

/// Zeros in huge pages.
template <class Record>
class Zeros {
 public:
  explicit Zeros(std::size_t size) : size_(size * sizeof(Record)) {
    void* const memory =
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    madvise(memory, size_, MADV_HUGEPAGE);
    std::memset(memory, 0, size_);
    records_ = static_cast<Record*>(memory);
  }
  Zeros(Zeros&& other) noexcept
      : size_(other.size_), records_(std::exchange(other.records_, nullptr)) {}
  Zeros& operator=(Zeros&&) = delete;
  ~Zeros() {
    if (records_ != nullptr) munmap(records_, size_);
  }
  Record& operator[](std::size_t at) { return records_[at]; }
  const Record& operator[](std::size_t at) const { return records_[at]; }
  [[nodiscard]] std::size_t bytes() const { return size_; }

 private:
  std::size_t size_;
  Record* records_;
};

/// Ids from 1 without gaps: an array.
class DenseIds {
 public:
  explicit DenseIds(std::uint64_t id_max) : slots_(id_max + 1) {}
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const { return slots_[id]; }
  void put(std::uint64_t id, std::uint32_t slot) { slots_[id] = slot; }
  void remove(std::uint64_t id) { slots_[id] = 0; }
  [[nodiscard]] std::size_t bytes() const { return slots_.bytes(); }

 private:
  Zeros<std::uint32_t> slots_;
};

/// Any ids: linear probing with backward shift, at a size that is hardly ever half full.
class HashIds {
 public:
  explicit HashIds(std::uint64_t) : keys_(kSize), slots_(kSize) {}

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const { return slots_[place(id)]; }
  void put(std::uint64_t id, std::uint32_t slot) {
    std::size_t at = home(id);
    while (slots_[at] != 0) at = (at + 1) % kSize;
    keys_[at] = id;
    slots_[at] = slot;
  }
  void remove(std::uint64_t id) {
    std::size_t hole = place(id);
    if (slots_[hole] == 0) return;
    for (std::size_t at = (hole + 1) % kSize; slots_[at] != 0; at = (at + 1) % kSize) {
      if ((at - home(keys_[at])) % kSize < (at - hole) % kSize) continue;
      keys_[hole] = keys_[at];
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = 0;
  }
  [[nodiscard]] std::size_t bytes() const { return kSize * 12; }

 private:
  static constexpr std::size_t kSize = std::size_t{1} << 21U;
  static std::size_t home(std::uint64_t id) {
    return (id * 0x9E3779B97F4A7C15ULL) >> 20U & (kSize - 1);
  }
  [[nodiscard]] std::size_t place(std::uint64_t id) const {
    std::size_t at = home(id);
    while (slots_[at] != 0 && keys_[at] != id) at = (at + 1) % kSize;
    return at;
  }

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> slots_;
};

/// A set of numbers below 2^21 that finds the next one up and down in a few steps.
class Bitmap {
 public:
  explicit Bitmap(std::uint32_t size) : low_(size / 64 + 64), middle_(size / 4096 + 64) {}

  void set(std::uint32_t at) {
    low_[at >> 6U] |= bit(at);
    middle_[at >> 12U] |= bit(at >> 6U);
    high_[at >> 18U] |= bit(at >> 12U);
  }
  void clear(std::uint32_t at) {
    if ((low_[at >> 6U] &= ~bit(at)) != 0) return;
    if ((middle_[at >> 12U] &= ~bit(at >> 6U)) != 0) return;
    high_[at >> 18U] &= ~bit(at >> 12U);
  }

  /// The first above, or INT32_MAX.
  [[nodiscard]] std::int32_t above(std::uint32_t at) const {
    if (const auto word = low_[at >> 6U] & above_mask(at)) return down(at >> 6U, word);
    at >>= 6U;
    if (const auto word = middle_[at >> 6U] & above_mask(at)) {
      return first_in_middle(at >> 6U, word);
    }
    at >>= 6U;
    for (std::uint32_t i = at >> 6U; i < 8; ++i) {
      const auto word = i == at >> 6U ? high_[i] & above_mask(at) : high_[i];
      if (word == 0) continue;
      const std::uint32_t middle = i << 6U | static_cast<std::uint32_t>(std::countr_zero(word));
      return first_in_middle(middle, middle_[middle]);
    }
    return std::numeric_limits<std::int32_t>::max();
  }
  /// The first below, or -1.
  [[nodiscard]] std::int32_t below(std::uint32_t at) const {
    if (const auto word = low_[at >> 6U] & below_mask(at)) return up(at >> 6U, word);
    at >>= 6U;
    if (const auto word = middle_[at >> 6U] & below_mask(at)) return last_in_middle(at >> 6U, word);
    at >>= 6U;
    for (std::uint32_t i = (at >> 6U) + 1; i-- > 0;) {
      const auto word = i == at >> 6U ? high_[i] & below_mask(at) : high_[i];
      if (word == 0) continue;
      const std::uint32_t middle =
          i << 6U | (63U - static_cast<std::uint32_t>(std::countl_zero(word)));
      return last_in_middle(middle, middle_[middle]);
    }
    return -1;
  }

 private:
  static std::uint64_t bit(std::uint32_t at) { return std::uint64_t{1} << (at & 63U); }
  static std::uint64_t below_mask(std::uint32_t at) { return bit(at) - 1; }
  static std::uint64_t above_mask(std::uint32_t at) { return ~(bit(at) | below_mask(at)); }
  static std::int32_t down(std::uint32_t word_at, std::uint64_t word) {
    return static_cast<std::int32_t>(word_at << 6U) + std::countr_zero(word);
  }
  static std::int32_t up(std::uint32_t word_at, std::uint64_t word) {
    return static_cast<std::int32_t>(word_at << 6U) + 63 - std::countl_zero(word);
  }
  [[nodiscard]] std::int32_t first_in_middle(std::uint32_t at, std::uint64_t word) const {
    const auto low = static_cast<std::uint32_t>(down(at, word));
    return down(low, low_[low]);
  }
  [[nodiscard]] std::int32_t last_in_middle(std::uint32_t at, std::uint64_t word) const {
    const auto low = static_cast<std::uint32_t>(up(at, word));
    return up(low, low_[low]);
  }

  Zeros<std::uint64_t> low_;
  Zeros<std::uint64_t> middle_;
  std::uint64_t high_[8] = {};
};

template <class Ids>
class FlatBooks {
 public:
  FlatBooks(const StreamHeader& header, TradeLog& trades)
      : trades_(trades),
        first_(header.price_min - 8),
        ids_(header.id_max + 1),
        orders_(header.filling + header.measured + 2) {
    const auto range = static_cast<std::uint32_t>(header.price_max - header.price_min + 64);
    books_.reserve(header.instruments);
    for (std::uint32_t i = 0; i < header.instruments; ++i) books_.emplace_back(range);
  }

  void add(const Message& message) { enter(message, message.price, true); }
  void take(const Message& message) { enter(message, message.price, false); }
  void take_any(const Message& message) {
    const std::int32_t any = message.side == 0 ? std::numeric_limits<std::int32_t>::max() : first_;
    enter(message, any, false);
  }

  bool cancel(const Message& message) {
    const std::uint32_t slot = ids_.find(message.id);
    if (slot == 0) return false;
    ids_.remove(message.id);
    Book& book = books_[message.instrument];
    Order& order = orders_[slot];
    const std::uint32_t price = order.level & kPriceMask;
    Side& side = book.sides[order.level >> 31U];
    Level& level = side.levels[price];
    (order.prev != 0 ? orders_[order.prev].next : level.head) = order.next;
    (order.next != 0 ? orders_[order.next].prev : level.tail) = order.prev;
    if (level.head == 0) side.prices.clear(price);
    if (level.head == 0 && order.level >> 31U == 0) {
      if (static_cast<std::int32_t>(price) == book.bid) book.bid = side.prices.below(price);
    } else if (level.head == 0 && static_cast<std::int32_t>(price) == book.ask) {
      book.ask = side.prices.above(price);
    }
    give(slot);
    return true;
  }

  /// Of 1,000,000 orders, what grows with orders: not the arrays by price.
  [[nodiscard]] std::size_t bytes(std::size_t orders) const {
    return orders * sizeof(Order) + ids_.bytes();
  }

 private:
  static constexpr std::uint32_t kPriceMask = 0x7FFFFFFF;

  struct Order {
    std::uint32_t next;
    std::uint32_t prev;
    std::uint32_t quantity;
    std::uint32_t level;  ///< price from the first; bit 31: sell
    std::uint64_t id;
  };
  struct Level {
    std::uint32_t head;
    std::uint32_t tail;
  };
  struct Side {
    explicit Side(std::uint32_t range) : levels(range), prices(range) {}
    Zeros<Level> levels;
    Bitmap prices;
  };
  struct Book {
    explicit Book(std::uint32_t range) : sides{Side(range), Side(range)} {}
    Side sides[2];
    std::int32_t bid = -1;
    std::int32_t ask = std::numeric_limits<std::int32_t>::max();
  };

  void enter(const Message& message, std::int32_t limit, bool rests) {
    Book& book = books_[message.instrument];
    const std::int32_t price = limit - first_;
    std::uint32_t quantity = message.quantity;
    if (message.side == 0) {
      if (price >= book.ask) quantity = sweep<0>(book, message.id, price, quantity);
    } else if (price <= book.bid) {
      quantity = sweep<1>(book, message.id, price, quantity);
    }
    if (quantity > 0 && rests) rest(book, message, price, quantity);
  }

  void rest(Book& book, const Message& message, std::int32_t price, std::uint32_t quantity) {
    std::uint32_t slot = free_;
    if (slot != 0) {
      free_ = orders_[slot].next;
    } else {
      slot = top_++;
    }
    const auto at = static_cast<std::uint32_t>(price);
    Side& side = book.sides[message.side];
    Level& level = side.levels[at];
    orders_[slot] = {0, level.tail, quantity, at | std::uint32_t{message.side} << 31U, message.id};
    ids_.put(message.id, slot);
    if (level.tail != 0) {
      orders_[level.tail].next = slot;
    } else {
      level.head = slot;
      side.prices.set(at);
      if (message.side == 0) {
        book.bid = std::max(book.bid, price);
      } else {
        book.ask = std::min(book.ask, price);
      }
    }
    level.tail = slot;
  }

  template <int kTaker>
  std::uint32_t sweep(Book& book, std::uint64_t taker, std::int32_t limit, std::uint32_t quantity) {
    Side& side = book.sides[1 - kTaker];
    while (quantity > 0) {
      const std::int32_t price = kTaker == 0 ? book.ask : book.bid;
      if (kTaker == 0 ? price > limit : price < limit) break;
      if (price < 0 || price == std::numeric_limits<std::int32_t>::max()) break;
      const auto at = static_cast<std::uint32_t>(price);
      Level& level = side.levels[at];
      std::uint32_t slot = level.head;
      while (slot != 0 && quantity > 0) {
        Order& maker = orders_[slot];
        const std::uint32_t part = std::min(maker.quantity, quantity);
        trades_.add({maker.id, taker, price + first_, part});
        quantity -= part;
        maker.quantity -= part;
        if (maker.quantity > 0) break;
        const std::uint32_t next = maker.next;
        ids_.remove(maker.id);
        give(slot);
        slot = next;
      }
      level.head = slot;
      if (slot != 0) {
        orders_[slot].prev = 0;
        return 0;
      }
      level.tail = 0;
      side.prices.clear(at);
      if (kTaker == 0) {
        book.ask = side.prices.above(at);
      } else {
        book.bid = side.prices.below(at);
      }
    }
    return quantity;
  }

  void give(std::uint32_t slot) {
    orders_[slot].next = free_;
    free_ = slot;
  }

  TradeLog& trades_;
  std::int32_t first_;
  Ids ids_;
  Zeros<Order> orders_;
  std::vector<Book> books_;
  std::uint32_t free_ = 0;
  std::uint32_t top_ = 1;
};

}  // namespace syrah::bench
