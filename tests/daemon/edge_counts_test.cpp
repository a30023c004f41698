#include "daemon/edge_counts.h"

#include <gtest/gtest.h>

namespace syrah::daemon {
namespace {

constexpr api::RouteName kOrder{"GET", "/orders/{}"};
constexpr api::RouteName kTime{"GET", "/time"};

TEST(ApiCounts, EachRequestCountsOnceUnderItsRouteAndStatus) {
  ApiCounts counts;
  counts.asked(1, kOrder, 1'000);
  counts.asked(2, kTime, 1'000);
  counts.asked(3, kOrder, 1'000);
  EXPECT_EQ(counts.open(), 3U);
  counts.answered(3, 404, 1'700);
  counts.answered(1, 200, 3'000);
  counts.answered(1, 200, 9'000);
  EXPECT_EQ(counts.open(), 1U);
  const ApiCounts::OfRoute& order = counts.routes().at(kOrder);
  EXPECT_EQ(order.answers, (std::map<int, std::uint64_t>{{200, 1}, {404, 1}}));
  EXPECT_EQ(order.took_us.count(), 2U);
  EXPECT_EQ(order.took_us.sum(), 2'700U);
  EXPECT_EQ(counts.routes().at(kTime).took_us.count(), 0U);
}

TEST(JournalCounts, ACommit) {
  JournalCounts counts;
  counts.committed({.last = 7, .transactions = 3, .entries = 40, .took_us = 900});
  counts.committed({.last = 8, .transactions = 1, .entries = 0, .took_us = 100});
  EXPECT_EQ(counts.transactions, 4U);
  EXPECT_EQ(counts.entries.sum(), 40U);
  EXPECT_EQ(counts.entries.in_range(0), 1U) << "without any entry";
  EXPECT_EQ(counts.took_us.sum(), 1'000U);
}

}  // namespace
}  // namespace syrah::daemon
