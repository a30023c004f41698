#pragma once

// Batches and snapshots as rows.

#include <string>

#include "base/result.h"
#include "feed/batch.h"
#include "node/records.h"
#include "store/database.h"
#include "store/row.h"

namespace syrah::store {

/// The columns of a batch in the order of `put_batch` and `read_batch`.
inline constexpr const char* kBatchColumns =
    "home, first_seq, last_seq, previous, entries, head_ms, head_counter, hash, signature";

void put_batch(Statement& statement, const feed::Batch& batch);

/// kDamaged if the columns contradict each other. Whether the batch is sound is for
/// feed::check_batch to say.
base::Result<feed::Batch> read_batch(Row& row);

/// A row of kBatchColumns and the snapshot's text.
base::Result<node::StoredSnapshot> read_snapshot(Row& row);

/// Whether the batch is sound, its last entry a checkpoint, and the text what it has the digest of.
base::Status check_snapshot(const node::StoredSnapshot& snapshot);

}  // namespace syrah::store
