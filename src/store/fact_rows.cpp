#include "store/fact_rows.h"

#include <fmt/format.h>

#include <bit>
#include <utility>

namespace syrah::store {

// In both tables of orders; after these follow what each table has of its own.
#define SYRAH_ORDER_COLUMNS                                                                    \
  "seq, home, instrument, side, type, price, quantity, time_in_force, expires_ms, post_only, " \
  "self_trade, account, client_id, accepted_ms, accepted_counter, priority_ms, "               \
  "priority_counter, priority_home, priority_seq, version, filled, held, cancelled, closed, "  \
  "reason, stop, stop_price, triggered, funds, executed"

const char* const kTradeColumns =
    "row, entry_home, entry_seq, trade_home, trade_seq, instrument, maker_home, maker_seq, "
    "taker_home, taker_seq, taker_side, price, quantity, time_ms, time_counter";
const char* const kFillColumns =
    "row, " SYRAH_ORDER_COLUMNS
    ", entry_home, entry_seq, trade_home, trade_seq, counter_home, counter_seq, maker, "
    "fill_price, fill_quantity, time_ms, time_counter";
const char* const kUnconfirmedColumns =
    "row, id, unconfirmed_trades.instrument, unconfirmed_trades.side, unconfirmed_trades.price, "
    "unconfirmed_trades.quantity, order_seq, peer, unconfirmed_trades.time_ms, "
    "unconfirmed_trades.time_counter, client_id";
// CROSS JOIN keeps SQLite to this order of the tables: the trades are read in the order of the
// answer and no more of them than fill it, each with its order by number.
const char* const kUnconfirmedTables = "unconfirmed_trades CROSS JOIN orders ON seq = order_seq";
const char* const kOrderColumns = SYRAH_ORDER_COLUMNS ", time_ms, time_counter, terms, placed_by";

#undef SYRAH_ORDER_COLUMNS

namespace {

/// The order must stay until the statement was run.
void put(Statement& statement, const exchange::Order& order) {
  store::put(statement, order.id.seq);
  statement.lend_blob(order.id.home.bytes);
  statement.lend_text(order.instrument)
      .lend_text(to_text(order.side))
      .lend_text(to_text(order.type));
  store::put(statement, order.price);
  store::put(statement, order.quantity);
  statement.lend_text(to_text(order.tif))
      .integer(order.expires_ms)
      .integer(order.post_only ? 1 : 0);
  statement.lend_text(to_text(order.self_trade))
      .lend_text(order.account)
      .lend_text(order.client_id);
  store::put(statement, order.accepted);
  store::put(statement, order.priority.time);
  statement.lend_blob(order.priority.home.bytes);
  store::put(statement, order.priority.seq);
  store::put(statement, order.version);
  store::put(statement, order.filled);
  store::put(statement, order.held);
  store::put(statement, order.cancelled);
  statement.integer(order.closed ? 1 : 0).lend_text(to_text(order.reason));
  statement.lend_text(to_text(order.stop));
  store::put(statement, order.stop_price);
  statement.integer(order.triggered ? 1 : 0);
  store::put(statement, order.funds);
  store::put(statement, order.executed);
}

exchange::Order read_order_columns(Row& row) {
  exchange::Order order;
  order.id.seq = row.seq();
  order.id.home = row.node();
  order.instrument = row.text();
  order.side = row.word(exchange::side_from);
  order.type = row.word(exchange::order_type_from);
  order.price = row.price();
  order.quantity = row.quantity();
  order.tif = row.word(exchange::time_in_force_from);
  order.expires_ms = row.integer();
  order.post_only = row.flag();
  order.self_trade = row.word(exchange::self_trade_from);
  order.account = row.text();
  order.client_id = row.text();
  order.accepted = row.time();
  order.priority.time = row.time();
  order.priority.home = row.node();
  order.priority.seq = row.seq();
  order.version = row.seq();
  order.filled = row.quantity();
  order.held = row.quantity();
  order.cancelled = row.quantity();
  order.closed = row.flag();
  order.reason = row.word(exchange::close_reason_from);
  order.stop = row.word(exchange::stop_from);
  order.stop_price = row.price();
  order.triggered = row.flag();
  order.funds = row.notional();
  order.executed = row.notional();
  return order;
}

// What of an order changes in its life. Of the indexed columns only `closed` does, once.
constexpr const char* kOrderChanges =
    "ON CONFLICT (seq) DO UPDATE SET price = excluded.price, quantity = excluded.quantity, "
    "priority_ms = excluded.priority_ms, priority_counter = excluded.priority_counter, "
    "priority_home = excluded.priority_home, priority_seq = excluded.priority_seq, "
    "version = excluded.version, filled = excluded.filled, held = excluded.held, "
    "cancelled = excluded.cancelled, closed = excluded.closed, reason = excluded.reason, "
    "stop_price = excluded.stop_price, triggered = excluded.triggered, "
    "executed = excluded.executed, "
    "time_ms = excluded.time_ms, time_counter = excluded.time_counter";

/// "?,?,?" for a list of columns.
std::string places(std::string_view columns) {
  std::string text = "?";
  for (const char c : columns) {
    if (c == ',') text += ",?";
  }
  return text;
}

base::Error damaged(const char* table, std::int64_t number, const base::Status& status) {
  return {base::ErrorCode::kDamaged,
          fmt::format("table {}, row {}: {}", table, number, status.error().message)};
}

}  // namespace

base::Result<exchange::TradeRow> read_trade(const Statement& statement) {
  Row row(statement);
  exchange::TradeRow read;
  read.row = row.integer();
  read.trade.number = read.row;
  read.trade.entry = row.entry();
  read.trade.trade = row.entry();
  read.trade.instrument = row.text();
  read.trade.maker = row.entry();
  read.trade.taker = row.entry();
  read.trade.taker_side = row.word(exchange::side_from);
  read.trade.price = row.price();
  read.trade.quantity = row.quantity();
  read.trade.time = row.time();
  if (!row.status().ok()) return damaged("trades", read.row, row.status());
  return read;
}

base::Result<exchange::FillRow> read_fill(const Statement& statement) {
  Row row(statement);
  exchange::FillRow read;
  read.row = row.integer();
  read.fill.order = read_order_columns(row);
  read.fill.entry = row.entry();
  read.fill.trade = row.entry();
  read.fill.counter_order = row.entry();
  read.fill.maker = row.flag();
  read.fill.price = row.price();
  read.fill.quantity = row.quantity();
  read.fill.time = row.time();
  if (!row.status().ok()) return damaged("fills", read.row, row.status());
  return read;
}

base::Result<exchange::UnconfirmedRow> read_unconfirmed(const Statement& statement) {
  Row row(statement);
  exchange::UnconfirmedRow read;
  read.row = row.integer();
  read.fact.id = row.text();
  read.fact.instrument = row.text();
  read.fact.side = row.word(exchange::side_from);
  read.fact.price = row.price();
  read.fact.quantity = row.quantity();
  read.fact.order = row.seq();
  read.fact.peer = row.text();
  read.fact.time = row.time();
  read.client_id = row.text();
  if (!row.status().ok()) return damaged("unconfirmed_trades", read.row, row.status());
  return read;
}

base::Result<exchange::OrderRow> read_order(const Statement& statement) {
  Row row(statement);
  exchange::OrderRow read;
  read.fact.order = read_order_columns(row);
  read.row = static_cast<std::int64_t>(read.fact.order.id.seq);
  read.fact.time = row.time();
  read.fact.terms = std::bit_cast<std::uint64_t>(row.integer());
  read.fact.placed_by = std::bit_cast<exchange::KeyTag>(row.integer());
  if (!row.status().ok()) return damaged("orders", read.row, row.status());
  return read;
}

base::Result<FactWriter> FactWriter::prepare(Database& database) {
  FactWriter writer;
  struct Insert {
    Statement& statement;
    const char* what;
    std::string columns;
    const char* otherwise = "";
  };
  const Insert inserts[] = {
      {writer.trade_, "INSERT INTO trades", kTradeColumns, "ON CONFLICT DO NOTHING"},
      {writer.fill_, "INSERT INTO fills", std::string(kFillColumns).substr(5)},
      {writer.order_, "INSERT INTO orders", kOrderColumns, kOrderChanges},
      {writer.abandoned_, "INSERT INTO abandoned_fills",
       "trade_home, trade_seq, maker_home, maker_seq, quantity"},
      {writer.position_now_, "INSERT OR REPLACE INTO positions",
       "account, instrument, side, lots, value"},
  };
  base::Result<Statement> position = database.prepare(
      "SELECT lots, value FROM positions WHERE account = ? AND instrument = ? AND side = ?");
  if (!position.ok()) return position.error();
  writer.position_ = std::move(*position);
  base::Result<Statement> unconfirmed = database.prepare(
      "INSERT INTO unconfirmed_trades (id, instrument, side, price, quantity, order_seq, peer, "
      "time_ms, time_counter, account) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
      "IFNULL((SELECT account FROM orders WHERE seq = ?6), ''))");
  if (!unconfirmed.ok()) return unconfirmed.error();
  writer.unconfirmed_ = std::move(*unconfirmed);
  for (const Insert& insert : inserts) {
    base::Result<Statement> statement =
        database.prepare(fmt::format("{} ({}) VALUES ({}) {}", insert.what, insert.columns,
                                     places(insert.columns), insert.otherwise));
    if (!statement.ok()) return statement.error();
    insert.statement = std::move(*statement);
  }
  return writer;
}

base::Status FactWriter::write(const exchange::Fact& fact) {
  return std::visit([this](const auto& one) { return write(one); }, fact);
}

base::Status FactWriter::write(const exchange::TradeFact& fact) {
  if (fact.number == 0) {
    trade_.null();
  } else {
    trade_.integer(fact.number);
  }
  store::put(trade_, fact.entry);
  store::put(trade_, fact.trade);
  trade_.lend_text(fact.instrument);
  store::put(trade_, fact.maker);
  store::put(trade_, fact.taker);
  trade_.lend_text(to_text(fact.taker_side));
  store::put(trade_, fact.price);
  store::put(trade_, fact.quantity);
  store::put(trade_, fact.time);
  return trade_.run();
}

base::Status FactWriter::write(const exchange::FillFact& fact) {
  put(fill_, fact.order);
  store::put(fill_, fact.entry);
  store::put(fill_, fact.trade);
  store::put(fill_, fact.counter_order);
  fill_.integer(fact.maker ? 1 : 0);
  store::put(fill_, fact.price);
  store::put(fill_, fact.quantity);
  store::put(fill_, fact.time);
  if (const base::Status done = fill_.run(); !done.ok()) return done;
  return add_to_position(fact);
}

base::Status FactWriter::add_to_position(const exchange::FillFact& fact) {
  const exchange::Order& order = fact.order;
  position_.lend_text(order.account).lend_text(order.instrument).lend_text(to_text(order.side));
  const base::Result<bool> known = position_.next();
  if (!known.ok()) return known.error();
  base::Int128 lots = fact.quantity.lots;
  exchange::Notional value = fact.price * fact.quantity;
  if (*known) {
    Row row(position_);
    lots += row.notional().units;
    value += row.notional();
    if (!row.status().ok()) return damaged("positions", 0, row.status());
  }
  position_.reset();
  position_now_.lend_text(order.account).lend_text(order.instrument).lend_text(to_text(order.side));
  store::put(position_now_, exchange::Notional{lots});
  store::put(position_now_, value);
  return position_now_.run();
}

base::Status FactWriter::write(const exchange::OrderFact& fact) {
  put(order_, fact.order);
  store::put(order_, fact.time);
  order_.integer(std::bit_cast<std::int64_t>(fact.terms));
  order_.integer(std::bit_cast<std::int64_t>(fact.placed_by));
  return order_.run();
}

base::Status FactWriter::write(const exchange::AbandonedFilledFact& fact) {
  store::put(abandoned_, fact.trade);
  store::put(abandoned_, fact.maker);
  store::put(abandoned_, fact.quantity);
  return abandoned_.run();
}

base::Status FactWriter::write(const exchange::UnconfirmedFact& fact) {
  unconfirmed_.lend_text(fact.id).lend_text(fact.instrument).lend_text(to_text(fact.side));
  store::put(unconfirmed_, fact.price);
  store::put(unconfirmed_, fact.quantity);
  store::put(unconfirmed_, fact.order);
  unconfirmed_.lend_text(fact.peer);
  store::put(unconfirmed_, fact.time);
  return unconfirmed_.run();
}

}  // namespace syrah::store
