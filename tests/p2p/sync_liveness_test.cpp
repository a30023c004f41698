#include <gtest/gtest.h>

#include "p2p/feed_sync.h"
#include "p2p/sync_limits.h"
#include "sync_net.h"

namespace syrah::p2p {
namespace {

using tests::SyncNet;

struct Pair : public ::testing::Test {
  Pair() : net(2) {
    net.link(0, 1);
    net.beat(0);
    net.run();
    net.advance(1);
    net.beat(0);
    net.run();
    net[1].record.clear();
  }
  [[nodiscard]] std::size_t silences() { return net[1].said<HomeSilent>().size(); }
  SyncNet net;
};

TEST_F(Pair, AHomeIsSilentAfterExactly15AndGoneAfterExactly60Seconds) {
  EXPECT_FALSE(net[1].sync->silent(net[0].id()));
  net.advance(kSilentMs - 1);
  net.tick_all();
  EXPECT_EQ(silences(), 0U);
  EXPECT_EQ(net[1].sync->next_deadline_us(), net.now.steady_us + 1000);
  net.advance(1);
  net.tick_all();
  ASSERT_EQ(silences(), 1U);
  EXPECT_FALSE(net[1].said<HomeSilent>()[0].gone);
  EXPECT_TRUE(net[1].sync->silent(net[0].id()));
  net.advance(kGoneMs - kSilentMs - 1);
  net.tick_all();
  EXPECT_EQ(silences(), 1U);
  EXPECT_EQ(net[1].sync->heads().size(), 1U);
  net.advance(1);
  net.tick_all();
  ASSERT_EQ(silences(), 2U);
  EXPECT_TRUE(net[1].said<HomeSilent>()[1].gone);
  EXPECT_TRUE(net[1].sync->heads().empty());  // gone homes are not passed on
  net.advance(1'000'000);
  net.tick_all();
  EXPECT_EQ(silences(), 2U);
}

TEST_F(Pair, ASignOfLifeBringsItBack) {
  net.advance(kGoneMs);
  net.tick_all();
  net[1].record.clear();
  net.beat(0);
  net.run();
  EXPECT_EQ(net[1].said<HomeHeard>().size(), 1U);
  EXPECT_FALSE(net[1].sync->silent(net[0].id()));
  EXPECT_EQ(net[1].view_of(net[0].id()).heard_wall_us, net.now.wall_us);
}

TEST_F(Pair, ABatchIsASignOfLife) {
  net.advance(kSilentMs - 1);
  net.write(0, 1);
  net.run();
  net.advance(kSilentMs - 1);
  net.tick_all();
  EXPECT_EQ(silences(), 0U);
}

TEST_F(Pair, ARepeatedOldHeadIsNone) {
  Heartbeat old;
  old.heads = {net[0].head};
  for (int second = 0; second < 15; ++second) {
    net.deliver(0, 1, old);
    net.advance(1000);
  }
  net.tick_all();
  EXPECT_EQ(silences(), 1U);
  net.deliver(0, 1, old);
  EXPECT_TRUE(net[1].sync->silent(net[0].id()));
  EXPECT_TRUE(net[1].said<HomeHeard>().empty());
}

TEST(Liveness, SignsOfLifeTravelOverOthers) {
  SyncNet net(3);
  net.link(0, 1);
  net.link(1, 2);
  for (int round = 0; round < 20; ++round) {
    net.beat_all();
    net.run();
    net.advance(5000);
    net.tick_all();
  }
  EXPECT_FALSE(net[2].sync->silent(net[0].id()));
  net.cut(0, 1);
  for (int round = 0; round < 4; ++round) {
    net.beat_all();
    net.run();
    net.advance(5000);
    net.tick_all();
  }
  EXPECT_TRUE(net[1].sync->silent(net[0].id()));
  EXPECT_TRUE(net[2].sync->silent(net[0].id()));
}

TEST(Liveness, TheFirstThatOthersTellMayBeLongPast) {
  SyncNet net(3);
  net.link(1, 2);
  Heartbeat told = net.beat_of(1);
  told.heads.push_back(net[0].feed.beat(0, net[0].head.hash, net.hlc()));
  net.deliver(1, 2, told);
  EXPECT_TRUE(net[2].sync->silent(net[0].id()));
  net.deliver(1, 2, told);
  EXPECT_TRUE(net[2].sync->silent(net[0].id()));
  told.heads.back() = net[0].feed.beat(0, net[0].head.hash, net.hlc());
  net.deliver(1, 2, told);
  EXPECT_FALSE(net[2].sync->silent(net[0].id()));
}

TEST(Liveness, APeerThatHeardThisNodeLaterThanItsClockSaysIsReported) {
  SyncNet net(2);
  net.link(0, 1);
  const base::Hlc before = net.hlc();
  const base::Hlc after = net.hlc();
  net[0].sync->set_own_head(net[0].feed.beat(0, net[0].head.hash, before));
  Heartbeat told;
  told.heads.push_back(net[0].feed.beat(0, net[0].head.hash, after));
  net.deliver(1, 0, told);
  net.deliver(1, 0, told);
  ASSERT_EQ(net[0].said<OwnTimeAhead>().size(), 1U);
  EXPECT_EQ(net[0].said<OwnTimeAhead>()[0].time, after);
  EXPECT_TRUE(net[0].said<OwnFeedAhead>().empty());
}

TEST(Liveness, RestoredHomesAreSilentUntilHeardAndGoneAfterAMinute) {
  SyncNet net(2);
  net.write(0, 1);
  net[1].sync->restore(net[0].head);
  EXPECT_TRUE(net[1].sync->silent(net[0].id()));
  EXPECT_EQ(net[1].sync->next_deadline_us(), 0);
  net.tick_all();
  EXPECT_EQ(net[1].sync->heads().size(), 1U);
  net.advance(kGoneMs - 1);
  net.tick_all();
  EXPECT_TRUE(net[1].said<HomeSilent>().empty());
  net.advance(1);
  net.tick_all();
  ASSERT_EQ(net[1].said<HomeSilent>().size(), 1U);
  EXPECT_TRUE(net[1].said<HomeSilent>()[0].gone);
  // What the journal held already is no sign of life, whoever repeats it.
  net.link(0, 1);
  Heartbeat old;
  old.heads = {net[0].head};
  net.deliver(0, 1, old);
  EXPECT_TRUE(net[1].sync->silent(net[0].id()));
  net.beat(0);
  net.run();
  EXPECT_FALSE(net[1].sync->silent(net[0].id()));
}

}  // namespace
}  // namespace syrah::p2p
