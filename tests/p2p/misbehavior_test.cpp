#include "p2p/misbehavior.h"

#include <gtest/gtest.h>

#include "p2p/limits.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

base::Time at_us(std::int64_t us) { return {us, 1'700'000'000'000'000 + us}; }

TEST(Misbehavior, IsRememberedForADay) {
  Misbehavior misbehavior;
  const base::NodeId id = tests::identity_of(1).id();
  misbehavior.discourage(id, "8.8.8.8", at_us(0));
  const std::int64_t end = kDiscouragedMs * 1000;
  EXPECT_TRUE(misbehavior.is_discouraged(id, end - 1));
  EXPECT_FALSE(misbehavior.is_discouraged(id, end));
  EXPECT_TRUE(misbehavior.is_discouraged("8.8.8.8", end - 1));
  EXPECT_FALSE(misbehavior.is_discouraged("8.8.8.9", 0));
}

TEST(Misbehavior, PrivateAddressesAreNotBlamed) {
  Misbehavior misbehavior;
  misbehavior.discourage(std::nullopt, "127.0.0.1", at_us(0));
  misbehavior.discourage(std::nullopt, "192.168.1.1", at_us(0));
  EXPECT_FALSE(misbehavior.is_discouraged("127.0.0.1", 0));
  EXPECT_FALSE(misbehavior.is_discouraged("192.168.1.1", 0));
}

TEST(Misbehavior, IsBoundedAndForgivesWhenAsked) {
  Misbehavior misbehavior;
  for (std::size_t i = 0; i <= kDiscouragedMax; ++i) {
    misbehavior.discourage(std::nullopt,
                           "8.8." + std::to_string(i / 256) + "." + std::to_string(i % 256),
                           at_us(static_cast<std::int64_t>(i)));
  }
  EXPECT_FALSE(misbehavior.is_discouraged("8.8.0.0", 0)) << "the oldest was forgotten";
  EXPECT_TRUE(misbehavior.is_discouraged("8.8.0.1", 0));
  misbehavior.forgive(std::nullopt, "8.8.0.1");
  EXPECT_FALSE(misbehavior.is_discouraged("8.8.0.1", 0));
}

TEST(Misbehavior, IsRememberedOverARestart) {
  const base::NodeId id = tests::identity_of(1).id();
  Misbehavior before;
  before.discourage(id, "8.8.8.8", at_us(0));
  // The other run's steady clock began anew an hour later.
  const base::Time restart{5, at_us(3'600'000'000).wall_us};
  Misbehavior after;
  after.restore(before.stored(), restart);
  const std::int64_t end = 5 + (kDiscouragedMs - 3'600'000) * 1000;
  EXPECT_TRUE(after.is_discouraged(id, end - 1));
  EXPECT_FALSE(after.is_discouraged(id, end));
  EXPECT_TRUE(after.is_discouraged("8.8.8.8", end - 1));
  Misbehavior later;
  later.restore(after.stored(), {0, at_us(kDiscouragedMs * 1000).wall_us});
  EXPECT_TRUE(later.stored().empty()) << "its time is over";
}

TEST(Misbehavior, AClockThatWentBackKeepsNobodyAwayForLonger) {
  const base::NodeId id = tests::identity_of(1).id();
  Misbehavior misbehavior;
  misbehavior.restore({{id, {}, 1'900'000'000'000}}, at_us(0));
  EXPECT_TRUE(misbehavior.is_discouraged(id, kDiscouragedMs * 1000 - 1));
  EXPECT_FALSE(misbehavior.is_discouraged(id, kDiscouragedMs * 1000));
}

TEST(Misbehavior, KeepsTheLatestOfMany) {
  Misbehavior misbehavior;
  for (std::size_t i = 0; i < kDiscouragedMax; ++i) {
    misbehavior.discourage(std::nullopt,
                           "8.8." + std::to_string(i / 256) + "." + std::to_string(i % 256),
                           at_us(static_cast<std::int64_t>(i)));
  }
  const auto stored = misbehavior.stored();
  ASSERT_EQ(stored.size(), kDiscouragedStoredMax);
  EXPECT_EQ(stored.front().until_ms, at_us(kDiscouragedMax - 1).wall_ms() + kDiscouragedMs);
}

}  // namespace
}  // namespace syrah::p2p
