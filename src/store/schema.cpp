#include "store/schema.h"

#include <fmt/format.h>

#include <array>

namespace syrah::store {
namespace {

// Times are two columns, milliseconds and counter; ids of entries are two, home and number.
// Prices are in ticks and quantities in lots of the row's instrument.
//
// batch        what the feeds say; rows of one home follow on each other by number. Batches of
//              75 KB lie in a table of their own with a slim index beside it.
// feed_end     where each feed ends, so that the loss of the last rows shows.
// snapshot     the newest of each home, with the batch that ends in its checkpoint.
// trades       unique by the maker's home's entry: a replica that is fetched again after damage
//              tells its trades again.
// orders       own orders; the row number is the order's number.
// fills        carries the order as it was after the fill.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last_transaction INTEGER NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0);

CREATE TABLE batch (
  row INTEGER PRIMARY KEY,
  home BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  previous BLOB NOT NULL,
  entries TEXT NOT NULL,
  head_ms INTEGER NOT NULL,
  head_counter INTEGER NOT NULL,
  hash BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX batch_of_home ON batch (home, last_seq);

CREATE TABLE feed_end (
  home BLOB PRIMARY KEY,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  home BLOB NOT NULL UNIQUE,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  previous BLOB NOT NULL,
  entries TEXT NOT NULL,
  head_ms INTEGER NOT NULL,
  head_counter INTEGER NOT NULL,
  hash BLOB NOT NULL,
  signature BLOB NOT NULL,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE trades (
  row INTEGER PRIMARY KEY,
  entry_home BLOB NOT NULL,
  entry_seq INTEGER NOT NULL,
  trade_home BLOB NOT NULL,
  trade_seq INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  maker_home BLOB NOT NULL,
  maker_seq INTEGER NOT NULL,
  taker_home BLOB NOT NULL,
  taker_seq INTEGER NOT NULL,
  taker_side TEXT NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  time_counter INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX trades_of_entry ON trades (entry_home, entry_seq);
CREATE INDEX trades_of_instrument ON trades (instrument);

CREATE TABLE orders (
  seq INTEGER PRIMARY KEY,
  home BLOB NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  type TEXT NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  time_in_force TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  post_only INTEGER NOT NULL,
  self_trade TEXT NOT NULL,
  account TEXT NOT NULL,
  client_id TEXT NOT NULL,
  accepted_ms INTEGER NOT NULL,
  accepted_counter INTEGER NOT NULL,
  priority_ms INTEGER NOT NULL,
  priority_counter INTEGER NOT NULL,
  priority_home BLOB NOT NULL,
  priority_seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filled INTEGER NOT NULL,
  held INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  reason TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  time_counter INTEGER NOT NULL,
  terms INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_of_account ON orders (account);
CREATE INDEX orders_of_account_instrument ON orders (account, instrument);
CREATE INDEX orders_of_client_id ON orders (account, client_id) WHERE client_id <> '';

CREATE TABLE fills (
  row INTEGER PRIMARY KEY,
  entry_home BLOB NOT NULL,
  entry_seq INTEGER NOT NULL,
  trade_home BLOB NOT NULL,
  trade_seq INTEGER NOT NULL,
  counter_home BLOB NOT NULL,
  counter_seq INTEGER NOT NULL,
  maker INTEGER NOT NULL,
  fill_price INTEGER NOT NULL,
  fill_quantity INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  time_counter INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  home BLOB NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  type TEXT NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  time_in_force TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  post_only INTEGER NOT NULL,
  self_trade TEXT NOT NULL,
  account TEXT NOT NULL,
  client_id TEXT NOT NULL,
  accepted_ms INTEGER NOT NULL,
  accepted_counter INTEGER NOT NULL,
  priority_ms INTEGER NOT NULL,
  priority_counter INTEGER NOT NULL,
  priority_home BLOB NOT NULL,
  priority_seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  filled INTEGER NOT NULL,
  held INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX fills_of_account ON fills (account);
CREATE INDEX fills_of_account_instrument ON fills (account, instrument);
CREATE INDEX fills_of_order ON fills (seq);

CREATE TABLE abandoned_fills (
  row INTEGER PRIMARY KEY,
  trade_home BLOB NOT NULL,
  trade_seq INTEGER NOT NULL,
  maker_home BLOB NOT NULL,
  maker_seq INTEGER NOT NULL,
  quantity INTEGER NOT NULL
) STRICT;

CREATE TABLE unconfirmed_trades (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  order_seq INTEGER NOT NULL,
  peer TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  time_counter INTEGER NOT NULL
) STRICT;
)sql";

// Stop orders, orders by funds, and what the fills of an order are worth (ticks times lots, as
// text: it may not fit into 64 bits; 0 for fills from before).
constexpr const char* kVersion2 = R"sql(
ALTER TABLE orders ADD COLUMN stop TEXT NOT NULL DEFAULT 'none';
ALTER TABLE orders ADD COLUMN stop_price INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN triggered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN funds TEXT NOT NULL DEFAULT '0';
ALTER TABLE orders ADD COLUMN executed TEXT NOT NULL DEFAULT '0';
ALTER TABLE fills ADD COLUMN stop TEXT NOT NULL DEFAULT 'none';
ALTER TABLE fills ADD COLUMN stop_price INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fills ADD COLUMN triggered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fills ADD COLUMN funds TEXT NOT NULL DEFAULT '0';
ALTER TABLE fills ADD COLUMN executed TEXT NOT NULL DEFAULT '0';
)sql";

// candles      of a minute and of an hour, made of the trades as they are written; candles of other
//              spans are put together from them (history.cpp). A trade may be told late: open and
//              close go by the trades' own times. Strangers' trades could overflow a volume: it
//              stops at kVolumeMax.
// positions    sums over the fills of an account, as text: they may not fit into 64 bits.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE candles (
  instrument TEXT NOT NULL,
  span_s INTEGER NOT NULL,
  start_s INTEGER NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL,
  open INTEGER NOT NULL,
  close INTEGER NOT NULL,
  volume INTEGER NOT NULL,
  open_ms INTEGER NOT NULL,
  open_counter INTEGER NOT NULL,
  close_ms INTEGER NOT NULL,
  close_counter INTEGER NOT NULL,
  PRIMARY KEY (instrument, span_s, start_s)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER trades_make_candles AFTER INSERT ON trades BEGIN
  INSERT INTO candles
    SELECT new.instrument, span.column1, new.time_ms / 1000 / span.column1 * span.column1,
           new.price, new.price, new.price, new.price, new.quantity,
           new.time_ms, new.time_counter, new.time_ms, new.time_counter
    FROM (VALUES (60), (3600)) AS span WHERE TRUE
    ON CONFLICT (instrument, span_s, start_s) DO UPDATE SET
      low = min(low, excluded.low),
      high = max(high, excluded.high),
      volume = min(volume + excluded.volume, 4611686018427387904),
      open = iif((excluded.open_ms, excluded.open_counter) < (open_ms, open_counter),
                 excluded.open, open),
      close = iif((excluded.close_ms, excluded.close_counter) >= (close_ms, close_counter),
                  excluded.close, close),
      (open_ms, open_counter) =
          (SELECT excluded.open_ms, excluded.open_counter
             WHERE (excluded.open_ms, excluded.open_counter) < (open_ms, open_counter)
           UNION ALL SELECT open_ms, open_counter LIMIT 1),
      (close_ms, close_counter) =
          (SELECT excluded.close_ms, excluded.close_counter
             WHERE (excluded.close_ms, excluded.close_counter) >= (close_ms, close_counter)
           UNION ALL SELECT close_ms, close_counter LIMIT 1);
END;

CREATE TEMP TABLE trades_before AS SELECT * FROM trades;
DELETE FROM trades;
INSERT INTO trades SELECT * FROM trades_before;
DROP TABLE trades_before;

CREATE TABLE positions (
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  lots TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (account, instrument, side)
) STRICT, WITHOUT ROWID;
INSERT INTO positions
  SELECT account, instrument, side, printf('%lld', sum(fill_quantity)),
         printf('%lld%09lld', high + low / 1000000000, low % 1000000000)
  FROM (SELECT account, instrument, side, fill_quantity,
               sum(fill_price * fill_quantity / 1000000000) OVER same AS high,
               sum(fill_price * fill_quantity % 1000000000) OVER same AS low
        FROM fills WINDOW same AS (PARTITION BY account, instrument, side))
  GROUP BY account, instrument, side;
)sql";

// Which key an order was placed with (0 for orders from before), and those that are open.
constexpr const char* kVersion4 = R"sql(
ALTER TABLE orders ADD COLUMN placed_by INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_open ON orders (placed_by) WHERE closed = 0;
)sql";

// Whose an unconfirmed trade is, and indexes by which it is found, as fills are.
constexpr const char* kVersion5 = R"sql(
ALTER TABLE unconfirmed_trades ADD COLUMN account TEXT NOT NULL DEFAULT '';
UPDATE unconfirmed_trades
  SET account = IFNULL((SELECT orders.account FROM orders WHERE seq = order_seq), '');
CREATE INDEX unconfirmed_of_account ON unconfirmed_trades (account);
CREATE INDEX unconfirmed_of_account_instrument ON unconfirmed_trades (account, instrument);
CREATE INDEX unconfirmed_of_order ON unconfirmed_trades (order_seq);
)sql";

constexpr std::array<Migration, 5> kMigrations = {
    {{1, kVersion1}, {2, kVersion2}, {3, kVersion3}, {4, kVersion4}, {5, kVersion5}}};

base::Status run(Database& database, const Migration& migration) {
  const base::Status begun = database.begin();
  if (!begun.ok()) return begun;
  base::Status done = database.execute(migration.sql);
  if (done.ok()) {
    done = database.execute(fmt::format("UPDATE schema_version SET version = {}", migration.to));
  }
  if (done.ok()) done = database.commit();
  if (!done.ok()) database.rollback();
  return done;
}

base::Result<std::int64_t> version_of(Database& database) {
  const base::Status made = database.execute(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT;"
      "INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version);"
      "COMMIT");
  if (!made.ok()) {
    database.rollback();
    return made.error();
  }
  return database.integer("SELECT version FROM schema_version");
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

base::Status migrate(Database& database, std::span<const Migration> list) {
  const base::Result<std::int64_t> version = version_of(database);
  if (!version.ok()) return version.error();
  const std::int64_t newest = list.empty() ? 0 : list.back().to;
  if (*version > newest) {
    return base::Error{
        base::ErrorCode::kRefused,
        fmt::format("database {} was written by a newer Syrah: its schema has version {}, this "
                    "program knows up to {}",
                    database.file(), *version, newest)};
  }
  for (const Migration& migration : list) {
    if (migration.to <= *version) continue;
    const base::Status done = run(database, migration);
    if (!done.ok()) {
      return base::Error{done.error().code, fmt::format("bringing the schema to version {}: {}",
                                                        migration.to, done.error().message)};
    }
  }
  return base::success();
}

}  // namespace syrah::store
