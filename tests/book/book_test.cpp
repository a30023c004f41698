#include "book/book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/random.h"
#include "seed.h"

namespace syrah::book {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

/// The same in the simplest way: a list, sorted when asked.
class NaiveBook {
 public:
  struct Entry {
    NewOrder order;
    Rank rank;
  };

  void add(const NewOrder& order, Rank rank) { entries_.push_back({order, rank}); }
  void remove(Key key) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.order.key == key; });
  }
  Entry* find(Key key) {
    const auto it = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& entry) { return entry.order.key == key; });
    return it == entries_.end() ? nullptr : &*it;
  }
  std::vector<Entry> sorted(Side side) const {
    std::vector<Entry> result;
    std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(result),
                 [&](const Entry& entry) { return entry.order.side == side; });
    std::sort(result.begin(), result.end(), [&](const Entry& a, const Entry& b) {
      if (a.order.price != b.order.price) {
        return side == Side::kBid ? a.order.price > b.order.price : a.order.price < b.order.price;
      }
      if (!a.rank.same_time(b.rank)) return a.rank.earlier_time(b.rank);
      const auto home_a = home_of(a.order.key);
      const auto home_b = home_of(b.order.key);
      return home_a != home_b ? home_a > home_b : a.rank.number() < b.rank.number();
    });
    return result;
  }
  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
};

void expect_same(const Book& book, const NaiveBook& naive, Side side) {
  const auto expected = naive.sorted(side);
  std::size_t at = 0;
  base::Int128 lots = 0;
  book.walk(side, [&](Slot slot) {
    EXPECT_LT(at, expected.size());
    const NewOrder& order = expected[at].order;
    EXPECT_EQ(book.key(slot), order.key);
    EXPECT_EQ(book.lots(slot), order.lots);
    EXPECT_EQ(book.account(slot), order.account);
    EXPECT_EQ(book.post_only(slot), order.post_only);
    EXPECT_EQ(book.price(slot), order.price);
    EXPECT_EQ(book.rank(slot), expected[at].rank);
    lots += order.lots;
    return ++at < expected.size() && !::testing::Test::HasFailure();
  });
  ASSERT_EQ(at, expected.size());
  ASSERT_EQ(book.best(side),
            expected.empty() ? std::nullopt : std::optional(expected.front().order.price));
  std::size_t orders = 0;
  book.walk_levels(side, [&](const Level& level) {
    orders += level.orders;
    lots -= level.lots;
    return true;
  });
  ASSERT_EQ(orders, expected.size());
  ASSERT_TRUE(lots == 0);
}

class RandomBook {
 public:
  explicit RandomBook(std::uint64_t seed) : random_(seed) {
    // Ties go the other way than the numbers of the homes.
    for (std::uint16_t home = 0; home < 4; ++home) book_.declare_home(home, 100U - home);
  }

  void step(std::uint64_t keys, int prices) {
    const Key key = key_of(static_cast<std::uint16_t>(random_.below(4)), random_.below(keys));
    if (const Slot known = book_.find(key); known != 0) {
      change(key, known);
      return;
    }
    NewOrder order;
    order.key = key;
    order.side = random_.chance(500'000) ? Side::kBid : Side::kAsk;
    order.price = price(prices);
    order.lots = random_.chance(10'000) ? std::int64_t{1} << 52U : random_.between(1, 9);
    order.account = static_cast<Account>(random_.between(1, kAccountMax));
    order.post_only = random_.chance(300'000);
    // Mostly a little late, some by much, and many at the same time.
    const std::int64_t late =
        random_.chance(300'000) ? random_.between(0, 3000) : random_.between(0, 3);
    const std::uint32_t counter = random_.chance(800'000) ? 0 : any_counter();
    const Rank rank(std::max<std::int64_t>(0, now_ / 4 - late), counter, random_.below(kNumberMax));
    ++now_;
    book_.add(order, rank);
    naive_.add(order, rank);
  }

  void expect_same_as_naive() const {
    ASSERT_EQ(book_.size(), naive_.size());
    expect_same(book_, naive_, Side::kBid);
    expect_same(book_, naive_, Side::kAsk);
  }

 private:
  std::int64_t price(int prices) {
    const std::int64_t tick = random_.between(0, prices - 1);
    if (!random_.chance(50'000)) return tick;
    return random_.chance(500'000) ? kHighest - tick : kLowest + tick;
  }

  /// Around where 16 bits end, and where 32 do.
  std::uint32_t any_counter() {
    constexpr std::uint32_t kCounters[] = {1, 2, 65'534, 65'535, 65'536, 65'537, 131'072, ~0U};
    return kCounters[random_.below(std::size(kCounters))];
  }

  void change(Key key, Slot known) {
    if (random_.chance(500'000)) {
      const std::int64_t lots = random_.between(1, 9);
      book_.set_lots(known, lots);
      naive_.find(key)->order.lots = lots;
      return;
    }
    if (random_.chance(500'000)) {
      book_.remove(known);
    } else {
      EXPECT_TRUE(book_.remove_key(key));
    }
    EXPECT_FALSE(book_.remove_key(key));
    naive_.remove(key);
  }

  base::Random random_;
  Book book_{99};
  NaiveBook naive_;
  std::int64_t now_ = 0;
};

TEST(Book, IsWhatASortedListIs) {
  RandomBook random(tests::seed(41));
  for (int step = 0; step < 20'000; ++step) {
    random.step(30, 6);
    random.expect_same_as_naive();
    if (::testing::Test::HasFailure()) FAIL() << "at step " << step;
  }
}

/// Levels of a thousand orders, of which many come late.
TEST(Book, IsWhatASortedListIsWhenItIsDeep) {
  RandomBook random(tests::seed(42));
  for (int step = 0; step < 40'000; ++step) {
    random.step(2000, 3);
    if (step % 2000 != 0) continue;
    random.expect_same_as_naive();
    if (::testing::Test::HasFailure()) FAIL() << "at step " << step;
  }
}

/// Thousands of prices, most of them with one order.
TEST(Book, IsWhatASortedListIsWhenItIsWide) {
  RandomBook random(tests::seed(44));
  for (int step = 0; step < 20'000; ++step) {
    random.step(500, 5000);
    if (step % 200 != 0) continue;
    random.expect_same_as_naive();
    if (::testing::Test::HasFailure()) FAIL() << "at step " << step;
  }
}

TEST(Book, OrdersThatComeLateInReverseTakeNoLongerThanOthers) {
  // All at one price, the last one first: quadratic work would not end.
  Book book(1);
  book.declare_home(0, 0);
  constexpr std::int64_t kOrders = 100'000;
  for (std::int64_t i = kOrders; i > 0; --i) {
    book.add({static_cast<Key>(i), Side::kAsk, 5, 1, 1, false}, Rank(i, 0, 1));
  }
  // And some in the middle of what then has no milestones any more.
  for (std::int64_t i = 1; i <= kOrders; i += 2) book.remove_key(static_cast<Key>(i));
  base::Random random(tests::seed(43));
  for (std::int64_t i = 0; i < kOrders; ++i) {
    const auto key = static_cast<Key>(kOrders + 1 + i);
    book.add({key, Side::kAsk, 5, 1, 1, false}, Rank(random.between(1, kOrders), 0, key));
  }
  std::int64_t latest = 0;
  book.walk(Side::kAsk, [&](Slot slot) {
    EXPECT_LE(latest, book.rank(slot).ms());
    latest = book.rank(slot).ms();
    return true;
  });
}

TEST(Book, GivesMemoryBackWhenItIsEmpty) {
  Book book(1);
  for (std::uint64_t i = 1; i <= 100'000; ++i) {
    book.add({i, Side::kBid, static_cast<std::int64_t>(i * 1000), 1, 1, false},
             Rank(static_cast<std::int64_t>(i), 0, i));
  }
  EXPECT_GT(book.bytes(), 10'000'000U);
  for (std::uint64_t i = 1; i <= 100'000; ++i) ASSERT_TRUE(book.remove_key(i));
  EXPECT_LT(book.bytes(), 300'000U);
}

TEST(Book, AnOrderTakesAtMost64Bytes) {
  Book book(1);
  for (std::uint64_t i = 1; i <= 100'000; ++i) {
    book.add({i, Side::kBid, static_cast<std::int64_t>(i % 1000), 1, 1, false},
             Rank(static_cast<std::int64_t>(i), 0, i));
    if (i >= 20'000) {
      ASSERT_LE(book.bytes(), i * 64 + 1000 * 100) << i << " orders";
    }
  }
}

}  // namespace
}  // namespace syrah::book
