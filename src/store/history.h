#pragma once

// Answers questions about the past from the journal's database, over a read-only connection of its
// own: it neither waits for the writer nor makes it wait. One object belongs to one thread.

#include <string>
#include <vector>

#include "base/result.h"
#include "exchange/instrument.h"
#include "node/history.h"
#include "store/database.h"

namespace syrah::store {

class History {
 public:
  /// The database that a Journal has opened before (which made or migrated it).
  static base::Result<History> open(const std::string& file);

  /// What the feed's running figures begin with.
  base::Result<std::vector<node::RecentCandles>> recent_candles(
      const std::vector<exchange::Instrument>& instruments, std::int64_t now_s);

  /// Never more than kPageRowsMax rows or the bounds of the question. Failures are in the answer.
  node::JournalAnswer answer(const node::JournalQuery& query);

  /// How SQLite finds the rows of the answer: the steps of all statements (EXPLAIN QUERY PLAN).
  base::Result<std::vector<std::string>> plan(const node::JournalQuery& query);

 private:
  explicit History(Database database) : database_(std::move(database)) {}

  base::Status answer(const exchange::HistoryQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::TradesQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::FillsQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::OrdersQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::OrderQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::CandlesQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::StatsQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::SparkLinesQuery& query, node::JournalAnswer& answer);
  base::Status answer(const exchange::PositionsQuery& query, node::JournalAnswer& answer);
  base::Status answer(const node::BatchesQuery& query, node::JournalAnswer& answer);
  base::Status answer(const node::SnapshotQuery& query, node::JournalAnswer& answer);

  Database database_;
};

}  // namespace syrah::store
