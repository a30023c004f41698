#include "store/recovery.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "seed.h"
#include "store/journal_fixture.h"

namespace syrah::store {
namespace {

class RecoveryTest : public tests::JournalFixture {
 protected:
  void SetUp() override {
    Journal journal = open();
    fill(journal);
  }

  /// The error that a start ends with.
  base::Error failure() {
    base::Result<Journal> journal = Journal::open(file);
    if (!journal.ok()) return journal.error();
    const base::Result<node::Recovered> recovered = journal->recover(own.home());
    if (recovered.ok()) return {base::ErrorCode::kInvalid, "recovered"};
    return recovered.error();
  }

  node::Recovered recover() {
    Journal journal = open();
    base::Result<node::Recovered> recovered = journal.recover(own.home());
    SYRAH_CHECK(recovered.ok(), recovered.ok() ? "" : recovered.error().message.c_str());
    return std::move(*recovered);
  }

  void expect_own_damage(const std::string& where) {
    const base::Error error = failure();
    EXPECT_EQ(error.code, base::ErrorCode::kDamaged) << error.message;
    for (const std::string& part : {file, "own feed " + own.home().brief(), where}) {
      EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
    }
  }
};

/// One change of each column of the row of entries 201 to 300.
struct Change {
  const char* set;
  const char* where;
};
const Change kChanges[] = {
    {"home = x'00' || substr(home, 2)", "entries 201 to 300"},
    {"first_seq = first_seq + 1", "entry 201 and after"},
    {"last_seq = last_seq + 1", "entry 201 and after"},
    {"previous = x'00' || substr(previous, 2)", "entries 201 to 300"},
    {"entries = replace(entries, '\"seq\":250', '\"seq\":251')", "entries 201 to 300"},
    {"entries = substr(entries, 1, 5090) || 'y' || substr(entries, 5092)", "entries 201 to 300"},
    {"entries = substr(entries, 1, 5000)", "entry 201 and after"},
    {"entries = ''", "entry 201 and after"},
    {"head_ms = head_ms + 1", "entries 201 to 300"},
    {"head_counter = head_counter + 1", "entries 201 to 300"},
    {"hash = x'00' || substr(hash, 2)", "entries 201 to 300"},
    {"signature = x'00' || substr(signature, 2)", "entries 201 to 300"},
    {"signature = x'00'", "entry 201 and after"},
};

std::string blob_text(std::string set) {
  // || gives text; the columns take blobs only.
  const std::size_t at = set.find("x'00' ||");
  if (at == std::string::npos) return set;
  return set.substr(0, at) + "CAST(" + set.substr(at) + " AS BLOB)";
}

TEST_F(RecoveryTest, AChangeInAnyColumnOfTheOwnFeedStopsTheStartAndSaysWhere) {
  const std::string keep = dir.file("keep.db");
  std::filesystem::copy_file(file, keep);
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.set);
    std::filesystem::copy_file(keep, file, std::filesystem::copy_options::overwrite_existing);
    tamper(fmt::format("UPDATE batch SET {} WHERE {}", blob_text(change.set), row_of(own, 300)));
    expect_own_damage(change.where);
  }
}

TEST_F(RecoveryTest, AChangeInAnotherHomesFeedCostsItsTailOnly) {
  const std::string keep = dir.file("keep.db");
  std::filesystem::copy_file(file, keep);
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.set);
    std::filesystem::copy_file(keep, file, std::filesystem::copy_options::overwrite_existing);
    tamper(fmt::format("UPDATE batch SET {} WHERE {}", blob_text(change.set), row_of(other, 300)));
    const node::Recovered recovered = recover();
    ASSERT_EQ(recovered.homes.size(), 2U);
    EXPECT_EQ(recovered.homes[0].batches, batches);
    EXPECT_EQ(recovered.homes[1].batches.size(), 2U);
    ASSERT_FALSE(recovered.warnings.empty());
    bool said = false;
    for (const std::string& warning : recovered.warnings) {
      said = said || (warning.find("feed " + other.home().brief()) != std::string::npos &&
                      warning.find("201") != std::string::npos);
    }
    EXPECT_TRUE(said) << recovered.warnings.front();
    // Repaired: the next start has nothing to say, and the feed goes on where it was cut.
    EXPECT_TRUE(recover().warnings.empty());
    tests::SampleFeed again(2);
    again.batch(100, 200);
    again.batch(100, 200);
    node::Transaction next;
    next.id = recovered.last_transaction + 1;
    next.batches.push_back(again.batch(100, 200));
    Journal journal = open();
    EXPECT_TRUE(journal.commit(next).ok());
  }
}

TEST_F(RecoveryTest, MissingBatchesAreNamed) {
  tamper("DELETE FROM batch WHERE " + row_of(own, 300));
  expect_own_damage("entries 201 to 300: missing");
}

TEST_F(RecoveryTest, AMissingEndIsNoticed) {
  tamper("DELETE FROM batch WHERE " + row_of(own, 500));
  expect_own_damage("entries 401 to 500: missing");
}

TEST_F(RecoveryTest, AMissingBeginningIsNoticed) {
  tamper("DELETE FROM batch WHERE " + row_of(own, 100));
  expect_own_damage("entries 1 to 100: missing");
}

TEST_F(RecoveryTest, SwappedBatchesAreNoticed) {
  const std::string a = row_of(own, 200);
  const std::string b = row_of(own, 300);
  tamper("CREATE TEMP TABLE a AS SELECT * FROM batch WHERE " + a +
         ";CREATE TEMP TABLE b AS SELECT * FROM batch WHERE " + b +
         ";UPDATE batch SET (entries, hash, signature) = (SELECT entries, hash, signature FROM b) "
         "WHERE " +
         a +
         ";UPDATE batch SET (entries, hash, signature) = (SELECT entries, hash, signature FROM a) "
         "WHERE " +
         b);
  expect_own_damage("entries 101 to 200");
}

TEST_F(RecoveryTest, AnOlderEndThanNotedIsNoticed) {
  tamper("DELETE FROM feed_end");
  expect_own_damage("noted to end at entry 0");
}

TEST_F(RecoveryTest, ATruncatedFileIsDamage) {
  const auto size = std::filesystem::file_size(file);
  for (const auto part : {size / 2, size - 4096, std::uintmax_t{100}}) {
    std::filesystem::resize_file(file, part);
    const base::Error error = failure();
    EXPECT_EQ(error.code, base::ErrorCode::kDamaged) << error.message;
    EXPECT_NE(error.message.find(file), std::string::npos) << error.message;
  }
}

TEST_F(RecoveryTest, ADamagedSnapshotIsReplacedByTheWholeFeed) {
  {
    Journal journal = open();
    for (tests::SampleFeed* const feed : {&own, &other}) {
      node::Transaction made = transaction();
      made.snapshots.push_back(feed->checkpoint("the state"));
      made.batches.push_back(made.snapshots.front().batch);
      ASSERT_TRUE(journal.commit(made).ok());
    }
  }
  tamper("UPDATE snapshot SET state = 'the State'");
  const node::Recovered recovered = recover();
  ASSERT_EQ(recovered.warnings.size(), 2U);
  EXPECT_NE(recovered.warnings[0].find("the snapshot was damaged"), std::string::npos);
  for (const node::RecoveredHome& home : recovered.homes) {
    EXPECT_FALSE(home.snapshot.has_value());
    EXPECT_EQ(home.batches.size(), 6U);
  }
  EXPECT_TRUE(recover().warnings.empty());
}

TEST_F(RecoveryTest, BatchesBeforeTheSnapshotAreNotRead) {
  {
    Journal journal = open();
    node::Transaction made = transaction();
    made.snapshots.push_back(own.checkpoint("the state"));
    made.batches.push_back(made.snapshots.front().batch);
    ASSERT_TRUE(journal.commit(made).ok());
  }
  tamper("UPDATE batch SET entries = 'gone' WHERE " + row_of(own, 300));
  EXPECT_TRUE(recover().warnings.empty());
}

// Whatever happens to one byte of the file: the own feed comes back as it was, or the start says
// no.
TEST_F(RecoveryTest, NoFlippedByteGivesAnotherOwnFeed) {
  base::Random random(tests::seed(11));
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    bytes = all.str();
  }
  int refused = 0;
  for (int round = 0; round < 150; ++round) {
    std::string changed = bytes;
    // Half of them in the first pages, where SQLite keeps what it steers by.
    const std::size_t reach = round % 2 == 0 ? bytes.size() : 40'000;
    const std::size_t at = random.below(reach);
    changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
    for (const char* const suffix : {"-wal", "-shm"}) std::filesystem::remove(file + suffix);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << changed;
    base::Result<Journal> journal = Journal::open(file);
    if (!journal.ok()) {
      ++refused;
      continue;
    }
    const base::Result<node::Recovered> recovered = journal->recover(own.home());
    if (!recovered.ok()) {
      ++refused;
      continue;
    }
    ASSERT_EQ(recovered->homes.at(0).batches, batches) << "byte " << at;
  }
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace syrah::store
