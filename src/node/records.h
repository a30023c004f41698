#pragma once

// What the node asks the journal to keep, and what it gets back after a restart. Values only: the
// journal on SQLite and the simulated disk both speak them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exchange/candle.h"
#include "feed/batch.h"

namespace syrah::node {

/// A home's checkpoint: the newest replaces older ones of the same home.
struct StoredSnapshot {
  feed::Batch batch;  ///< its last entry is the Checkpoint
  std::string text;   ///< HomeSnapshot text with the digest that the checkpoint names
};

/// One unit of durability: all of it survives, or nothing.
struct Transaction {
  std::uint64_t id = 0;              ///< counts up by one; comes back in Durable
  std::vector<feed::Batch> batches;  ///< own and others', each following its home's last
  std::vector<StoredSnapshot> snapshots;
  std::vector<exchange::Fact> facts;  ///< for the history tables
  [[nodiscard]] bool empty() const { return batches.empty() && snapshots.empty() && facts.empty(); }
};

/// A client order id of this node used within the last 24 h.
struct UsedClientId {
  std::string account;
  std::string client_id;
  base::Seq order = 0;
  std::int64_t accepted_ms = 0;
  std::uint64_t fingerprint = 0;  ///< of the order's terms, exchange::terms_fingerprint
};

/// An order of this node that is open, and the key that it was placed with.
struct PlacedBy {
  base::Seq order = 0;
  exchange::KeyTag key = 0;
};

/// What was traded in an instrument in the last 24 hours by minute and in the last 30 days by hour.
struct RecentCandles {
  std::string instrument;
  std::vector<exchange::Candle> minutes;
  std::vector<exchange::Candle> hours;
};

/// One home as the journal knows it.
struct RecoveredHome {
  std::optional<StoredSnapshot> snapshot;
  std::vector<feed::Batch> batches;  ///< those after the snapshot, in order
};

struct Recovered {
  std::vector<RecoveredHome> homes;      ///< own included
  std::vector<UsedClientId> client_ids;  ///< oldest first
  std::vector<PlacedBy> placed_by;
  std::vector<RecentCandles> candles;
  std::uint64_t last_transaction = 0;
  std::int64_t last_trade = 0;        ///< highest number of a trade
  std::vector<std::string> warnings;  ///< damage that was got over, a sentence each
};

}  // namespace syrah::node
