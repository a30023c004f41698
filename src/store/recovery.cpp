#include "store/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "exchange/limits.h"
#include "feed/batch.h"
#include "store/feed_rows.h"
#include "store/limits.h"
#include "store/row.h"

namespace syrah::store {
namespace {

/// "entries 251 to 500".
std::string entries_text(base::Seq first, base::Seq last) {
  if (first == last) return fmt::format("entry {}", first);
  return fmt::format("entries {} to {}", first, last);
}

/// Why `batch` cannot stand after `end`; empty if it can.
std::string contradiction(const feed::Batch& batch, const FeedEnd& end) {
  const base::Seq first = batch.first();
  if (first > end.seq + 1) return entries_text(end.seq + 1, first - 1) + ": missing";
  const std::string where = entries_text(first, batch.head.seq);
  if (first <= end.seq) return fmt::format("{}: stored twice, the second time differently", where);
  const base::Status sound = feed::check_batch(batch);
  if (!sound.ok()) return fmt::format("{}: {}", where, sound.error().message);
  if (batch.previous != end.hash) {
    return fmt::format("{}: the hash chain does not continue from entry {}", where, end.seq);
  }
  return {};
}

}  // namespace

base::Result<node::Recovered> Recovery::run(std::map<base::NodeId, FeedEnd>& ends) {
  const base::Status sound = check_file();
  if (!sound.ok()) return sound.error();
  const base::Result<std::vector<base::NodeId>> listed = homes();
  if (!listed.ok()) return listed.error();

  node::Recovered recovered;
  ends.clear();
  for (const base::NodeId& home : *listed) {
    Feed feed;
    feed.home = home;
    const base::Status done = read(feed);
    if (!done.ok()) return done.error();
    const base::Status judged = judge(feed, recovered.warnings);
    if (!judged.ok()) return judged.error();
    if (feed.end.seq == 0) continue;
    ends[home] = feed.end;
    recovered.homes.push_back(std::move(feed.kept));
    if (home != self_) continue;
    base::Result<std::vector<node::UsedClientId>> used = client_ids(recovered.homes.back());
    if (!used.ok()) return used.error();
    recovered.client_ids = std::move(*used);
    base::Result<std::vector<node::PlacedBy>> placed = placed_by();
    if (!placed.ok()) return placed.error();
    recovered.placed_by = std::move(*placed);
  }
  const base::Result<std::int64_t> last =
      database_.integer("SELECT last_transaction FROM state WHERE id = 1");
  if (!last.ok()) return last.error();
  recovered.last_transaction = static_cast<std::uint64_t>(*last);
  const base::Result<std::int64_t> trade =
      database_.integer("SELECT IFNULL(MAX(row), 0) FROM trades");
  if (!trade.ok()) return trade.error();
  recovered.last_trade = *trade;
  return recovered;
}

base::Status Recovery::check_file() {
  const base::Result<std::int64_t> pages = database_.integer("PRAGMA page_count");
  if (!pages.ok()) return pages.error();
  const base::Result<std::int64_t> page_size = database_.integer("PRAGMA page_size");
  if (!page_size.ok()) return page_size.error();
  if (*pages * *page_size > kFileCheckBytesMax) return base::success();

  base::Result<Statement> check = database_.prepare("PRAGMA quick_check(1)");
  if (!check.ok()) return check.error();
  const base::Result<bool> row = check->next();
  if (!row.ok()) return row.error();
  const std::string said(*row ? check->text_at(0) : "no answer");
  check->reset();
  if (said == "ok") return base::success();
  return base::Error{base::ErrorCode::kDamaged,
                     fmt::format("database {} is damaged: {}", database_.file(), said)};
}

base::Result<std::vector<base::NodeId>> Recovery::homes() {
  // The recursion jumps from home to home in the index instead of reading all of it.
  base::Result<Statement> query = database_.prepare(
      "WITH RECURSIVE in_batch(home) AS (SELECT min(home) FROM batch UNION ALL "
      "  SELECT (SELECT min(home) FROM batch WHERE home > in_batch.home) FROM in_batch "
      "  WHERE in_batch.home IS NOT NULL) "
      "SELECT home FROM in_batch WHERE home IS NOT NULL "
      "UNION SELECT home FROM feed_end UNION SELECT home FROM snapshot");
  if (!query.ok()) return query.error();
  std::vector<base::NodeId> found = {self_};
  while (true) {
    const base::Result<bool> more = query->next();
    if (!more.ok()) return more.error();
    if (!*more) return found;
    Row row(*query);
    const base::NodeId home = row.node();
    if (!row.status().ok()) {
      return base::Error{base::ErrorCode::kDamaged,
                         fmt::format("database {}: a home's id: {}", database_.file(),
                                     row.status().error().message)};
    }
    if (home != self_) found.push_back(home);
  }
}

base::Status Recovery::read(Feed& feed) {
  feed.end = {0, feed::genesis_hash(feed.home)};
  base::Status done = read_snapshot_of(feed);
  if (done.ok()) done = read_batches_of(feed);
  if (!done.ok()) {
    return base::Error{done.error().code,
                       fmt::format("home {}, after entry {}: {}", feed.home.brief(), feed.end.seq,
                                   done.error().message)};
  }
  const base::Result<std::optional<FeedEnd>> stored = stored_end(feed.home);
  if (!stored.ok()) return stored.error();
  if (feed.damage.empty() &&
      stored->value_or(FeedEnd{0, feed::genesis_hash(feed.home)}) != feed.end) {
    const base::Seq noted = stored->has_value() ? (*stored)->seq : 0;
    feed.damage = noted > feed.end.seq
                      ? entries_text(feed.end.seq + 1, noted) + ": missing"
                      : fmt::format(
                            "entry {}: the feed was noted to end at entry {} with another "
                            "hash",
                            feed.end.seq, noted);
  }
  return base::success();
}

base::Status Recovery::read_snapshot_of(Feed& feed) {
  base::Result<Statement> query = database_.prepare(
      fmt::format("SELECT {}, state FROM snapshot WHERE home = ?", kBatchColumns));
  if (!query.ok()) return query.error();
  put(*query, feed.home);
  const base::Result<bool> found = query->next();
  if (!found.ok()) return found.error();
  if (!*found) return base::success();
  Row row(*query);
  base::Result<node::StoredSnapshot> snapshot = read_snapshot(row);
  base::Status sound = snapshot.ok() ? check_snapshot(*snapshot) : snapshot.error();
  if (!sound.ok()) {
    feed.snapshot_damage = sound.error().message;
    return base::success();
  }
  feed.end = {snapshot->batch.head.seq, snapshot->batch.head.hash};
  feed.kept.snapshot = std::move(*snapshot);
  return base::success();
}

base::Status Recovery::read_batches_of(Feed& feed) {
  base::Result<Statement> query = database_.prepare(fmt::format(
      "SELECT {} FROM batch WHERE home = ? AND last_seq > ? ORDER BY last_seq", kBatchColumns));
  if (!query.ok()) return query.error();
  put(*query, feed.home);
  put(*query, feed.end.seq);
  while (true) {
    const base::Result<bool> more = query->next();
    if (!more.ok()) return more.error();
    if (!*more) return base::success();
    Row row(*query);
    base::Result<feed::Batch> batch = read_batch(row);
    feed.damage =
        batch.ok() ? contradiction(*batch, feed.end)
                   : fmt::format("entry {} and after: {}", feed.end.seq + 1, batch.error().message);
    if (!feed.damage.empty()) return base::success();
    feed.end = {batch->head.seq, batch->head.hash};
    feed.kept.batches.push_back(std::move(*batch));
  }
}

base::Result<std::optional<FeedEnd>> Recovery::stored_end(const base::NodeId& home) {
  base::Result<Statement> query =
      database_.prepare("SELECT seq, hash FROM feed_end WHERE home = ?");
  if (!query.ok()) return query.error();
  put(*query, home);
  const base::Result<bool> found = query->next();
  if (!found.ok()) return found.error();
  if (!*found) return std::optional<FeedEnd>();
  Row row(*query);
  FeedEnd end;
  end.seq = row.seq();
  row.bytes(end.hash);
  // An end that cannot be read differs from any that was reached.
  return std::optional<FeedEnd>(end);
}

base::Status Recovery::judge(const Feed& feed, std::vector<std::string>& warnings) {
  const bool own = feed.home == self_;
  const char* const whose = own ? "own feed" : "feed";
  if (!feed.snapshot_damage.empty()) {
    warnings.push_back(
        fmt::format("database {}, {} {}: the snapshot was damaged and is dropped: {}",
                    database_.file(), whose, feed.home.brief(), feed.snapshot_damage));
  }
  if (!feed.damage.empty()) {
    const std::string what = fmt::format("database {}, {} {}, {}", database_.file(), whose,
                                         feed.home.brief(), feed.damage);
    if (own) return base::Error{base::ErrorCode::kDamaged, what};
    warnings.push_back(fmt::format("{}; it is kept up to entry {} and fetched again from there",
                                   what, feed.end.seq));
  }
  if (feed.snapshot_damage.empty() && feed.damage.empty()) return base::success();
  const base::Status begun = database_.begin();
  if (!begun.ok()) return begun;
  base::Status done = repair(feed);
  if (done.ok()) done = database_.commit();
  if (!done.ok()) database_.rollback();
  return done;
}

base::Status Recovery::repair(const Feed& feed) {
  if (!feed.snapshot_damage.empty()) {
    base::Result<Statement> drop = database_.prepare("DELETE FROM snapshot WHERE home = ?");
    if (!drop.ok()) return drop.error();
    put(*drop, feed.home);
    const base::Status dropped = drop->run();
    if (!dropped.ok()) return dropped;
  }
  base::Result<Statement> cut =
      database_.prepare("DELETE FROM batch WHERE home = ? AND last_seq > ?");
  if (!cut.ok()) return cut.error();
  put(*cut, feed.home);
  put(*cut, feed.end.seq);
  const base::Status shortened = cut->run();
  if (!shortened.ok()) return shortened;

  base::Result<Statement> end = database_.prepare(
      feed.end.seq == 0 ? "DELETE FROM feed_end WHERE home = ?"
                        : "INSERT OR REPLACE INTO feed_end (home, seq, hash) VALUES (?, ?, ?)");
  if (!end.ok()) return end.error();
  put(*end, feed.home);
  if (feed.end.seq != 0) {
    put(*end, feed.end.seq);
    end->blob(feed.end.hash);
  }
  return end->run();
}

base::Result<std::vector<node::PlacedBy>> Recovery::placed_by() {
  base::Result<Statement> query =
      database_.prepare("SELECT seq, placed_by FROM orders WHERE closed = 0");
  if (!query.ok()) return query.error();
  std::vector<node::PlacedBy> placed;
  while (true) {
    const base::Result<bool> more = query->next();
    if (!more.ok()) return more.error();
    if (!*more) return placed;
    Row row(*query);
    const base::Seq order = row.seq();
    placed.push_back({order, std::bit_cast<exchange::KeyTag>(row.integer())});
  }
}

base::Result<std::vector<node::UsedClientId>> Recovery::client_ids(const node::RecoveredHome& own) {
  const feed::Head& newest =
      own.batches.empty() ? own.snapshot->batch.head : own.batches.back().head;
  // Numbers and times of own orders rise together: from the newest back until one is too old.
  base::Result<Statement> query = database_.prepare(
      "SELECT account, client_id, seq, accepted_ms, terms FROM orders ORDER BY seq DESC");
  if (!query.ok()) return query.error();
  std::vector<node::UsedClientId> used;
  while (used.size() < exchange::kClientIdsMax) {
    const base::Result<bool> more = query->next();
    if (!more.ok()) return more.error();
    if (!*more) break;
    Row row(*query);
    node::UsedClientId use;
    use.account = row.text();
    use.client_id = row.text();
    use.order = row.seq();
    use.accepted_ms = row.integer();
    use.fingerprint = std::bit_cast<std::uint64_t>(row.integer());
    if (use.accepted_ms < newest.time.ms - exchange::kClientIdMs) break;
    if (!use.client_id.empty()) used.push_back(std::move(use));
  }
  query->reset();
  std::reverse(used.begin(), used.end());
  return used;
}

}  // namespace syrah::store
