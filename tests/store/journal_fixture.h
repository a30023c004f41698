#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"
#include "store/journal.h"
#include "store/sample_feed.h"
#include "store/temp_dir.h"

namespace syrah::tests {

/// A journal in a directory of its own, with the own feed (1) and another home's (2).
class JournalFixture : public ::testing::Test {
 protected:
  store::Journal open() {
    base::Result<store::Journal> journal = store::Journal::open(file);
    SYRAH_CHECK(journal.ok(), journal.ok() ? "" : journal.error().message.c_str());
    return std::move(*journal);
  }

  node::Transaction transaction() {
    node::Transaction made;
    made.id = ++id;
    return made;
  }

  /// Entries 1 to 500 of both homes in batches of `entries_each`.
  void fill(store::Journal& journal, std::size_t entries_each = 100) {
    for (std::size_t at = 0; at < 500; at += entries_each) {
      node::Transaction made = transaction();
      made.batches.push_back(own.batch(entries_each, 200));
      made.batches.push_back(other.batch(entries_each, 200));
      batches.push_back(made.batches.front());
      const base::Status done = journal.commit(made);
      SYRAH_CHECK(done.ok(), done.ok() ? "" : done.error().message.c_str());
    }
  }

  /// Changes the closed database behind the journal's back.
  void tamper(const std::string& sql) {
    store::Database database = *store::Database::open(file, store::Database::Mode::kReadWrite);
    const base::Status done = database.execute(sql);
    SYRAH_CHECK(done.ok(), done.ok() ? "" : done.error().message.c_str());
  }

  /// The condition of a row of that feed.
  static std::string row_of(const SampleFeed& feed, base::Seq last_seq) {
    return fmt::format("home = x'{}' AND last_seq = {}", feed.home().text(), last_seq);
  }

  TempDir dir;
  std::string file = dir.file("journal.db");
  SampleFeed own{1};
  SampleFeed other{2};
  std::vector<feed::Batch> batches;  ///< of the own feed
  std::uint64_t id = 0;
};

}  // namespace syrah::tests
