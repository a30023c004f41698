#include "p2p/feed_sync.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "p2p/sync_limits.h"
#include "seed.h"
#include "sync_net.h"

namespace syrah::p2p {
namespace {

using tests::SyncNet;
using Wire = SyncNet::Wire;

template <class T>
std::size_t count_sent(const SyncNet& net) {
  return static_cast<std::size_t>(
      std::count_if(net.sent.begin(), net.sent.end(),
                    [](const Wire& wire) { return std::holds_alternative<T>(wire.body); }));
}

/// Links, and everyone has heard everyone's first heads.
void meet(SyncNet& net) {
  for (int round = 0; round < 4; ++round) {
    net.beat_all();
    net.run();
    net.advance(1);
  }
}

TEST(FeedSync, ANeighbourGetsEntriesAsTheyCome) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  net.write(0, 3);
  net.run();
  EXPECT_EQ(net[1].seq_of(net[0].id()), 3U);
  EXPECT_EQ(net[1].said<FoldEntries>().size(), 1U);
  EXPECT_EQ(count_sent<FeedRequest>(net), 0U);
}

TEST(FeedSync, WhatIsToBeStoredContinuesWhereTheFeedEndedHoweverTheAnswersOverlap) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  const feed::Batch first = net.seal(0, 2, "\"event\":\"x\"");
  const feed::Batch second = net.seal(0, 3, "\"event\":\"x\"");
  feed::Batch joined = first;
  std::vector<feed::Entry> entries = first.entries.list();
  for (const feed::Entry& entry : second.entries.list()) entries.push_back(entry);
  joined.entries = entries;
  joined.head = second.head;
  net.deliver(0, 1, FeedBatch{first});
  net.deliver(0, 1, FeedBatch{joined});
  const auto folds = net[1].said<FoldEntries>();
  ASSERT_EQ(folds.size(), 2U);
  EXPECT_EQ(folds[1].batch.entries.size(), 3U);
  EXPECT_EQ(folds[1].batch, second);
}

TEST(FeedSync, ALineOfNodesRelays) {
  SyncNet net(3);
  net.link(0, 1);
  net.link(1, 2);
  meet(net);
  net.write(0, 2);
  net.run();
  EXPECT_EQ(net[2].seq_of(net[0].id()), 2U);
  EXPECT_FALSE(net[2].sync->silent(net[0].id()));
}

TEST(FeedSync, NothingIsRelayedToThoseWhoHearTheHomeThemselves) {
  SyncNet net(3);
  net.link(0, 1);
  net.link(1, 2);
  net.link(0, 2);
  meet(net);
  net.sent.clear();
  net.write(0, 1);
  net.run();
  EXPECT_EQ(count_sent<FeedBatch>(net), 2U);
}

TEST(FeedSync, NothingIsRelayedToThoseWhoHaveIt) {
  SyncNet net(3);
  net.link(0, 1);
  net.link(1, 2);
  meet(net);
  const feed::Batch batch = net.seal(0, 1, "\"event\":\"x\"");
  Heartbeat has;
  has.heads = {batch.head};
  net.deliver(2, 1, has);
  net.wires.clear();
  net.sent.clear();
  net.deliver(0, 1, FeedBatch{batch});
  EXPECT_EQ(net[1].seq_of(net[0].id()), 1U);
  EXPECT_EQ(count_sent<FeedBatch>(net), 0U);
}

TEST(FeedSync, WhatSomeoneWaitsForGoesFirst) {
  SyncNet net(3);
  net.link(0, 1);
  net.link(1, 2);
  meet(net);
  net.sent.clear();
  net.write(0, 1, "\"event\":\"order\"");
  net.write(0, 1, "\"event\":\"hold\"", true);
  net.run();
  ASSERT_EQ(net.sent.size(), 4U);
  for (const Wire& wire : net.sent) {
    const bool hold = std::get<FeedBatch>(wire.body).batch.head.seq == 2;
    EXPECT_EQ(wire.urgency, hold ? Urgency::kTrade : Urgency::kBook);
  }
}

TEST(FeedSync, ALostBatchIsHealedByHeads) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  net.copies_of = [](const Wire&) { return 0; };
  net.write(0, 2);
  net.run();
  net.copies_of = nullptr;
  EXPECT_EQ(net[1].seq_of(net[0].id()), 0U);
  net.beat(0);
  net.run();
  EXPECT_EQ(net[1].seq_of(net[0].id()), 2U);
}

TEST(FeedSync, AGapIsAskedForAtOnce) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  net.copies_of = [](const Wire&) { return 0; };
  net.write(0, 2);
  net.run();
  net.copies_of = nullptr;
  net.write(0, 1);
  net.run();
  EXPECT_EQ(net[1].seq_of(net[0].id()), 3U);
}

TEST(FeedSync, DuplicatesAreFoldedOnceAndGoNowhere) {
  SyncNet net(3);
  net.link(0, 1);
  net.link(1, 2);
  meet(net);
  net.copies_of = [](const Wire&) { return 3; };
  for (int round = 0; round < 5; ++round) net.write(0, 2);
  net.run();
  EXPECT_EQ(net[1].folded, 10U);
  EXPECT_EQ(net[2].folded, 10U);
  net.sent.clear();
  net.deliver(0, 1, FeedBatch{net[0].journal[net[0].id()][1]});
  EXPECT_TRUE(net.sent.empty());
  EXPECT_EQ(net[1].folded, 10U);
}

TEST(FeedSync, APeerThatLagsIsNotPushedToAndCatchesUp) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  net[0].sync->set_lagging(SyncNet::connection(1), true);
  net.sent.clear();
  net.write(0, 1);
  net.run();
  EXPECT_EQ(count_sent<FeedBatch>(net), 0U);
  net.beat(0);
  net.run();
  EXPECT_EQ(net[1].seq_of(net[0].id()), 1U);
  net[0].sync->set_lagging(SyncNet::connection(1), false);
  net.write(0, 1);
  net.run();
  EXPECT_EQ(net[1].seq_of(net[0].id()), 2U);
}

TEST(FeedSync, ANewcomerCatchesUpByRanges) {
  SyncNet net(3);
  net.link(0, 1);
  meet(net);
  for (int batch = 0; batch < 300; ++batch) net.write(0, 5);
  net.run();
  net.sent.clear();
  net.link(1, 2);  // and the home itself is far away
  meet(net);
  EXPECT_EQ(net[2].seq_of(net[0].id()), 1500U);
  // 256 entries an answer: six answers, not one for each of 300 batches.
  EXPECT_LE(count_sent<FeedRequest>(net), 8U);
  EXPECT_EQ(net[2].folded, 1500U);
}

TEST(FeedSync, AnAnswerIsAskedOfAnotherPeerAfterTwoSeconds) {
  SyncNet net(4);
  net.link(0, 1);
  net.link(0, 2);
  meet(net);
  net.write(0, 3);
  net.run();
  std::set<std::size_t> asked;
  net.copies_of = [&](const Wire& wire) {
    if (!std::holds_alternative<FeedRequest>(wire.body)) return 1;
    return asked.insert(wire.to).second && asked.size() == 1 ? 0 : 1;
  };
  net.link(1, 3);
  net.link(2, 3);
  net.beat(1);
  net.beat(2);
  net.run();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(net[3].seq_of(net[0].id()), 0U);
  net.advance(kRangeTimeoutMs - 1);
  net.tick_all();
  net.run();
  EXPECT_EQ(asked.size(), 1U);
  EXPECT_LE(net[3].sync->next_deadline_us(), net.now.steady_us + 1000);
  net.advance(1);
  net.tick_all();
  net.run();
  EXPECT_EQ(asked.size(), 2U);
  EXPECT_EQ(net[3].seq_of(net[0].id()), 3U);
}

TEST(FeedSync, WhatAGonePeerWasAskedIsAskedOfAnother) {
  SyncNet net(4);
  net.link(0, 1);
  net.link(0, 2);
  meet(net);
  net.write(0, 3);
  net.run();
  net.link(1, 3);
  net.link(2, 3);
  net.beat(1);
  net.beat(2);
  std::size_t asked = 9;
  net.copies_of = [&](const Wire& wire) {
    if (asked == 9 && std::holds_alternative<FeedRequest>(wire.body)) {
      asked = wire.to;
      return 0;
    }
    return 1;
  };
  net.run();
  ASSERT_NE(asked, 9U);
  net.cut(asked, 3);
  net.run();
  EXPECT_EQ(net[3].seq_of(net[0].id()), 3U);
}

TEST(FeedSync, QuestionsAreBounded) {
  SyncNet net(2);
  net.link(0, 1);
  Heartbeat beat;
  for (std::uint8_t home = 50; home < 50 + 2 * kRequestsMax; ++home) {
    beat.heads.push_back(feed::sign_head(tests::identity(home), 100, {}, {1000, 0}));
  }
  net.deliver(0, 1, beat);
  net.deliver(0, 1, beat);
  EXPECT_EQ(count_sent<FeedRequest>(net), kRequestsMax);
  net.wires.clear();
  // Those that never deliver do not keep the others from their turn.
  net.advance(kRangeTimeoutMs);
  net.tick_all();
  std::set<base::NodeId> asked;
  for (const Wire& wire : net.sent) {
    if (const auto* request = std::get_if<FeedRequest>(&wire.body)) asked.insert(request->home);
  }
  EXPECT_EQ(asked.size(), 2 * kRequestsMax);
  EXPECT_GT(net[1].sync->next_deadline_us(), net.now.steady_us);
}

TEST(FeedSync, ReadsForOnePeerAreBounded) {
  SyncNet net(2);
  net.write(0, 100);
  SyncOutputs out;
  net[0].sync->peer_up(7, net[1].id(), net.now, out);
  out.clear();
  for (base::Seq from = 1; from <= 20; ++from) {
    net[0].sync->message(7, FeedRequest{net[0].id(), from}, net.now, out);
    net[0].sync->message(7, FeedRequest{net[0].id(), from}, net.now, out);
  }
  EXPECT_EQ(out.size(), kReadsPerPeerMax);
  net.advance(kReadTimeoutMs);  // reads that were never answered do not count for ever
  net[0].sync->message(7, FeedRequest{net[0].id(), 1}, net.now, out);
  EXPECT_EQ(out.size(), kReadsPerPeerMax + 1);
}

TEST(FeedSync, ADamagedBatchIsBlamedOnItsSender) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  feed::Batch batch = net.seal(0, 2, "\"event\":\"x\"");
  std::vector<feed::Entry> entries = batch.entries.list();
  entries[0].text[20] ^= 1;
  batch.entries = entries;
  net.deliver(0, 1, FeedBatch{batch});
  EXPECT_EQ(net[1].said<Misbehaved>().size(), 1U);
  EXPECT_EQ(net[1].folded, 0U);
}

TEST(FeedSync, AnUnsignedHeadIsBlamedAndMakesNoHome) {
  SyncNet net(2);
  net.link(0, 1);
  Heartbeat beat;
  beat.heads.push_back(feed::sign_head(tests::identity(9), 5, {}, {1000, 0}));
  beat.heads.back().seq = 6;
  net.deliver(0, 1, beat);
  EXPECT_EQ(net[1].said<Misbehaved>().size(), 1U);
  EXPECT_TRUE(net[1].sync->feeds().empty());
}

TEST(FeedSync, ANewerHeadOfTheOwnFeedIsReported) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  EXPECT_TRUE(net[0].sync->heard_heads());
  const feed::Batch old = net.write(0, 1);
  net.write(0, 1);
  net.run();
  // The disk went back to entry 1.
  net[0].sync = std::make_unique<FeedSync>(net[0].id(), 1);
  net[0].sync->restore(old.head);
  EXPECT_FALSE(net[0].sync->heard_heads());
  SyncOutputs out;
  net[0].sync->peer_up(2, net[1].id(), net.now, out);
  Heartbeat forged = net.beat_of(1);
  for (feed::Head& head : forged.heads) head.seq += head.home == net[0].id() ? 1 : 0;
  net[0].record.clear();
  net.deliver(1, 0, net.beat_of(1));
  ASSERT_EQ(net[0].said<OwnFeedAhead>().size(), 1U);
  EXPECT_EQ(net[0].said<OwnFeedAhead>()[0].head.seq, 2U);
  EXPECT_TRUE(net[0].said<Misbehaved>().empty());
  net[0].record.clear();
  net.deliver(1, 0, forged);
  EXPECT_TRUE(net[0].said<OwnFeedAhead>().empty());
  EXPECT_EQ(net[0].said<Misbehaved>().size(), 1U);
}

TEST(FeedSync, AnotherHashAtTheOwnEndIsReported) {
  SyncNet net(2);
  net.link(0, 1);
  net.write(0, 1);
  Heartbeat beat;
  beat.heads.push_back(feed::sign_head(tests::identity(1), 1, {}, net.hlc()));
  net.deliver(1, 0, beat);
  EXPECT_EQ(net[0].said<OwnFeedAhead>().size(), 1U);
}

class Fork : public ::testing::Test {
 protected:
  /// Home 0 says one thing to node 1 and another one to node 2.
  Fork() : net(4) {
    net.link(0, 1);
    net.link(0, 2);
    net.link(1, 2);
    net.link(2, 3);
    meet(net);
    feed::OwnFeed twin(tests::identity(1));
    one = net.seal(0, 1, "\"event\":\"one\"");
    const base::Hlc time = net.hlc();
    other = twin.seal({tests::entry(1, time, "\"event\":\"other\"")}, time);
    net.deliver(0, 1, FeedBatch{one});
    net.deliver(0, 2, FeedBatch{other});
    net.wires.clear();
    net.sent.clear();
  }
  SyncNet net;
  feed::Batch one, other;
};

TEST_F(Fork, IsFoundByHeadsAndProvedToAll) {
  net.beat(1);
  net.run();
  for (std::size_t at = 1; at < 4; ++at) {
    ASSERT_EQ(net[at].said<HomeForked>().size(), 1U) << at;
    ASSERT_TRUE(net[at].said<HomeForked>()[0].proof.has_value());
    EXPECT_TRUE(feed::check_fork(*net[at].said<HomeForked>()[0].proof).ok());
    EXPECT_TRUE(net[at].view_of(net[0].id()).forked);
    EXPECT_TRUE(net[at].sync->silent(net[0].id()));
    EXPECT_TRUE(net[at].said<Misbehaved>().empty());
    for (const feed::Head& head : net[at].sync->heads()) EXPECT_NE(head.home, net[0].id());
  }
  EXPECT_LE(count_sent<ForkNotice>(net), 8U);  // once over each link and direction
}

TEST_F(Fork, IsFoundByBatches) {
  net.deliver(1, 2, FeedBatch{one});
  ASSERT_EQ(net[2].said<HomeForked>().size(), 1U);
  EXPECT_TRUE(net[2].said<HomeForked>()[0].proof.has_value());
}

TEST_F(Fork, TheHomeIsNotBelievedAnyMore) {
  net.beat(1);
  net.run();
  const std::size_t folded = net[1].folded;
  net.deliver(0, 1, FeedBatch{net.seal(0, 1, "\"event\":\"x\"")});
  net.deliver(0, 1, net.beat_of(0));
  EXPECT_EQ(net[1].folded, folded);
  EXPECT_TRUE(net[1].sync->silent(net[0].id()));
}

TEST_F(Fork, ANoticeThatProvesNothingIsBlamed) {
  net.deliver(1, 2, ForkNotice{{one, one}});
  EXPECT_EQ(net[2].said<Misbehaved>().size(), 1U);
  EXPECT_TRUE(net[2].said<HomeForked>().empty());
}

TEST_F(Fork, APeerThatComesLaterIsTold) {
  net.cut(2, 3);
  net.beat(1);
  net.run();
  EXPECT_TRUE(net[3].said<HomeForked>().empty());
  net.link(2, 3);
  net.beat(3);
  net.run();
  EXPECT_EQ(net[3].said<HomeForked>().size(), 1U);
}

TEST(FeedSync, ARejectedHomeIsNotFollowed) {
  SyncNet net(2);
  net.link(0, 1);
  meet(net);
  net.call(1, [&](auto& out) { net[1].sync->reject_home(net[0].id(), "nonsense", out); });
  net.write(0, 1);
  net.run();
  EXPECT_EQ(net[1].folded, 0U);
  EXPECT_EQ(net[1].said<HomeForked>().size(), 1U);
  EXPECT_EQ(count_sent<ForkNotice>(net), 0U);
}

}  // namespace
}  // namespace syrah::p2p
