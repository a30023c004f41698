#pragma once

// What a disk holds once transactions are on it, by value: the same answers as `store` gives.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/history.h"
#include "node/records.h"

namespace syrah::sim {

class StoredJournal {
 public:
  explicit StoredJournal(const base::NodeId& owner) : owner_(owner) {}

  void apply(const node::Transaction& transaction);

  /// For a start at `wall_ms`: of each home the newest snapshot and the batches after it, and the
  /// client ids of the last 24 h.
  [[nodiscard]] node::Recovered recovered(std::int64_t wall_ms) const;
  [[nodiscard]] node::JournalAnswer answer(const node::JournalQuery& question) const;

  [[nodiscard]] std::uint64_t last_transaction() const { return last_transaction_; }
  /// Last entry stored of a home, 0 if none.
  [[nodiscard]] base::Seq last_seq(const base::NodeId& home) const;

 private:
  struct HomeRecords {
    std::map<base::Seq, feed::Batch> batches;  ///< by their last entry
    std::optional<node::StoredSnapshot> snapshot;
  };

  /// Stops the run at a batch that the real journal would refuse.
  void check_follows(const feed::Batch& batch, const node::Transaction& transaction) const;
  void keep(const exchange::Fact& fact);
  [[nodiscard]] node::JournalAnswer look_up(const node::BatchesQuery& question) const;
  [[nodiscard]] node::JournalAnswer look_up(const node::SnapshotQuery& question) const;
  [[nodiscard]] node::JournalAnswer look_up(const exchange::HistoryQuery& question) const;
  [[nodiscard]] std::vector<exchange::TradeFact> trades_in(const std::string& instrument) const;

  base::NodeId owner_;
  std::uint64_t last_transaction_ = 0;
  std::map<base::NodeId, HomeRecords> homes_;
  // By row. A trade is told once, however often its entry is folded; an order's row is its number.
  std::set<base::EntryId> told_trades_;
  std::map<std::int64_t, exchange::TradeRow> trades_;
  std::map<std::int64_t, exchange::FillRow> fills_;
  std::map<std::int64_t, exchange::OrderRow> orders_;
  std::map<base::Seq, node::UsedClientId> client_ids_;
};

}  // namespace syrah::sim
