#include "book/price_set.h"

#include <gtest/gtest.h>

#include <iterator>
#include <limits>
#include <set>

#include "base/random.h"
#include "seed.h"

namespace syrah::book {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> below(const std::set<std::int64_t>& set, std::int64_t worth) {
  const auto it = set.lower_bound(worth);
  if (it == set.begin()) return std::nullopt;
  return *std::prev(it);
}

TEST(PriceSet, HoldsTheEndsOfTheRange) {
  PriceSet prices;
  EXPECT_TRUE(prices.empty());
  prices.insert(kLowest);
  prices.insert(kHighest);
  prices.insert(0);
  EXPECT_EQ(prices.best(), kHighest);
  EXPECT_EQ(prices.below(kHighest), 0);
  EXPECT_EQ(prices.below(0), kLowest);
  EXPECT_EQ(prices.below(kLowest), std::nullopt);
  for (const std::int64_t price : {kHighest, std::int64_t{0}, kLowest}) prices.erase(price);
  EXPECT_TRUE(prices.empty());
}

/// Random prices of several scales at once, growing to thousands and shrinking to none.
TEST(PriceSet, IsWhatASetIs) {
  base::Random random(tests::seed(31));
  PriceSet prices;
  std::set<std::int64_t> naive;
  const auto any = [&] {
    const auto bits = static_cast<unsigned>(random.between(2, 63));
    const auto value = static_cast<std::int64_t>(random.next() >> (64 - bits));
    return random.chance(500'000) ? value : ~value;
  };
  for (int step = 0; step < 200'000; ++step) {
    const bool grows = step / 20'000 % 2 == 0;
    const std::int64_t price = any();
    if (random.chance(grows ? 700'000 : 300'000)) {
      if (naive.insert(price).second) prices.insert(price);
    } else if (!naive.empty()) {
      auto it = naive.lower_bound(price);
      if (it == naive.end()) --it;
      prices.erase(*it);
      naive.erase(it);
    }
    ASSERT_EQ(prices.empty(), naive.empty()) << "at step " << step;
    if (naive.empty()) continue;
    ASSERT_EQ(prices.best(), *naive.rbegin()) << "at step " << step;
    ASSERT_EQ(prices.below(price), below(naive, price)) << "at step " << step;
  }
}

TEST(PriceSet, StaysSmallWhenPricesWalkAway) {
  PriceSet prices;
  std::int64_t price = 1'000'000;
  for (int i = 0; i < 50; ++i) prices.insert(price + i);
  const std::size_t before = prices.bytes();
  for (int i = 0; i < 1'000'000; ++i, ++price) {
    prices.erase(price);
    prices.insert(price + 50);
  }
  EXPECT_LE(prices.bytes(), 3 * before);
}

}  // namespace
}  // namespace syrah::book
