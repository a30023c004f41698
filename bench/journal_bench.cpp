// What durability costs: entries through the Journal, against the same bytes through bare SQLite
// inserts in the same run; and how long a start takes with a million entries.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "feed/limits.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/sample_feed.h"
#include "store/temp_dir.h"

namespace syrah {
namespace {

constexpr std::size_t kEntryBytes = 300;

/// That many entries; more than fit into one batch are several, committed together.
std::vector<feed::Batch> batches_of(tests::SampleFeed& feed, std::size_t count) {
  std::vector<feed::Batch> batches;
  while (count > 0) {
    const std::size_t part = std::min(count, feed::kBatchEntriesMax);
    batches.push_back(feed.batch(part, kEntryBytes));
    count -= part;
  }
  return batches;
}

void commit_through_journal(benchmark::State& state) {
  const tests::TempDir dir;
  tests::SampleFeed feed(1);
  store::Journal journal = *store::Journal::open(dir.file("journal.db"));
  const auto count = static_cast<std::size_t>(state.range(0));
  std::uint64_t id = 0;
  for (auto _ : state) {
    state.PauseTiming();
    node::Transaction transaction;
    transaction.id = ++id;
    transaction.batches = batches_of(feed, count);
    state.ResumeTiming();
    const base::Status done = journal.commit(transaction);
    if (!done.ok()) state.SkipWithError(done.error().message.c_str());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * count));
}

/// One row an entry, the batch in one transaction.
void commit_bare_rows(benchmark::State& state) {
  const tests::TempDir dir;
  tests::SampleFeed feed(1);
  store::Database database =
      *store::Database::open(dir.file("bare.db"), store::Database::Mode::kCreate);
  if (!database.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, text TEXT) STRICT").ok()) {
    state.SkipWithError("cannot make the table");
    return;
  }
  store::Statement insert = *database.prepare("INSERT INTO entry VALUES (?, ?)");
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<feed::Batch> batches = batches_of(feed, count);
    state.ResumeTiming();
    bool good = database.begin().ok();
    for (const feed::Batch& batch : batches) {
      for (const feed::EntryView& entry : batch.entries) {
        const auto seq = static_cast<std::int64_t>(entry.seq);
        good = good && insert.integer(seq).text(entry.text).run().ok();
      }
    }
    if (!good || !database.commit().ok()) state.SkipWithError("cannot write");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * count));
}

/// 4,000 batches of 250 entries and as many own orders with client ids as a busy day has.
struct Million {
  tests::TempDir dir;
  std::string file = dir.file("journal.db");
  base::NodeId home;

  explicit Million(bool with_snapshot) {
    tests::SampleFeed feed(1);
    home = feed.home();
    store::Journal journal = *store::Journal::open(file);
    std::uint64_t id = 0;
    for (int round = 0; round < 400; ++round) {
      std::vector<node::Transaction> group(10);
      for (node::Transaction& transaction : group) {
        transaction.id = ++id;
        for (base::Seq seq = feed.seq() + 1; seq <= feed.seq() + 50; ++seq) {
          transaction.facts.emplace_back(
              exchange::OrderFact{tests::sample_order(home, seq), {1, 0}, 1});
        }
        transaction.batches.push_back(feed.batch(250, kEntryBytes));
        if (with_snapshot && id == 3960) {
          transaction.snapshots.push_back(feed.checkpoint(std::string(5'000'000, 's')));
          transaction.batches.push_back(transaction.snapshots.back().batch);
        }
      }
      SYRAH_CHECK(journal.commit(group).ok(), "cannot fill the journal");
    }
  }
};

void start(benchmark::State& state) {
  const Million million(state.range(0) != 0);
  for (auto _ : state) {
    store::Journal journal = *store::Journal::open(million.file);
    const base::Result<node::Recovered> recovered = journal.recover(million.home);
    SYRAH_CHECK(recovered.ok() && recovered->homes.size() == 1, "not recovered");
    benchmark::DoNotOptimize(recovered->homes.size());
  }
}

void quick_check(benchmark::State& state) {
  const Million million(false);
  for (auto _ : state) {
    store::Database database =
        *store::Database::open(million.file, store::Database::Mode::kReadWrite);
    benchmark::DoNotOptimize(database.integer("PRAGMA quick_check(1)").ok());
  }
}

BENCHMARK(commit_through_journal)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(commit_bare_rows)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(start)
    ->ArgName("snapshot")
    ->Arg(1)
    ->Arg(0)
    ->Iterations(1)
    ->Repetitions(3)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(quick_check)->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace syrah
