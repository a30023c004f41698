#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace syrah::base {
namespace {

TEST(Random, GivesTheNumbersOfSplitMix64) {
  Random random(1234567);  // the reference program's first numbers for this seed
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
  EXPECT_EQ(random.next(), 9817491932198370423ULL);
}

TEST(Random, StaysWithinTheBoundAndReachesAllOfIt) {
  Random random(1);
  std::array<int, 6> seen{};
  for (int round = 0; round < 6000; ++round) ++seen.at(random.below(6));
  for (const int count : seen) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
}

TEST(Random, CountsBothEndsOfARange) {
  Random random(2);
  bool low = false;
  bool high = false;
  for (int round = 0; round < 200; ++round) {
    const std::int64_t number = random.between(-2, 2);
    ASSERT_GE(number, -2);
    ASSERT_LE(number, 2);
    low = low || number == -2;
    high = high || number == 2;
  }
  EXPECT_TRUE(low && high);
  EXPECT_EQ(random.between(7, 7), 7);
}

TEST(Random, ChanceIsInPartsPerMillion) {
  Random random(3);
  int hits = 0;
  for (int round = 0; round < 10'000; ++round) hits += random.chance(250'000) ? 1 : 0;
  EXPECT_NEAR(hits, 2500, 200);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1'000'000));
}

}  // namespace
}  // namespace syrah::base
