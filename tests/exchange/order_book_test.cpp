#include "exchange/order_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "exchange/fixture.h"
#include "exchange/limits.h"
#include "seed.h"

namespace syrah::exchange {
namespace {

using testing::kHome;
using testing::kOther;

Order make(Seq seq, Side side, std::int64_t ticks, std::int64_t lots, NodeId home = kHome) {
  Order order;
  order.id = {home, seq};
  order.side = side;
  order.price = {ticks};
  order.quantity = {lots};
  order.priority = {{static_cast<std::int64_t>(seq), 0}, home, seq};
  return order;
}

TEST(OrderBook, OnlyWhatCanRestIsIn) {
  OrderBook book(kHome);
  Order order = make(1, Side::kBuy, 10, 5);
  book.set(order);
  EXPECT_EQ(book.size(), 1U);
  const auto expect_out = [&](auto change) {
    book.set(order);
    ASSERT_TRUE(book.find(order.id));
    Order changed = order;
    change(changed);
    book.set(changed);
    EXPECT_FALSE(book.find(order.id));
    EXPECT_EQ(book.best(Side::kBuy), std::nullopt);
  };
  expect_out([](Order& changed) { changed.tif = TimeInForce::kIoc; });
  expect_out([](Order& changed) { changed.tif = TimeInForce::kFok; });
  expect_out([](Order& changed) { changed.type = OrderType::kMarket; });
  expect_out([](Order& changed) { changed.filled = {5}; });
  expect_out([](Order& changed) { changed.held = {5}; });
  expect_out([](Order& changed) {
    changed.cancelled = {5};
    changed.closed = true;
  });
  order.tif = TimeInForce::kGtd;
  book.set(order);
  EXPECT_TRUE(book.find(order.id));
}

TEST(OrderBook, SaysWhenItIsCrossed) {
  OrderBook book(kHome);
  EXPECT_FALSE(book.crossed());
  book.set(make(1, Side::kBuy, 10, 5));
  EXPECT_FALSE(book.crossed());
  book.set(make(2, Side::kSell, 11, 5));
  EXPECT_FALSE(book.crossed());
  book.set(make(3, Side::kSell, 10, 5));
  EXPECT_TRUE(book.crossed());
  book.remove({kHome, 3});
  EXPECT_FALSE(book.crossed());
}

TEST(OrderBook, WalkStopsWhenAsked) {
  OrderBook book(kHome);
  for (Seq seq = 1; seq <= 4; ++seq) book.set(make(seq, Side::kSell, 10, 5));
  int visited = 0;
  book.walk(Side::kSell, [&](const Resting&) { return ++visited < 2; });
  EXPECT_EQ(visited, 2);
}

TEST(OrderBook, LargestOrdersOnOneLevelAddUp) {
  OrderBook book(kHome);
  for (Seq seq = 1; seq <= 2000; ++seq) book.set(make(seq, Side::kSell, 10, kQuantityMax));
  EXPECT_EQ(book.depth(Side::kSell, 1).at(0).quantity.lots, 2000 * kQuantityMax);
  // More than 63 bits can tell is told as the most they can.
  for (Seq seq = 2001; seq <= 5000; ++seq) book.set(make(seq, Side::kSell, 10, kQuantityMax));
  EXPECT_EQ(book.depth(Side::kSell, 1).at(0).quantity.lots,
            std::numeric_limits<std::int64_t>::max());
}

/// The same in the simplest way: a list, sorted when asked.
class NaiveBook {
 public:
  void set(const Order& order) {
    remove(order.id);
    if (!order.closed && rests(order.tif) && order.free().lots > 0) orders_.push_back(order);
  }
  void remove(const OrderId& id) {
    std::erase_if(orders_, [&](const Order& order) { return order.id == id; });
  }
  std::vector<Order> sorted(Side side) const {
    std::vector<Order> result;
    std::copy_if(orders_.begin(), orders_.end(), std::back_inserter(result),
                 [&](const Order& order) { return order.side == side; });
    std::sort(result.begin(), result.end(), [&](const Order& a, const Order& b) {
      if (a.price != b.price) return side == Side::kBuy ? a.price > b.price : a.price < b.price;
      return a.priority < b.priority;
    });
    return result;
  }
  std::size_t size() const { return orders_.size(); }

 private:
  std::vector<Order> orders_;
};

void expect_same(const OrderBook& book, const NaiveBook& naive, Side side) {
  const std::vector<Order> expected = naive.sorted(side);
  std::vector<Resting> walked;
  book.walk(side, [&](const Resting& resting) {
    walked.push_back(resting);
    return true;
  });
  ASSERT_EQ(walked.size(), expected.size());
  std::vector<DepthLevel> levels;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(walked[i].id, expected[i].id);
    ASSERT_EQ(walked[i].side, side);
    ASSERT_EQ(walked[i].price, expected[i].price);
    ASSERT_EQ(walked[i].priority, expected[i].priority);
    ASSERT_EQ(walked[i].available, expected[i].free());
    ASSERT_EQ(book.find(expected[i].id)->available, expected[i].free());
    if (levels.empty() || levels.back().price != expected[i].price) {
      levels.push_back({expected[i].price, {}, 0});
    }
    levels.back().quantity += expected[i].free();
    ++levels.back().orders;
  }
  ASSERT_EQ(book.best(side),
            levels.empty() ? std::nullopt : std::optional<Price>(levels.front().price));
  const std::vector<DepthLevel> depth = book.depth(side, 3);
  ASSERT_EQ(depth.size(), std::min<std::size_t>(3, levels.size()));
  for (std::size_t i = 0; i < depth.size(); ++i) {
    ASSERT_EQ(depth[i].price, levels[i].price);
    ASSERT_EQ(depth[i].quantity, levels[i].quantity);
    ASSERT_EQ(depth[i].orders, levels[i].orders);
  }
}

TEST(OrderBook, IsWhatASortedListIs) {
  base::Random random(tests::seed(21));
  OrderBook book(kHome);
  NaiveBook naive;
  for (int step = 0; step < 30'000; ++step) {
    const Seq seq = 1 + random.below(25);
    const NodeId home = random.chance(500'000) ? kHome : kOther;
    Order order = make(seq, Side::kBuy, random.between(1, 6), random.between(1, 9), home);
    if (random.chance(500'000)) order.side = Side::kSell;
    // Sometimes it is the replacement of an order that lost its priority.
    if (random.chance(300'000)) order.priority.time.ms += random.between(0, 50);
    if (random.chance(200'000)) order.filled = {random.between(0, order.quantity.lots)};
    if (random.chance(50'000)) order.tif = TimeInForce::kIoc;
    if (random.chance(200'000)) {
      book.remove(order.id);
      naive.remove(order.id);
    } else {
      book.set(order);
      naive.set(order);
    }
    ASSERT_EQ(book.size(), naive.size());
    expect_same(book, naive, Side::kBuy);
    expect_same(book, naive, Side::kSell);
    if (::testing::Test::HasFatalFailure()) FAIL() << "at step " << step;
  }
}

}  // namespace
}  // namespace syrah::exchange
