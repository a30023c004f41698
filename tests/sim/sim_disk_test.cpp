// The simulated disk keeps the promises of the real one: in order, all or nothing, nothing told
// before it is safe.

#include "sim/sim_disk.h"

#include <gtest/gtest.h>

namespace syrah::sim {
namespace {

class SimDiskTest : public ::testing::Test {
 protected:
  SimDisk make(std::uint64_t seed) {
    SimDisk::Listener listener;
    listener.stored = [this](const node::Transaction& transaction) {
      stored_.push_back(transaction.id);
    };
    listener.durable = [this](std::uint64_t transaction) { durable_ = transaction; };
    listener.answered = [this](std::uint64_t query, const node::JournalAnswer&) {
      answered_ = query;
    };
    return SimDisk(base::NodeId{}, scheduler_, {1000, 2000, 0, 0}, seed, listener);
  }
  static node::Transaction transaction(std::uint64_t id) {
    node::Transaction made;
    made.id = id;
    return made;
  }

  Scheduler scheduler_;
  std::vector<std::uint64_t> stored_;
  std::uint64_t durable_ = 0;
  std::uint64_t answered_ = 0;
};

TEST_F(SimDiskTest, TellsAfterItsLatencyAndInOrder) {
  SimDisk disk = make(1);
  for (std::uint64_t id = 1; id <= 5; ++id) disk.append(transaction(id));
  scheduler_.run_until(999);
  EXPECT_EQ(durable_, 0U);
  scheduler_.run_until(4000);
  EXPECT_EQ(durable_, 5U);
  EXPECT_EQ(stored_, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(disk.recovered(0).last_transaction, 5U);
}

TEST_F(SimDiskTest, ACrashLeavesAPrefixOfWholeTransactionsAndTellsNobody) {
  bool some_lost = false;
  bool some_kept = false;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    stored_.clear();
    durable_ = 0;
    SimDisk disk = make(seed);
    disk.append(transaction(1));
    scheduler_.run_until(scheduler_.now_us() + 10'000);
    ASSERT_EQ(durable_, 1U);
    for (std::uint64_t id = 2; id <= 6; ++id) disk.append(transaction(id));
    disk.crash();
    scheduler_.run_until(scheduler_.now_us() + 10'000);
    EXPECT_EQ(durable_, 1U);
    const std::uint64_t last = disk.recovered(0).last_transaction;
    EXPECT_EQ(stored_.size(), last);
    EXPECT_EQ(stored_.back(), last);
    some_lost = some_lost || last == 1;
    some_kept = some_kept || last > 1;
  }
  EXPECT_TRUE(some_lost);
  EXPECT_TRUE(some_kept);
}

TEST_F(SimDiskTest, AnswersQuestionsAfterWhatWasAppendedBefore) {
  SimDisk disk = make(1);
  disk.append(transaction(1));
  disk.query(7, node::SnapshotQuery{});
  scheduler_.run_until(500);
  EXPECT_EQ(answered_, 0U);
  scheduler_.run_until(10'000);
  EXPECT_EQ(durable_, 1U);
  EXPECT_EQ(answered_, 7U);
}

TEST_F(SimDiskTest, AStaleCopyIsAPrefixAndTheRightOneComesBack) {
  SimDisk disk = make(1);
  for (std::uint64_t id = 1; id <= 3; ++id) disk.append(transaction(id));
  scheduler_.run_until(10'000);
  disk.put_stale_copy(1);
  EXPECT_TRUE(disk.stale());
  EXPECT_EQ(disk.recovered(0).last_transaction, 1U);
  disk.put_right_copy();
  EXPECT_FALSE(disk.stale());
  EXPECT_EQ(disk.recovered(0).last_transaction, 3U);
}

}  // namespace
}  // namespace syrah::sim
