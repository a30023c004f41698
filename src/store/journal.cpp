#include "store/journal.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "store/database.h"
#include "store/fact_rows.h"
#include "store/feed_rows.h"
#include "store/file.h"
#include "store/recovery.h"
#include "store/row.h"
#include "store/schema.h"

namespace syrah::store {
namespace {

using Ends = std::map<base::NodeId, FeedEnd>;

/// Makes a database beside `file` and renames it when it is whole, so that an empty or half-made
/// file is never taken for a new journal: it is damage.
base::Status make_database(const std::string& file) {
  const std::string fresh = file + ".new";
  for (const char* const suffix : {"", "-wal", "-shm"}) ::unlink((fresh + suffix).c_str());
  {
    base::Result<Database> database = Database::open(fresh, Database::Mode::kCreate);
    if (!database.ok()) return database.error();
    const base::Status made = migrate(*database, migrations());
    if (!made.ok()) return made;
  }
  if (std::rename(fresh.c_str(), file.c_str()) != 0) {
    return base::Error{base::ErrorCode::kIo,
                       fmt::format("cannot make {}: {}", file, std::strerror(errno))};
  }
  return sync_directory_of(file);
}

base::Result<Database> open_database(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno != ENOENT) {
      return base::Error{base::ErrorCode::kIo,
                         fmt::format("cannot look at {}: {}", file, std::strerror(errno))};
    }
    const base::Status made = make_database(file);
    if (!made.ok()) return made.error();
  } else if (status.st_size == 0) {
    return base::Error{base::ErrorCode::kDamaged,
                       fmt::format("database {} is damaged: it is empty", file)};
  }
  base::Result<Database> database = Database::open(file, Database::Mode::kReadWrite);
  if (!database.ok()) return database;
  const base::Status migrated = migrate(*database, migrations());
  if (!migrated.ok()) return migrated.error();
  return database;
}

/// kInvalid if the batch does not continue its feed.
base::Status check_follows(const feed::Batch& batch, const FeedEnd& end) {
  const bool follows = batch.first() == end.seq + 1 && batch.previous == end.hash;
  if (follows) return base::success();
  return base::invalid(
      fmt::format("the batch of entries {} to {} does not follow on entry {} of the feed {} in the "
                  "journal",
                  batch.first(), batch.head.seq, end.seq, batch.head.home.brief()));
}

}  // namespace

struct Journal::Parts {
  explicit Parts(Database opened) : database(std::move(opened)) {}

  base::Status prepare();
  base::Status load();
  base::Status write(const node::Transaction& transaction, Ends& ends);
  base::Status write(const feed::Batch& batch, const node::Transaction& transaction, Ends& ends);
  base::Status write(const node::StoredSnapshot& snapshot, Ends& ends);
  base::Status write_ends(const Ends& ends);

  [[nodiscard]] FeedEnd end_of(const base::NodeId& home, const Ends& changed) const {
    if (const auto found = changed.find(home); found != changed.end()) return found->second;
    if (const auto found = feed_ends.find(home); found != feed_ends.end()) return found->second;
    return {0, feed::genesis_hash(home)};
  }

  Database database;
  Statement insert_batch;
  Statement insert_end;
  Statement insert_snapshot;
  Statement update_state;
  std::optional<FactWriter> facts;
  Ends feed_ends;
  std::uint64_t last_transaction = 0;
  std::optional<base::Error> failure;
};

base::Status Journal::Parts::prepare() {
  const std::pair<Statement*, std::string> statements[] = {
      {&insert_batch,
       fmt::format("INSERT INTO batch ({}) VALUES (?,?,?,?,?,?,?,?,?)", kBatchColumns)},
      {&insert_end, "INSERT OR REPLACE INTO feed_end (home, seq, hash) VALUES (?, ?, ?)"},
      {&insert_snapshot,
       fmt::format("INSERT OR REPLACE INTO snapshot ({}, state) VALUES (?,?,?,?,?,?,?,?,?,?)",
                   kBatchColumns)},
      {&update_state, "UPDATE state SET last_transaction = ? WHERE id = 1"},
  };
  for (const auto& [target, sql] : statements) {
    base::Result<Statement> statement = database.prepare(sql);
    if (!statement.ok()) return statement.error();
    *target = std::move(*statement);
  }
  base::Result<FactWriter> writer = FactWriter::prepare(database);
  if (!writer.ok()) return writer.error();
  facts = std::move(*writer);
  return load();
}

base::Status Journal::Parts::load() {
  const base::Result<std::int64_t> last =
      database.integer("SELECT last_transaction FROM state WHERE id = 1");
  if (!last.ok()) return last.error();
  last_transaction = static_cast<std::uint64_t>(*last);
  base::Result<Statement> query = database.prepare("SELECT home, seq, hash FROM feed_end");
  if (!query.ok()) return query.error();
  while (true) {
    const base::Result<bool> more = query->next();
    if (!more.ok()) return more.error();
    if (!*more) return base::success();
    Row row(*query);
    const base::NodeId home = row.node();
    FeedEnd end;
    end.seq = row.seq();
    row.bytes(end.hash);
    // What cannot be read here is judged by recovery.
    if (row.status().ok()) feed_ends[home] = end;
  }
}

base::Status Journal::Parts::write(const node::Transaction& transaction, Ends& ends) {
  for (const feed::Batch& batch : transaction.batches) {
    const base::Status written = write(batch, transaction, ends);
    if (!written.ok()) return written;
  }
  for (const node::StoredSnapshot& snapshot : transaction.snapshots) {
    const base::Status written = write(snapshot, ends);
    if (!written.ok()) return written;
  }
  for (const exchange::Fact& fact : transaction.facts) {
    const base::Status written = facts->write(fact);
    if (!written.ok()) return written;
  }
  return base::success();
}

base::Status Journal::Parts::write(const feed::Batch& batch, const node::Transaction& transaction,
                                   Ends& ends) {
  // A head alone is a sign of life, which a restart has no use for.
  if (batch.entries.empty()) return base::success();
  const base::NodeId& home = batch.head.home;
  FeedEnd end = end_of(home, ends);
  if (batch.first() != end.seq + 1) {
    // A replica may go on after a snapshot that arrives together with the batch.
    for (const node::StoredSnapshot& snapshot : transaction.snapshots) {
      const feed::Head& head = snapshot.batch.head;
      if (head.home == home && head.seq > end.seq) end = {head.seq, head.hash};
    }
  }
  const base::Status follows = check_follows(batch, end);
  if (!follows.ok()) return follows;
  put_batch(insert_batch, batch);
  ends[home] = {batch.head.seq, batch.head.hash};
  return insert_batch.run();
}

base::Status Journal::Parts::write(const node::StoredSnapshot& snapshot, Ends& ends) {
  const feed::Head& head = snapshot.batch.head;
  put_batch(insert_snapshot, snapshot.batch);
  insert_snapshot.lend_text(snapshot.text);
  if (head.seq > end_of(head.home, ends).seq) ends[head.home] = {head.seq, head.hash};
  return insert_snapshot.run();
}

base::Status Journal::Parts::write_ends(const Ends& ends) {
  for (const auto& [home, end] : ends) {
    put(insert_end, home);
    put(insert_end, end.seq);
    const base::Status written = insert_end.blob(end.hash).run();
    if (!written.ok()) return written;
  }
  return base::success();
}

base::Result<Journal> Journal::open(const std::string& file) {
  base::Result<Database> database = open_database(file);
  if (!database.ok()) return database.error();
  auto parts = std::make_unique<Parts>(std::move(*database));
  const base::Status prepared = parts->prepare();
  if (!prepared.ok()) return prepared.error();
  return Journal(std::move(parts));
}

Journal::Journal(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

base::Result<node::Recovered> Journal::recover(const base::NodeId& self) {
  return Recovery(parts_->database, self).run(parts_->feed_ends);
}

base::Status Journal::commit(const node::Transaction& transaction) {
  return commit(std::span(&transaction, 1));
}

base::Status Journal::commit(std::span<const node::Transaction> transactions) {
  if (parts_->failure) return *parts_->failure;
  if (transactions.empty()) return base::success();
  Ends ends;
  std::uint64_t last = parts_->last_transaction;
  base::Status done = parts_->database.begin();
  for (const node::Transaction& transaction : transactions) {
    if (!done.ok()) break;
    if (transaction.id <= last) {
      done = base::invalid(
          fmt::format("transaction {} comes after transaction {}", transaction.id, last));
      break;
    }
    last = transaction.id;
    done = parts_->write(transaction, ends);
  }
  if (done.ok()) done = parts_->write_ends(ends);
  if (done.ok()) done = parts_->update_state.integer(static_cast<std::int64_t>(last)).run();
  if (done.ok()) done = parts_->database.commit();
  if (!done.ok()) {
    parts_->database.rollback();
    if (done.error().code != base::ErrorCode::kInvalid) parts_->failure = done.error();
    return done;
  }
  for (const auto& [home, end] : ends) parts_->feed_ends[home] = end;
  parts_->last_transaction = last;
  return done;
}

const std::string& Journal::file() const { return parts_->database.file(); }

}  // namespace syrah::store
