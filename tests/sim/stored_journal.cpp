#include "sim/stored_journal.h"

#include <algorithm>

#include "base/check.h"
#include "base/overloaded.h"
#include "exchange/limits.h"

namespace syrah::sim {
namespace {

using base::Overloaded;

bool on_page(std::int64_t row, const exchange::PageOf& page) {
  return (!page.before || row > *page.before) && (!page.after || row < *page.after);
}

/// The newest rows that `wanted` accepts, newest first.
template <class Row, class Wanted>
std::vector<Row> newest_first(const std::map<std::int64_t, Row>& rows, const exchange::PageOf& page,
                              Wanted wanted) {
  std::vector<Row> found;
  for (auto row = rows.rbegin(); row != rows.rend() && found.size() < page.limit; ++row) {
    if (on_page(row->first, page) && wanted(row->second)) found.push_back(row->second);
  }
  return found;
}

}  // namespace

void StoredJournal::apply(const node::Transaction& transaction) {
  last_transaction_ = transaction.id;
  for (const feed::Batch& batch : transaction.batches) {
    if (batch.entries.empty()) continue;  // a sign of life, nothing to keep
    check_follows(batch, transaction);
    homes_[batch.head.home].batches[batch.head.seq] = batch;
  }
  for (const node::StoredSnapshot& snapshot : transaction.snapshots) {
    homes_[snapshot.batch.head.home].snapshot = snapshot;
  }
  for (const exchange::Fact& fact : transaction.facts) keep(fact);
}

void StoredJournal::check_follows(const feed::Batch& batch,
                                  const node::Transaction& transaction) const {
  const base::NodeId& home = batch.head.home;
  base::Seq end = last_seq(home);
  for (const node::StoredSnapshot& snapshot : transaction.snapshots) {
    const feed::Head& head = snapshot.batch.head;
    if (batch.first() != end + 1 && head.home == home && head.seq > end) end = head.seq;
  }
  SYRAH_CHECK(batch.first() == end + 1, "the journal would refuse a batch that does not follow");
}

void StoredJournal::keep(const exchange::Fact& fact) {
  std::visit(
      Overloaded{
          [&](const exchange::TradeFact& trade) {
            if (!told_trades_.insert(trade.entry).second) return;
            trades_[trade.number] = {trade.number, trade};
          },
          [&](const exchange::FillFact& fill) {
            const auto row = static_cast<std::int64_t>(fills_.size()) + 1;
            fills_[row] = {row, fill};
          },
          [&](const exchange::OrderFact& fact_of_order) {
            const exchange::Order& order = fact_of_order.order;
            const auto row = static_cast<std::int64_t>(order.id.seq);
            const auto known = orders_.find(row);
            const exchange::KeyTag placed_by =
                known == orders_.end() ? fact_of_order.placed_by : known->second.fact.placed_by;
            orders_[row] = {row, fact_of_order};
            orders_[row].fact.placed_by = placed_by;
            if (order.client_id.empty()) return;
            client_ids_.try_emplace(order.id.seq,
                                    node::UsedClientId{order.account, order.client_id, order.id.seq,
                                                       order.accepted.ms, fact_of_order.terms});
          },
          [](const auto&) {},
      },
      fact);
}

node::Recovered StoredJournal::recovered(std::int64_t wall_ms) const {
  node::Recovered recovered;
  recovered.last_transaction = last_transaction_;
  if (!trades_.empty()) recovered.last_trade = trades_.rbegin()->first;
  for (const auto& [home, records] : homes_) {
    node::RecoveredHome& into = recovered.homes.emplace_back();
    into.snapshot = records.snapshot;
    const base::Seq after = records.snapshot ? records.snapshot->batch.head.seq : 0;
    for (auto it = records.batches.upper_bound(after); it != records.batches.end(); ++it) {
      into.batches.push_back(it->second);
    }
  }
  for (const auto& [row, order] : orders_) {
    if (order.fact.order.closed) continue;
    recovered.placed_by.push_back({order.fact.order.id.seq, order.fact.placed_by});
  }
  for (const auto& [seq, used] : client_ids_) {
    if (used.accepted_ms > wall_ms - exchange::kClientIdMs) recovered.client_ids.push_back(used);
  }
  return recovered;
}

base::Seq StoredJournal::last_seq(const base::NodeId& home) const {
  const auto records = homes_.find(home);
  if (records == homes_.end()) return 0;
  const base::Seq snapshot =
      records->second.snapshot ? records->second.snapshot->batch.head.seq : 0;
  const auto& batches = records->second.batches;
  return std::max(snapshot, batches.empty() ? 0 : batches.rbegin()->first);
}

node::JournalAnswer StoredJournal::answer(const node::JournalQuery& question) const {
  return std::visit([&](const auto& asked) { return look_up(asked); }, question);
}

node::JournalAnswer StoredJournal::look_up(const node::BatchesQuery& question) const {
  node::JournalAnswer answer;
  const auto records = homes_.find(question.home);
  if (records == homes_.end()) return answer;
  if (records->second.snapshot) answer.snapshot_seq = records->second.snapshot->batch.head.seq;
  std::size_t entries = 0;
  std::size_t bytes = 0;
  const auto& batches = records->second.batches;
  for (auto it = batches.lower_bound(question.from); it != batches.end(); ++it) {
    if (answer.batches.empty() && it->second.first() > question.from) break;
    entries += it->second.entries.size();
    bytes += it->second.entry_bytes();
    const bool enough = entries > question.entries_max || bytes > question.bytes_max;
    if (enough && !answer.batches.empty()) break;
    answer.batches.push_back(it->second);
  }
  return answer;
}

node::JournalAnswer StoredJournal::look_up(const node::SnapshotQuery& question) const {
  node::JournalAnswer answer;
  const auto records = homes_.find(question.home);
  if (records != homes_.end()) answer.snapshot = records->second.snapshot;
  return answer;
}

std::vector<exchange::TradeFact> StoredJournal::trades_in(const std::string& instrument) const {
  std::vector<exchange::TradeFact> found;
  for (const auto& [row, trade] : trades_) {
    if (trade.trade.instrument == instrument) found.push_back(trade.trade);
  }
  return found;
}

node::JournalAnswer StoredJournal::look_up(const exchange::HistoryQuery& question) const {
  node::JournalAnswer answer;
  exchange::HistoryAnswer& history = answer.history;
  std::visit(Overloaded{
                 [&](const exchange::TradesQuery& asked) {
                   history.trades = newest_first(trades_, asked.page, [&](const auto& row) {
                     return row.trade.instrument == asked.instrument;
                   });
                 },
                 [&](const exchange::FillsQuery& asked) {
                   history.fills = newest_first(fills_, asked.page, [&](const auto& row) {
                     const exchange::Order& order = row.fill.order;
                     return order.account == asked.account &&
                            (asked.instrument.empty() || order.instrument == asked.instrument) &&
                            (!asked.order || order.id.seq == *asked.order);
                   });
                 },
                 [&](const exchange::OrdersQuery& asked) {
                   history.orders = newest_first(orders_, asked.page, [&](const auto& row) {
                     const exchange::Order& order = row.fact.order;
                     return order.account == asked.account &&
                            (asked.instrument.empty() || order.instrument == asked.instrument);
                   });
                 },
                 [&](const exchange::CandlesQuery& asked) {
                   history.candles =
                       exchange::candles_of(trades_in(asked.instrument), asked.span_s);
                   std::erase_if(history.candles, [&](const exchange::Candle& candle) {
                     return candle.start_s < asked.from_s || candle.start_s > asked.to_s;
                   });
                 },
                 [&](const exchange::StatsQuery& asked) {
                   exchange::PageOf one;
                   one.limit = 1;
                   history.trades = newest_first(trades_, one, [&](const auto& row) {
                     return row.trade.instrument == asked.instrument;
                   });
                 },
                 [](const exchange::SparkLinesQuery&) {},
                 [](const exchange::PositionsQuery&) {},
                 [&](const exchange::OrderQuery& asked) {
                   exchange::PageOf one;
                   one.limit = 1;
                   if (asked.order) {
                     const auto row = orders_.find(static_cast<std::int64_t>(*asked.order));
                     const bool mine =
                         row != orders_.end() && row->second.fact.order.account == asked.account;
                     if (mine) history.orders.push_back(row->second);
                     return;
                   }
                   history.orders = newest_first(orders_, one, [&](const auto& row) {
                     const exchange::Order& order = row.fact.order;
                     return order.account == asked.account && order.client_id == asked.client_id;
                   });
                 },
             },
             question);
  return answer;
}

}  // namespace syrah::sim
