#include "store/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "store/fact_rows.h"
#include "store/feed_rows.h"
#include "store/limits.h"
#include "store/row.h"

namespace syrah::store {
namespace {

/// A table with a number for each row and, rising with it, a time.
struct TimedTable {
  const char* name;
  const char* row;
  const char* time_ms;
};
constexpr TimedTable kOrdersByTime{"orders", "seq", "accepted_ms"};
constexpr TimedTable kFillsByTime{"fills", "row", "time_ms"};
constexpr TimedTable kUnconfirmedByTime{"unconfirmed_trades", "row", "time_ms"};

/// The first row of a table whose rows have times that rise with their numbers, the own orders and
/// fills, that is not before `ms`: found in so many steps as a number has bits, without an index.
base::Result<std::int64_t> first_row_from(Database& database, const TimedTable& table,
                                          std::int64_t ms) {
  const base::Result<std::int64_t> last =
      database.integer(fmt::format("SELECT IFNULL(MAX({}), 0) FROM {}", table.row, table.name));
  if (!last.ok()) return last;
  base::Result<Statement> next =
      database.prepare(fmt::format("SELECT {0}, {1} FROM {2} WHERE {0} >= ? ORDER BY {0} LIMIT 1",
                                   table.row, table.time_ms, table.name));
  if (!next.ok()) return next.error();
  std::int64_t before = 0;  // rows up to here are too early
  std::int64_t first = *last + 1;
  while (before + 1 < first) {
    const std::int64_t middle = before + (first - before) / 2;
    next->integer(middle);
    const base::Result<bool> found = next->next();
    if (!found.ok()) return found.error();
    if (!*found || next->integer_at(1) >= ms) {
      first = middle;
    } else {
      before = next->integer_at(0);
    }
    next->reset();
  }
  return first;
}

/// One page of a table, put together from the conditions that a question has.
class PageQuery {
 public:
  PageQuery(const char* columns, const char* table, const char* cursor)
      : sql_(fmt::format("SELECT {} FROM {} WHERE TRUE", columns, table)), cursor_(cursor) {}

  void where_text(std::string_view column, const std::string& value) {
    sql_ += fmt::format(" AND {} = ?", column);
    texts_.push_back(value);
  }
  /// All texts come before all numbers.
  void where_number(std::string_view condition, std::int64_t value) {
    sql_ += fmt::format(" AND {} ?", condition);
    numbers_.push_back(value);
  }

  /// Of the account, instrument and order. One order has few rows, whatever else its account has:
  /// with "+" SQLite does not take the index of another column for it.
  void where_owner(std::string_view table, const exchange::FillsQuery& query,
                   std::string_view order) {
    const char* const plain = query.order ? "+" : "";
    where_text(fmt::format("{}{}account", plain, table), query.account);
    if (!query.instrument.empty()) {
      where_text(fmt::format("{}{}instrument", plain, table), query.instrument);
    }
    if (query.order) {
      where_number(fmt::format("{} =", order), static_cast<std::int64_t>(*query.order));
    }
  }
  base::Status where_time(Database& database, const TimedTable& table,
                          const exchange::TimeRange& range) {
    if (range.from_ms) {
      const auto first = first_row_from(database, table, *range.from_ms);
      if (!first.ok()) return first.error();
      where_number(fmt::format("{} >=", cursor_), *first);
    }
    if (range.to_ms) {
      const auto after = first_row_from(database, table, *range.to_ms + 1);
      if (!after.ok()) return after.error();
      where_number(fmt::format("{} <", cursor_), *after);
    }
    return base::success();
  }

  /// Rows in the order of the answer, newest first, each read by `read`.
  template <class Read, class Rows>
  base::Status run(Database& database, const exchange::PageOf& page, Read read, Rows& rows) {
    const std::string cursor = cursor_;
    if (page.before) where_number(cursor + " >", *page.before);
    if (page.after) where_number(cursor + " <", *page.after);
    // "before" alone asks for the page that is just newer than it, not for the newest of all.
    const bool upwards = page.before && !page.after;
    sql_ += fmt::format(" ORDER BY {} {} LIMIT {}", cursor, upwards ? "ASC" : "DESC",
                        std::min<std::size_t>(page.limit, kPageRowsMax));
    base::Result<Statement> query = database.prepare(sql_);
    if (!query.ok()) return query.error();
    for (const std::string& text : texts_) query->text(text);
    for (const std::int64_t number : numbers_) query->integer(number);
    while (true) {
      const base::Result<bool> more = query->next();
      if (!more.ok()) return more.error();
      if (!*more) break;
      auto row = read(*query);
      if (!row.ok()) return row.error();
      rows.push_back(std::move(*row));
    }
    if (upwards) std::reverse(rows.begin(), rows.end());
    return base::success();
  }

 private:
  std::string sql_;
  std::string cursor_;
  std::vector<std::string> texts_;
  std::vector<std::int64_t> numbers_;
};

using exchange::kHourS;
using exchange::kMinuteS;
/// A span that begins with all others.
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

/// Stored candles of the question's span, as candles of `span_s`, newest first.
base::Status read_spans(Database& database, const exchange::CandlesQuery& query,
                        std::int64_t span_s, std::vector<exchange::Candle>& candles) {
  base::Result<Statement> stored = database.prepare(
      "SELECT start_s, low, high, open, close, volume FROM candles WHERE instrument = ? "
      "AND span_s = ? AND start_s >= ? AND start_s <= ? ORDER BY start_s DESC");
  if (!stored.ok()) return stored.error();
  stored->text(query.instrument).integer(query.span_s).integer(query.from_s).integer(query.to_s);
  while (true) {
    const base::Result<bool> more = stored->next();
    if (!more.ok()) return more.error();
    if (!*more) return base::success();
    Row row(*stored);
    exchange::Candle candle;
    candle.start_s = row.integer();
    candle.low = row.price();
    candle.high = row.price();
    candle.open = row.price();
    candle.close = row.price();
    candle.volume = row.quantity();
    exchange::add_older(candles, candle, span_s);
  }
}

/// At most 300 candles of a day, so at most 7200 stored ones.
base::Status read_candles(Database& database, const exchange::CandlesQuery& query,
                          std::vector<exchange::Candle>& candles) {
  const std::int64_t span_s = std::max(query.span_s, kMinuteS);
  // Only whole spans, and no more of them than an answer has.
  const std::int64_t last_s = query.to_s / span_s * span_s;
  const std::int64_t most_s = static_cast<std::int64_t>(exchange::kCandlesMax - 1) * span_s;
  const std::int64_t first_s =
      std::max((query.from_s + span_s - 1) / span_s * span_s, last_s - most_s);
  const std::int64_t stored_s = span_s % kHourS == 0 ? kHourS : kMinuteS;
  return read_spans(database, {query.instrument, stored_s, first_s, last_s + span_s - 1}, span_s,
                    candles);
}

}  // namespace

base::Result<History> History::open(const std::string& file) {
  base::Result<Database> database = Database::open(file, Database::Mode::kReadOnly);
  if (!database.ok()) return database.error();
  return History(std::move(*database));
}

base::Result<std::vector<node::RecentCandles>> History::recent_candles(
    const std::vector<exchange::Instrument>& instruments, std::int64_t now_s) {
  std::vector<node::RecentCandles> recent;
  for (const exchange::Instrument& instrument : instruments) {
    node::RecentCandles& its = recent.emplace_back();
    its.instrument = instrument.name;
    const auto read = [&](std::int64_t length_s, std::int64_t span_s,
                          std::vector<exchange::Candle>& candles) {
      return read_spans(database_, {instrument.name, span_s, now_s - length_s, now_s}, span_s,
                        candles);
    };
    base::Status done = read(exchange::kDayS, kMinuteS, its.minutes);
    if (done.ok()) done = read(exchange::kMonthS, kHourS, its.hours);
    if (!done.ok()) return done.error();
  }
  return recent;
}

node::JournalAnswer History::answer(const node::JournalQuery& query) {
  node::JournalAnswer found;
  // One transaction: an answer with several parts shows one moment.
  base::Status done = database_.execute("BEGIN");
  if (done.ok()) {
    done = std::visit([&](const auto& one) { return answer(one, found); }, query);
    database_.rollback();
  }
  if (!done.ok()) {
    found = {};
    found.error = fmt::format("{}: {}", database_.file(), done.error().message);
    found.history.error = found.error;
  }
  return found;
}

base::Result<std::vector<std::string>> History::plan(const node::JournalQuery& query) {
  std::vector<std::string> asked;
  database_.note_prepared(&asked);
  const node::JournalAnswer answered = answer(query);
  database_.note_prepared(nullptr);
  if (!answered.error.empty()) return base::Error{base::ErrorCode::kIo, answered.error};
  std::vector<std::string> steps;
  for (const std::string& sql : asked) {
    base::Result<Statement> plan = database_.prepare("EXPLAIN QUERY PLAN " + sql);
    if (!plan.ok()) return plan.error();
    while (true) {
      const base::Result<bool> more = plan->next();
      if (!more.ok()) return more.error();
      if (!*more) break;
      steps.emplace_back(plan->text_at(3));
    }
  }
  return steps;
}

base::Status History::answer(const exchange::HistoryQuery& query, node::JournalAnswer& found) {
  return std::visit([&](const auto& one) { return answer(one, found); }, query);
}

base::Status History::answer(const exchange::TradesQuery& query, node::JournalAnswer& found) {
  PageQuery page(kTradeColumns, "trades", "row");
  page.where_text("instrument", query.instrument);
  return page.run(database_, query.page, read_trade, found.history.trades);
}

base::Status History::answer(const exchange::FillsQuery& query, node::JournalAnswer& found) {
  if (query.unconfirmed) {
    PageQuery page(kUnconfirmedColumns, kUnconfirmedTables, "row");
    page.where_owner("unconfirmed_trades.", query, "order_seq");
    const base::Status timed = page.where_time(database_, kUnconfirmedByTime, query.time);
    if (!timed.ok()) return timed;
    return page.run(database_, query.page, read_unconfirmed, found.history.unconfirmed);
  }
  PageQuery page(kFillColumns, "fills", "row");
  page.where_owner("", query, "seq");
  const base::Status timed = page.where_time(database_, kFillsByTime, query.time);
  if (!timed.ok()) return timed;
  return page.run(database_, query.page, read_fill, found.history.fills);
}

base::Status History::answer(const exchange::OrdersQuery& query, node::JournalAnswer& found) {
  PageQuery page(kOrderColumns, "orders", "seq");
  page.where_text("account", query.account);
  if (!query.instrument.empty()) page.where_text("instrument", query.instrument);
  const base::Status done = page.where_time(database_, kOrdersByTime, query.accepted);
  if (!done.ok()) return done;
  return page.run(database_, query.page, read_order, found.history.orders);
}

base::Status History::answer(const exchange::OrderQuery& query, node::JournalAnswer& found) {
  PageQuery page(kOrderColumns, "orders", "seq");
  page.where_text("account", query.account);
  if (query.order) {
    page.where_number("seq =", static_cast<std::int64_t>(*query.order));
  } else {
    if (query.client_id.empty()) return base::success();
    // Says the condition of the index, which is on orders with a client id only.
    page.where_text("client_id <> '' AND client_id", query.client_id);
  }
  return page.run(database_, {1, std::nullopt, std::nullopt}, read_order, found.history.orders);
}

base::Status History::answer(const exchange::CandlesQuery& query, node::JournalAnswer& found) {
  return read_candles(database_, query, found.history.candles);
}

base::Status History::answer(const exchange::StatsQuery& query, node::JournalAnswer& found) {
  exchange::PageOf newest;
  newest.limit = 1;
  const base::Status done = answer(exchange::TradesQuery{query.instrument, newest}, found);
  if (!done.ok()) return done;
  // One span that holds them all.
  std::vector<exchange::Candle> day;
  std::vector<exchange::Candle> month;
  const auto since = [&](std::int64_t length_s, std::int64_t span_s,
                         std::vector<exchange::Candle>& candles) {
    const std::int64_t from_s = query.now_s - length_s;
    return read_spans(database_, {query.instrument, span_s, from_s, query.now_s}, kForever,
                      candles);
  };
  if (const base::Status read = since(exchange::kDayS, kMinuteS, day); !read.ok()) return read;
  if (const base::Status read = since(exchange::kMonthS, kHourS, month); !read.ok()) return read;
  if (!day.empty()) found.history.day = day.front();
  if (!month.empty()) found.history.month_volume = month.front().volume;
  return base::success();
}

base::Status History::answer(const exchange::SparkLinesQuery& query, node::JournalAnswer& found) {
  for (const std::string& instrument : query.instruments) {
    const base::Status read =
        read_spans(database_, {instrument, kHourS, query.now_s - exchange::kDayS, query.now_s},
                   kHourS, found.history.spark_lines.emplace_back());
    if (!read.ok()) return read;
  }
  return base::success();
}

base::Status History::answer(const exchange::PositionsQuery& query, node::JournalAnswer& found) {
  base::Result<Statement> rows =
      database_.prepare("SELECT instrument, side, lots, value FROM positions WHERE account = ?");
  if (!rows.ok()) return rows.error();
  rows->text(query.account);
  while (true) {
    const base::Result<bool> more = rows->next();
    if (!more.ok()) return more.error();
    if (!*more) return base::success();
    Row row(*rows);
    exchange::PositionRow position;
    position.instrument = row.text();
    position.side = row.word(exchange::side_from);
    position.lots = row.notional().units;
    position.value = row.notional();
    if (!row.status().ok()) return row.status();
    found.history.positions.push_back(std::move(position));
  }
}

base::Status History::answer(const node::BatchesQuery& query, node::JournalAnswer& found) {
  base::Result<Statement> newest =
      database_.prepare("SELECT last_seq FROM snapshot WHERE home = ?");
  if (!newest.ok()) return newest.error();
  put(*newest, query.home);
  const base::Result<bool> stands = newest->next();
  if (!stands.ok()) return stands.error();
  if (*stands) found.snapshot_seq = Row(*newest).seq();

  base::Result<Statement> batches = database_.prepare(fmt::format(
      "SELECT {} FROM batch WHERE home = ? AND last_seq >= ? ORDER BY last_seq", kBatchColumns));
  if (!batches.ok()) return batches.error();
  put(*batches, query.home);
  put(*batches, query.from);
  std::size_t entries = 0;
  std::size_t bytes = 0;
  base::Seq next = query.from;
  while (true) {
    const base::Result<bool> more = batches->next();
    if (!more.ok()) return more.error();
    if (!*more) return base::success();
    Row row(*batches);
    base::Result<feed::Batch> batch = read_batch(row);
    if (!batch.ok()) return batch.error();
    // Where a replica skipped ahead to a snapshot, entries are missing: what follows is of no use.
    if (batch->first() > next) return base::success();
    entries += batch->entries.size();
    bytes += batch->entry_bytes();
    // The first one is given however large it is, or the asker would never get on.
    const bool full = entries > query.entries_max || bytes > query.bytes_max;
    if (full && !found.batches.empty()) return base::success();
    next = batch->head.seq + 1;
    found.batches.push_back(std::move(*batch));
  }
}

base::Status History::answer(const node::SnapshotQuery& query, node::JournalAnswer& found) {
  base::Result<Statement> newest = database_.prepare(
      fmt::format("SELECT {}, state FROM snapshot WHERE home = ?", kBatchColumns));
  if (!newest.ok()) return newest.error();
  put(*newest, query.home);
  const base::Result<bool> row = newest->next();
  if (!row.ok()) return row.error();
  if (!*row) return base::success();
  Row columns(*newest);
  base::Result<node::StoredSnapshot> snapshot = read_snapshot(columns);
  if (!snapshot.ok()) return snapshot.error();
  found.snapshot_seq = snapshot->batch.head.seq;
  found.snapshot = std::move(*snapshot);
  return base::success();
}

}  // namespace syrah::store
