#include "base/token_bucket.h"

#include <gtest/gtest.h>

namespace syrah::base {
namespace {

TEST(TokenBucket, LetsTheBurstAndThenTheRateThrough) {
  TokenBucket bucket(200, 8);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(bucket.take(0));
  EXPECT_FALSE(bucket.take(4'999'999));
  EXPECT_TRUE(bucket.take(5'000'000));
  EXPECT_FALSE(bucket.take(5'000'001));
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(bucket.take(1'000'000'000'000'000));
  EXPECT_FALSE(bucket.take(1'000'000'000'000'000));
}

TEST(TokenBucket, TellsHowLongToWait) {
  TokenBucket bucket(2000, 2);  // two a second
  EXPECT_EQ(bucket.wait_us(0), 0);
  EXPECT_TRUE(bucket.take(0));
  EXPECT_EQ(bucket.wait_us(0), 0);
  EXPECT_TRUE(bucket.take(0));
  EXPECT_EQ(bucket.wait_us(0), 500'000);
  EXPECT_EQ(bucket.wait_us(499'999), 1);
  EXPECT_FALSE(bucket.take(499'999));
  EXPECT_TRUE(bucket.take(500'000));
}

}  // namespace
}  // namespace syrah::base
