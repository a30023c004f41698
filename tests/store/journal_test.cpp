#include "store/journal.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "store/journal_fixture.h"

namespace syrah::store {
namespace {

class JournalTest : public tests::JournalFixture {};

TEST_F(JournalTest, ANewOneIsEmptyAndStaysSoWhenOpenedAgain) {
  for (int round = 0; round < 2; ++round) {
    Journal journal = open();
    const base::Result<node::Recovered> recovered = journal.recover(own.home());
    ASSERT_TRUE(recovered.ok()) << recovered.error().message;
    EXPECT_TRUE(recovered->homes.empty());
    EXPECT_TRUE(recovered->client_ids.empty());
    EXPECT_TRUE(recovered->warnings.empty());
    EXPECT_EQ(recovered->last_transaction, 0U);
  }
}

TEST_F(JournalTest, GivesBackTheBatchesOfAllHomesAsTheyWere) {
  {
    Journal journal = open();
    fill(journal);
  }
  Journal journal = open();
  const base::Result<node::Recovered> recovered = journal.recover(own.home());
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;
  ASSERT_EQ(recovered->homes.size(), 2U);
  EXPECT_EQ(recovered->homes[0].batches, batches);
  EXPECT_EQ(recovered->homes[1].batches.size(), 5U);
  EXPECT_EQ(recovered->homes[1].batches.back().head.home, other.home());
  EXPECT_EQ(recovered->last_transaction, 5U);
  EXPECT_TRUE(recovered->warnings.empty());
  node::Transaction next = transaction();
  next.batches.push_back(own.batch(3));
  EXPECT_TRUE(journal.commit(next).ok());
}

TEST_F(JournalTest, KeepsEntriesWithAnySpacingTheirHomeChose) {
  feed::OwnFeed odd(tests::identity(3));
  std::vector<feed::Entry> entries;
  for (base::Seq seq = 1; seq <= 2; ++seq) {
    std::string text =
        fmt::format("{{ \"seq\" : {},\n \"time\" : [5, {}],\"b\":[{{}},\"\\\\\"] }}", seq, seq);
    entries.push_back({seq, {5, static_cast<std::uint32_t>(seq)}, text});
  }
  node::Transaction made = transaction();
  made.batches.push_back(odd.seal(entries, {6, 0}));
  Journal journal = open();
  ASSERT_TRUE(journal.commit(made).ok());
  const base::Result<node::Recovered> recovered = journal.recover(own.home());
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;
  EXPECT_EQ(recovered->warnings, std::vector<std::string>());
  EXPECT_EQ(recovered->homes.at(0).batches, made.batches);
}

TEST_F(JournalTest, StartsFromTheNewestSnapshot) {
  Journal journal = open();
  fill(journal);
  for (int round = 0; round < 2; ++round) {
    node::Transaction made = transaction();
    made.snapshots.push_back(own.checkpoint(fmt::format("state {}", round)));
    made.batches.push_back(made.snapshots.front().batch);
    made.batches.push_back(own.batch(10));
    ASSERT_TRUE(journal.commit(made).ok());
    const base::Result<node::Recovered> recovered = journal.recover(own.home());
    ASSERT_TRUE(recovered.ok()) << recovered.error().message;
    const node::RecoveredHome& home = recovered->homes.at(0);
    ASSERT_TRUE(home.snapshot.has_value());
    EXPECT_EQ(home.snapshot->text, made.snapshots.front().text);
    EXPECT_EQ(home.snapshot->batch, made.snapshots.front().batch);
    ASSERT_EQ(home.batches.size(), 1U);
    EXPECT_EQ(home.batches.front(), made.batches.back());
  }
}

TEST_F(JournalTest, AReplicaGoesOnAfterASnapshotItSkippedTo) {
  Journal journal = open();
  node::Transaction before = transaction();
  before.batches.push_back(other.batch(10));
  ASSERT_TRUE(journal.commit(before).ok());
  other.skip(10);
  node::Transaction skip = transaction();
  skip.snapshots.push_back(other.checkpoint("state"));
  skip.batches.push_back(other.batch(10));
  ASSERT_TRUE(journal.commit(skip).ok());
  node::Transaction after = transaction();
  after.batches.push_back(other.batch(10));
  ASSERT_TRUE(journal.commit(after).ok());

  const base::Result<node::Recovered> recovered = journal.recover(own.home());
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;
  EXPECT_TRUE(recovered->warnings.empty());
  EXPECT_EQ(recovered->homes.at(0).snapshot->text, "state");
  EXPECT_EQ(recovered->homes.at(0).batches.size(), 2U);
}

TEST_F(JournalTest, RefusesABatchThatDoesNotFollowAndAllThatCameWithIt) {
  Journal journal = open();
  std::vector<node::Transaction> group;
  group.push_back(transaction());
  group.back().batches.push_back(own.batch(5));
  own.batch(1);  // lost on the way
  group.push_back(transaction());
  group.back().batches.push_back(own.batch(5));
  const base::Status done = journal.commit(group);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, base::ErrorCode::kInvalid);
  EXPECT_NE(done.error().message.find("entries 7 to 11 does not follow on entry 5"),
            std::string::npos)
      << done.error().message;
  EXPECT_TRUE(journal.recover(own.home())->homes.empty());
  EXPECT_TRUE(journal.commit(group.front()).ok());
}

TEST_F(JournalTest, RefusesATransactionThatWasThere) {
  Journal journal = open();
  node::Transaction made = transaction();
  ASSERT_TRUE(journal.commit(made).ok());
  const base::Status again = journal.commit(made);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().message, "transaction 1 comes after transaction 1");
}

TEST_F(JournalTest, GivesBackClientIdsOfTheLastDayOldestFirst) {
  Journal journal = open();
  constexpr std::int64_t kDay = 24 * 3600 * 1000LL;
  node::Transaction made = transaction();
  made.batches.push_back(own.batch(4));
  const std::int64_t newest = made.batches.front().head.time.ms;
  const std::int64_t accepted[] = {newest - kDay - 1, newest - kDay, newest - 5, newest - 1};
  for (base::Seq seq = 1; seq <= 4; ++seq) {
    exchange::OrderFact fact;
    fact.order = tests::sample_order(own.home(), seq);
    fact.order.accepted = {accepted[seq - 1], 0};
    if (seq == 3) fact.order.client_id.clear();
    fact.terms = 0xFFFF'FFFF'FFFF'FFF0ULL + seq;
    made.facts.emplace_back(fact);
    fact.terms = 0;  // a later change need not know them any more
    made.facts.emplace_back(fact);
  }
  ASSERT_TRUE(journal.commit(made).ok());
  const base::Result<node::Recovered> recovered = journal.recover(own.home());
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;
  ASSERT_EQ(recovered->client_ids.size(), 2U);
  EXPECT_EQ(recovered->client_ids[0].order, 2U);
  EXPECT_EQ(recovered->client_ids[0].account, "alice");
  EXPECT_EQ(recovered->client_ids[0].client_id, "mine-2");
  EXPECT_EQ(recovered->client_ids[0].accepted_ms, newest - kDay);
  EXPECT_EQ(recovered->client_ids[0].fingerprint, 0xFFFF'FFFF'FFFF'FFF2ULL);
  EXPECT_EQ(recovered->client_ids[1].order, 4U);
}

TEST_F(JournalTest, GivesBackWhichKeysTheOpenOrdersWerePlacedWith) {
  Journal journal = open();
  node::Transaction made = transaction();
  made.batches.push_back(own.batch(4));
  for (base::Seq seq = 1; seq <= 4; ++seq) {
    exchange::OrderFact fact;
    fact.order = tests::sample_order(own.home(), seq);
    fact.order.closed = false;
    fact.placed_by = 0xFFFF'FFFF'FFFF'FFF0ULL + seq;
    made.facts.emplace_back(fact);
    fact.placed_by = 0;  // a later change need not know it any more
    fact.order.closed = seq == 2;
    made.facts.emplace_back(fact);
  }
  ASSERT_TRUE(journal.commit(made).ok());
  const base::Result<node::Recovered> recovered = journal.recover(own.home());
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;
  std::map<base::Seq, exchange::KeyTag> placed;
  for (const node::PlacedBy& one : recovered->placed_by) placed[one.order] = one.key;
  EXPECT_EQ(placed, (std::map<base::Seq, exchange::KeyTag>{{1, 0xFFFF'FFFF'FFFF'FFF1ULL},
                                                           {3, 0xFFFF'FFFF'FFFF'FFF3ULL},
                                                           {4, 0xFFFF'FFFF'FFFF'FFF4ULL}}));
}

TEST_F(JournalTest, AFullDiskIsAnErrorThatNamesTheFileAndNothingIsWrittenAfter) {
  Journal journal = open();
  fill(journal);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit tight{16 * 1024, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  node::Transaction made = transaction();
  made.batches.push_back(own.batch(200, 1000));
  const base::Status done = journal.commit(made);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &usual), 0);

  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, base::ErrorCode::kIo);
  EXPECT_NE(done.error().message.find(file), std::string::npos) << done.error().message;
  const base::Status later = journal.commit(made);
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error().message, done.error().message);
  Journal again = open();
  EXPECT_EQ(again.recover(own.home())->homes.at(0).batches, batches);
  EXPECT_TRUE(again.commit(made).ok());
}

TEST_F(JournalTest, ADirectoryThatCannotBeWrittenIsAnError) {
  // Not even root can make files in /proc.
  const base::Result<Journal> journal = Journal::open("/proc/journal.db");
  ASSERT_FALSE(journal.ok());
  EXPECT_EQ(journal.error().code, base::ErrorCode::kIo);
  EXPECT_NE(journal.error().message.find("/proc/journal.db"), std::string::npos);
}

TEST_F(JournalTest, AnEmptyFileIsDamageAndNotANewJournal) {
  std::ofstream(file).close();
  const base::Result<Journal> journal = Journal::open(file);
  ASSERT_FALSE(journal.ok());
  EXPECT_EQ(journal.error().code, base::ErrorCode::kDamaged);
}

TEST_F(JournalTest, ACrashWhileItWasMadeLeavesNoTrace) {
  std::ofstream(file + ".new") << "half of a database";
  Journal journal = open();
  EXPECT_TRUE(journal.recover(own.home()).ok());
  EXPECT_NE(::access((file + ".new").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace syrah::store
