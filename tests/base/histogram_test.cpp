#include "base/histogram.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace syrah::base {
namespace {

constexpr std::array<std::int64_t, 3> kBounds{10, 20, 50};

TEST(Histogram, AValueFallsIntoTheRangeWhoseUpperBoundItDoesNotExceed) {
  Histogram histogram(kBounds);
  for (const std::int64_t value : {0, 10, 11, 20, 50, 51}) histogram.add(value);
  EXPECT_EQ(histogram.in_range(0), 2U);
  EXPECT_EQ(histogram.in_range(1), 2U);
  EXPECT_EQ(histogram.in_range(2), 1U);
  EXPECT_EQ(histogram.in_range(3), 1U);
  EXPECT_EQ(histogram.count(), 6U);
  EXPECT_EQ(histogram.sum(), 142U);
}

TEST(Histogram, WhatIsBelowZeroIsZeroAndWhatIsHugeIsInTheLastRange) {
  Histogram histogram(kBounds);
  histogram.add(-5);
  histogram.add(std::numeric_limits<std::int64_t>::max());
  histogram.add(std::numeric_limits<std::int64_t>::max());
  histogram.add(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(histogram.in_range(0), 2U);
  EXPECT_EQ(histogram.in_range(3), 2U);
  EXPECT_EQ(histogram.count(), 4U);
}

}  // namespace
}  // namespace syrah::base
