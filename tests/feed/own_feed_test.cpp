#include "feed/own_feed.h"

#include <gtest/gtest.h>

#include "feed/fixture.h"

namespace syrah::feed {
namespace {

using testing::entry_of;
using testing::Home;

TEST(OwnFeed, BatchesFollowOnEachOther) {
  Home home;
  const Batch first = home.seal(2);
  const Batch second = home.seal(3);
  EXPECT_TRUE(check_batch(first).ok());
  EXPECT_TRUE(check_batch(second).ok());
  EXPECT_EQ(first.previous, genesis_hash(home.identity.id()));
  EXPECT_EQ(second.previous, first.head.hash);
  EXPECT_EQ(second.first(), first.head.seq + 1);
  EXPECT_EQ(home.own.seq(), 5U);
  EXPECT_EQ(home.own.hash(), second.head.hash);
}

TEST(OwnFeed, GoesOnAfterARestart) {
  Home before;
  const Batch first = before.seal(2);
  OwnFeed after(before.identity);
  after.restore(first.head.seq, first.head.hash, first.head.time);
  const Batch second = after.seal({entry_of(3, before.ms)}, {before.ms, 0});
  EXPECT_TRUE(check_batch(second).ok());
  EXPECT_EQ(second.previous, first.head.hash);
}

TEST(OwnFeed, BeatIsANewerHeadOfTheSameEnd) {
  Home home;
  const Batch batch = home.seal(2);
  const Head beat = home.beat();
  EXPECT_TRUE(verify_head(beat));
  EXPECT_EQ(beat.seq, batch.head.seq);
  EXPECT_EQ(beat.hash, batch.head.hash);
  EXPECT_GT(beat.time, batch.head.time);
}

TEST(OwnFeedDeathTest, RefusesToWriteWhatOthersWouldCallDamaged) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Home home;
  home.seal(2);
  EXPECT_DEATH(home.own.seal({entry_of(4, 2000)}, {2000, 0}), "follow");
  EXPECT_DEATH(home.own.seal({entry_of(3, 2001)}, {2000, 0}), "time");
  EXPECT_DEATH(home.own.seal({}, {1, 0}), "time");
  EXPECT_DEATH(home.own.restore(9, {}, {}), "begun");
  EXPECT_DEATH(static_cast<void>(home.own.beat(3, {}, {3000, 0})), "not there");
}

}  // namespace
}  // namespace syrah::feed
