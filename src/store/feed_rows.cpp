#include "store/feed_rows.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/hash.h"
#include "exchange/event_codec.h"
#include "store/entries_text.h"

namespace syrah::store {
namespace {

base::Error damaged(std::string what) { return {base::ErrorCode::kDamaged, std::move(what)}; }

}  // namespace

void put_batch(Statement& statement, const feed::Batch& batch) {
  put(statement, batch.head.home);
  put(statement, batch.first());
  put(statement, batch.head.seq);
  statement.lend_blob(batch.previous);
  statement.lend_text(batch.entries.text());
  put(statement, batch.head.time);
  statement.lend_blob(batch.head.hash).lend_blob(batch.head.signature);
}

base::Result<feed::Batch> read_batch(Row& row) {
  feed::Batch batch;
  batch.head.home = row.node();
  const base::Seq first = row.seq();
  batch.head.seq = row.seq();
  row.bytes(batch.previous);
  const std::string_view entries = row.text();
  batch.head.time = row.time();
  row.bytes(batch.head.hash);
  row.bytes(batch.head.signature);
  const base::Status read = row.status();
  if (!read.ok()) return read.error();

  base::Result<feed::Entries> split = split_entries(entries);
  if (!split.ok()) return split.error();
  batch.entries = std::move(*split);
  if (first == 0 || first > batch.head.seq || batch.head.seq - first + 1 != batch.entries.size()) {
    return damaged(fmt::format("there are {} entries in the place of those from {} to {}",
                               batch.entries.size(), first, batch.head.seq));
  }
  return batch;
}

base::Result<node::StoredSnapshot> read_snapshot(Row& row) {
  base::Result<feed::Batch> batch = read_batch(row);
  if (!batch.ok()) return batch.error();
  return node::StoredSnapshot{std::move(*batch), std::string(row.text())};
}

base::Status check_snapshot(const node::StoredSnapshot& snapshot) {
  const base::Status sound = feed::check_batch(snapshot.batch);
  if (!sound.ok()) return damaged(sound.error().message);
  if (snapshot.batch.entries.empty()) return damaged("its batch has no checkpoint");
  const base::Result<exchange::Recorded> last = exchange::decode_event(
      snapshot.batch.head.home, snapshot.batch.entries.back().text, exchange::Instruments());
  const auto* const checkpoint =
      last.ok() ? std::get_if<exchange::Checkpoint>(&last->event) : nullptr;
  if (checkpoint == nullptr) return damaged("its batch does not end in a checkpoint");
  if (checkpoint->digest != crypto::sha256(snapshot.text)) {
    return damaged("its text differs from what the checkpoint has the digest of");
  }
  return base::success();
}

}  // namespace syrah::store
