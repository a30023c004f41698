#include "daemon/storage_thread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/storage_limits.h"
#include "store/sample_feed.h"
#include "store/temp_dir.h"

namespace syrah::daemon {
namespace {

using tests::SampleFeed;
using tests::TempDir;

node::Transaction transaction(std::uint64_t id, SampleFeed& feed) {
  node::Transaction made;
  made.id = id;
  made.batches.push_back(feed.batch(1));
  return made;
}

/// What the storage thread said, for the test's thread.
struct Said {
  std::mutex mutex;
  std::vector<std::uint64_t> durable;
  std::vector<std::string> errors;

  StorageThread::Done listener() {
    return [this](const base::Result<Committed>& result) {
      const std::scoped_lock lock(mutex);
      if (result.ok()) {
        durable.push_back(result->last);
      } else {
        errors.push_back(result.error().message);
      }
    };
  }
};

TEST(StorageThread, MakesEverythingDurableInOrderAndSaysSo) {
  const TempDir dir;
  SampleFeed feed(1);
  Said said;
  StorageThread storage(*store::Journal::open(dir.file("journal.db")), said.listener());
  constexpr std::uint64_t kCount = 500;
  for (std::uint64_t id = 1; id <= kCount; ++id) storage.append(transaction(id, feed));
  storage.stop();

  ASSERT_TRUE(said.errors.empty()) << said.errors.front();
  ASSERT_FALSE(said.durable.empty());
  EXPECT_TRUE(std::is_sorted(said.durable.begin(), said.durable.end()));
  EXPECT_EQ(said.durable.back(), kCount);
  store::Journal journal = *store::Journal::open(dir.file("journal.db"));
  const base::Result<node::Recovered> recovered = journal.recover(feed.home());
  ASSERT_TRUE(recovered.ok()) << recovered.error().message;
  EXPECT_EQ(recovered->homes.at(0).batches.size(), kCount);
  EXPECT_EQ(recovered->last_transaction, kCount);
}

TEST(StorageThread, CommitsTogetherWhatWaits) {
  const TempDir dir;
  SampleFeed feed(1);
  std::promise<void> first_done;
  std::promise<void> go_on;
  std::vector<std::uint64_t> durable;
  StorageThread storage(*store::Journal::open(dir.file("journal.db")),
                        [&](const base::Result<Committed>& result) {
                          durable.push_back(result->last);
                          if (durable.size() > 1) return;
                          first_done.set_value();
                          go_on.get_future().wait();
                        });
  storage.append(transaction(1, feed));
  first_done.get_future().wait();
  for (std::uint64_t id = 2; id <= 50; ++id) storage.append(transaction(id, feed));
  go_on.set_value();
  storage.stop();
  EXPECT_EQ(durable, (std::vector<std::uint64_t>{1, 50}));
}

TEST(StorageThread, SaysOnceThatItFailedAndWritesNothingMore) {
  const TempDir dir;
  SampleFeed feed(1);
  Said said;
  StorageThread storage(*store::Journal::open(dir.file("journal.db")), said.listener());
  feed.batch(1);  // never given: what follows has a gap
  storage.append(transaction(1, feed));
  for (std::uint64_t id = 2; id <= 20; ++id) storage.append(transaction(id, feed));
  storage.stop();
  storage.append(transaction(21, feed));
  EXPECT_TRUE(said.durable.empty());
  ASSERT_EQ(said.errors.size(), 1U);
  EXPECT_NE(said.errors.front().find("does not follow"), std::string::npos);
}

TEST(StorageThread, TakesATransactionLargerThanItsBounds) {
  const TempDir dir;
  SampleFeed feed(1);
  Said said;
  StorageThread storage(*store::Journal::open(dir.file("journal.db")), said.listener());
  for (std::uint64_t id = 1; id <= 2; ++id) {
    node::Transaction large;
    large.id = id;
    large.snapshots.push_back(
        feed.checkpoint(std::string(id == 1 ? kWaitingBytesMax + 1 : 10, 's')));
    large.batches.push_back(large.snapshots.front().batch);
    storage.append(std::move(large));
  }
  storage.stop();
  EXPECT_TRUE(said.errors.empty());
  EXPECT_EQ(said.durable.back(), 2U);
}

}  // namespace
}  // namespace syrah::daemon
