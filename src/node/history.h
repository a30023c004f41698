#pragma once

// Questions to the journal and the history on disk and their answers, as values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exchange/history.h"
#include "node/records.h"

namespace syrah::node {

/// Stored batches of a home from the one that contains entry `from` on, for a peer that catches up.
struct BatchesQuery {
  base::NodeId home;
  base::Seq from = 1;
  std::uint32_t entries_max = 500;
  std::uint32_t bytes_max = 200 * 1024;
};
/// The newest stored snapshot of a home.
struct SnapshotQuery {
  base::NodeId home;
};
using JournalQuery = std::variant<exchange::HistoryQuery, BatchesQuery, SnapshotQuery>;

struct JournalAnswer {
  exchange::HistoryAnswer history;
  std::vector<feed::Batch> batches;
  std::optional<StoredSnapshot> snapshot;
  base::Seq snapshot_seq = 0;  ///< with BatchesQuery: where the newest snapshot stands, 0 if none
  std::string error;           ///< empty unless the database failed
};

}  // namespace syrah::node
