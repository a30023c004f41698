#include "feed/replica.h"

#include <gtest/gtest.h>

#include "feed/fixture.h"
#include "feed/limits.h"

namespace syrah::feed {
namespace {

using testing::edit;
using testing::entry_of;
using testing::Home;
using Verdict = Replica::Verdict;

class ReplicaTest : public ::testing::Test {
 protected:
  /// The verdict is a fork, with a proof that convinces anyone who gets its text.
  void expect_proven(const Replica::Outcome& outcome) {
    ASSERT_EQ(outcome.verdict, Verdict::kForked);
    EXPECT_FALSE(outcome.reason.empty());
    EXPECT_TRUE(outcome.fresh.entries.empty());
    ASSERT_TRUE(outcome.proof.has_value());
    EXPECT_TRUE(check_fork(*outcome.proof).ok());
    EXPECT_TRUE(replica.forked());
    std::string text;
    {
      json::Writer out(text);
      write_fork(out, *outcome.proof);
    }
    const base::Result<json::Document> object = json::parse(text);
    ASSERT_TRUE(object.ok());
    const base::Result<ForkProof> read = read_fork(*object);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_TRUE(check_fork(*read).ok());
  }

  Home home;
  Home twin;  ///< the same key: what this home says when it forks
  Replica replica{home.identity.id()};
};

TEST_F(ReplicaTest, TakesWhatFollowsInOrder) {
  EXPECT_EQ(replica.seq(), 0U);
  const Batch first = home.seal(2);
  const Batch second = home.seal(3);
  Replica::Outcome outcome = replica.accept(first);
  EXPECT_EQ(outcome.verdict, Verdict::kNew);
  EXPECT_EQ(outcome.fresh.entries, first.entries);
  outcome = replica.accept(second);
  EXPECT_EQ(outcome.verdict, Verdict::kNew);
  EXPECT_EQ(outcome.fresh.entries, second.entries);
  EXPECT_EQ(replica.seq(), 5U);
  EXPECT_EQ(replica.head(), second.head);
}

TEST_F(ReplicaTest, RepeatsAreKnown) {
  const Batch first = home.seal(2);
  const Batch second = home.seal(3);
  replica.accept(first);
  replica.accept(second);
  EXPECT_EQ(replica.accept(first).verdict, Verdict::kKnown);
  EXPECT_EQ(replica.accept(second).verdict, Verdict::kKnown);
  EXPECT_EQ(replica.accept(home.range(1, second.head)).verdict, Verdict::kKnown);
  EXPECT_EQ(replica.head(), second.head);
}

TEST_F(ReplicaTest, GapsAreSeenWithoutASignature) {
  home.seal(2);
  Batch second = home.seal(3);
  EXPECT_EQ(replica.accept(second).verdict, Verdict::kGap);
  second.head.signature.fill(0);
  EXPECT_EQ(replica.accept(second).verdict, Verdict::kGap);
  EXPECT_EQ(replica.hear(second.head), Verdict::kGap);
  EXPECT_EQ(replica.seq(), 0U);
}

TEST_F(ReplicaTest, OverlapGivesOnlyWhatIsFresh) {
  const Batch first = home.seal(3);
  const Batch second = home.seal(3);
  replica.accept(first);
  const Replica::Outcome outcome = replica.accept(home.range(2, second.head));
  EXPECT_EQ(outcome.verdict, Verdict::kNew);
  EXPECT_EQ(outcome.fresh.entries, second.entries);
  EXPECT_EQ(replica.seq(), 6U);
  EXPECT_EQ(replica.accept(second).verdict, Verdict::kKnown);
}

TEST_F(ReplicaTest, DamageIsTheSendersFault) {
  const Batch good = home.seal(3);
  const auto expect_damaged = [&](auto change) {
    Batch bad = good;
    change(bad);
    const Replica::Outcome outcome = replica.accept(bad);
    EXPECT_EQ(outcome.verdict, Verdict::kDamaged);
    EXPECT_FALSE(outcome.reason.empty());
    EXPECT_EQ(replica.seq(), 0U);
  };
  expect_damaged([](Batch& bad) { bad.head.signature[5] ^= 1U; });
  expect_damaged([](Batch& bad) { edit(bad, [](auto& entries) { entries[1].text[20] ^= 1; }); });
  expect_damaged([](Batch& bad) { bad.previous[0] ^= 1U; });
  expect_damaged([](Batch& bad) { bad.head.seq = 1; });
  expect_damaged([](Batch& bad) { bad.head.home = testing::identity_of(9).id(); });
  expect_damaged([](Batch& bad) {
    bad.entries = {};
    bad.head.seq = 0;
  });
  EXPECT_EQ(replica.accept(good).verdict, Verdict::kNew);
}

TEST_F(ReplicaTest, WrongRepeatIsDamagedAndNoFork) {
  const Batch good = home.seal(3);
  replica.accept(good);
  Batch bad = good;
  bad.head.hash[0] ^= 1U;
  EXPECT_EQ(replica.accept(bad).verdict, Verdict::kDamaged);
  EXPECT_EQ(replica.hear(bad.head), Verdict::kDamaged);
  EXPECT_FALSE(replica.forked());
}

TEST_F(ReplicaTest, ForkAtTheEndIsProven) {
  replica.accept(home.seal(3));
  expect_proven(replica.accept(twin.seal(3, "order")));
}

TEST_F(ReplicaTest, ForkInTheMiddleIsProven) {
  replica.accept(home.seal(3));
  replica.accept(home.seal(3));
  expect_proven(replica.accept(twin.seal(2, "order")));
}

TEST_F(ReplicaTest, ForkThatGoesFurtherIsProven) {
  replica.accept(home.seal(3));
  expect_proven(replica.accept(twin.seal(5, "order")));
}

TEST_F(ReplicaTest, ForkBeginningAtTheEndIsProven) {
  replica.accept(home.seal(3));
  twin.seal(3, "order");
  expect_proven(replica.accept(twin.seal(2)));
}

TEST_F(ReplicaTest, ForkedHeadsAreProven) {
  replica.accept(home.seal(3));
  twin.seal(3, "order");
  expect_proven(replica.accept(twin.seal(0)));
}

TEST_F(ReplicaTest, ForkedHeadIsHeard) {
  replica.accept(home.seal(3));
  replica.accept(home.seal(3));
  twin.seal(3, "order");
  EXPECT_EQ(replica.hear(twin.beat()), Verdict::kForked);
  EXPECT_TRUE(replica.forked());
}

TEST_F(ReplicaTest, ForkAfterRestartIsProvenByTheHead) {
  replica.restore(home.seal(3).head);
  expect_proven(replica.accept(twin.seal(5, "order")));
}

TEST_F(ReplicaTest, ForkedReplicaTakesNothingAnyMore) {
  replica.accept(home.seal(3));
  replica.accept(twin.seal(3, "order"));
  ASSERT_TRUE(replica.forked());
  EXPECT_EQ(replica.accept(home.seal(3)).verdict, Verdict::kKnown);
  EXPECT_EQ(replica.hear(home.beat()), Verdict::kKnown);
  EXPECT_EQ(replica.seq(), 3U);
}

TEST_F(ReplicaTest, WhatIsTooOldToJudgeIsKnown) {
  const Batch old = home.seal(1);
  replica.accept(old);
  for (std::size_t i = 0; i < kEvidenceBatchesMax + 1; ++i) replica.accept(home.seal(1));
  EXPECT_EQ(replica.accept(old).verdict, Verdict::kKnown);
  EXPECT_EQ(replica.accept(twin.seal(1, "order")).verdict, Verdict::kKnown);
  EXPECT_FALSE(replica.forked());
}

TEST_F(ReplicaTest, EntriesThatGoBackInTimeAreTheHomesFault) {
  replica.accept(home.seal(3));
  Batch back;
  back.previous = home.own.hash();
  back.entries = std::vector{entry_of(4, 5)};
  back.head =
      sign_head(home.identity, 4, next_hash(back.previous, back.entries[0].text), {home.ms + 1, 0});
  const Replica::Outcome outcome = replica.accept(back);
  EXPECT_EQ(outcome.verdict, Verdict::kForked);
  EXPECT_FALSE(outcome.proof.has_value());
  EXPECT_TRUE(replica.forked());
  EXPECT_EQ(replica.seq(), 3U);
}

TEST_F(ReplicaTest, BatchSealedBeforeASignOfLifeIsNobodysFault) {
  replica.accept(home.seal(3));
  const base::Seq end = home.own.seq();
  const crypto::Digest hash = home.own.hash();
  const Batch later = home.seal(2);
  // The home gave this sign of life while the batch above was still on its way to the disk.
  EXPECT_EQ(replica.hear(home.own.beat(end, hash, {home.ms + 10, 0})), Verdict::kNew);
  EXPECT_EQ(replica.accept(later).verdict, Verdict::kNew);
}

TEST_F(ReplicaTest, NewerHeadAtTheEndIsASignOfLife) {
  const Batch first = home.seal(2);
  const Head old_beat = home.beat();
  const Head beat = home.beat();
  EXPECT_EQ(replica.hear(beat), Verdict::kGap);
  replica.accept(first);
  EXPECT_EQ(replica.hear(first.head), Verdict::kKnown);
  Head forged = beat;
  forged.time.ms += 1;
  EXPECT_EQ(replica.hear(forged), Verdict::kDamaged);
  EXPECT_EQ(replica.hear(beat), Verdict::kNew);
  EXPECT_EQ(replica.head(), beat);
  EXPECT_EQ(replica.hear(beat), Verdict::kKnown);
  EXPECT_EQ(replica.hear(old_beat), Verdict::kKnown);
  EXPECT_EQ(replica.accept(home.seal(0)).verdict, Verdict::kNew);
  EXPECT_EQ(replica.hear(testing::Home(7).beat()), Verdict::kDamaged);
  replica.accept(home.seal(2));
  EXPECT_EQ(replica.hear(beat), Verdict::kKnown);
}

TEST_F(ReplicaTest, EmptyFeedHasSignsOfLifeToo) {
  EXPECT_EQ(replica.hear(home.beat()), Verdict::kNew);
  EXPECT_EQ(replica.seq(), 0U);
  EXPECT_EQ(replica.accept(home.seal(2)).verdict, Verdict::kNew);
}

TEST_F(ReplicaTest, RestoredReplicaGoesOn) {
  home.seal(3);
  const Head head = home.beat();
  replica.restore(head);
  EXPECT_EQ(replica.seq(), 3U);
  const Batch next = home.seal(2);
  EXPECT_EQ(replica.accept(next).verdict, Verdict::kNew);
  Replica other(home.identity.id());
  other.restore(head);
  EXPECT_EQ(other.accept(home.range(2, next.head)).fresh.entries, next.entries);
}

TEST(ForkProofs, ProveForksAndNothingElse) {
  Home home;
  Home twin;
  const Batch first = home.seal(3);
  const Batch second = home.seal(3);
  const Batch other = twin.seal(3, "order");
  EXPECT_TRUE(check_fork({first, other}).ok());
  EXPECT_TRUE(check_fork({other, second}).ok()) << "they differ after entry 3";
  EXPECT_FALSE(check_fork({first, first}).ok());
  EXPECT_FALSE(check_fork({first, second}).ok());
  EXPECT_FALSE(check_fork({first, home.range(2, second.head)}).ok());
  const Batch later = twin.seal(3);
  EXPECT_TRUE(check_fork({second, later}).ok());
  EXPECT_TRUE(check_fork({first, later}).ok());
  twin.seal(1);
  EXPECT_FALSE(check_fork({first, twin.seal(1)}).ok()) << "no entry in common";
  Home stranger(2);
  EXPECT_FALSE(check_fork({first, stranger.seal(3)}).ok());
  Batch forged = other;
  forged.head.signature[0] ^= 1U;
  EXPECT_FALSE(check_fork({first, forged}).ok());
  EXPECT_FALSE(check_fork({forged, first}).ok());
}

TEST(ForkProofs, WrongShapesAreRefused) {
  for (const char* text : {"{}", "[]", R"({"a":{},"b":{}})", R"({"a":{}})"}) {
    EXPECT_FALSE(read_fork(*json::parse(text)).ok()) << text;
  }
}

}  // namespace
}  // namespace syrah::feed
