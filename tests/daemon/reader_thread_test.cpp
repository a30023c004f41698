#include "daemon/reader_thread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "daemon/storage_limits.h"
#include "daemon/storage_thread.h"
#include "store/sample_feed.h"
#include "store/temp_dir.h"

namespace syrah::daemon {
namespace {

using tests::SampleFeed;
using tests::TempDir;

TEST(ReaderThread, AnswersInOrderWhileTheJournalIsWritten) {
  const TempDir dir;
  SampleFeed feed(1);
  const std::string file = dir.file("journal.db");
  StorageThread storage(*store::Journal::open(file), [](const base::Result<Committed>&) {});
  std::vector<std::uint64_t> answered;
  std::vector<std::size_t> entries;
  std::promise<void> last;
  ReaderThread reader(*store::History::open(file),
                      [&](std::uint64_t query, const node::JournalAnswer& answer) {
                        EXPECT_EQ(answer.error, "");
                        answered.push_back(query);
                        entries.push_back(answer.batches.size());
                        if (query == 100) last.set_value();
                      });
  for (std::uint64_t id = 1; id <= 100; ++id) {
    node::Transaction transaction;
    transaction.id = id;
    transaction.batches.push_back(feed.batch(1));
    storage.append(std::move(transaction));
    ASSERT_TRUE(reader.ask(id, node::BatchesQuery{feed.home(), 1, 500, 200 * 1024}));
  }
  last.get_future().wait();
  reader.stop();
  storage.stop();
  ASSERT_EQ(answered.size(), 100U);
  for (std::size_t i = 0; i < answered.size(); ++i) EXPECT_EQ(answered[i], i + 1);
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end()));
}

TEST(ReaderThread, RefusesQuestionsBeyondItsBound) {
  const TempDir dir;
  const std::string file = dir.file("journal.db");
  store::Journal journal = *store::Journal::open(file);
  std::promise<void> go_on;
  std::shared_future<void> gate = go_on.get_future().share();
  std::promise<void> begun;
  bool first = true;
  ReaderThread reader(*store::History::open(file), [&](std::uint64_t, const node::JournalAnswer&) {
    if (std::exchange(first, false)) begun.set_value();
    gate.wait();
  });
  const node::JournalQuery question = node::SnapshotQuery{};
  ASSERT_TRUE(reader.ask(0, question));
  begun.get_future().wait();
  for (std::size_t i = 1; i <= kWaitingQueriesMax; ++i) ASSERT_TRUE(reader.ask(i, question));
  EXPECT_FALSE(reader.ask(1000, question));
  go_on.set_value();
  reader.stop();
  EXPECT_FALSE(reader.ask(1001, question));
}

}  // namespace
}  // namespace syrah::daemon
