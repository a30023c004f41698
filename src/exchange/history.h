#pragma once

// Questions to the history on disk and their answers, as values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exchange/candle.h"
#include "exchange/fact.h"

namespace syrah::exchange {

/// Newest first. `before` and `after` page by the row number that every row carries: rows newer
/// than `before`, rows older than `after` (the words of the Coinbase Exchange API).
struct PageOf {
  std::uint32_t limit = 100;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
};

/// Wall clock, ms; both ends belong to it.
struct TimeRange {
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;

  [[nodiscard]] bool has(std::int64_t ms) const {
    return (!from_ms || ms >= *from_ms) && (!to_ms || ms <= *to_ms);
  }
};

struct TradesQuery {
  std::string instrument;
  PageOf page;
};
/// Answered with `fills`, or with `unconfirmed`: the cursors count the rows of the one or the
/// other.
struct FillsQuery {
  std::string account;
  std::string instrument;  ///< empty: all
  std::optional<Seq> order;
  PageOf page;
  TimeRange time = {};
  bool unconfirmed = false;  ///< the trades with basic peers instead
};
struct OrdersQuery {
  std::string account;
  std::string instrument;  ///< empty: all
  PageOf page;
  TimeRange accepted = {};
};
struct OrderQuery {
  std::string account;
  std::optional<Seq> order;
  std::string client_id;  ///< used when `order` is not given
};
/// Candles of 60 s or a multiple of it that starts from `from_s` to `to_s`, newest first; at most
/// kCandlesMax of them.
struct CandlesQuery {
  std::string instrument;
  std::int64_t span_s = 60;
  std::int64_t from_s = 0;
  std::int64_t to_s = 0;
};
/// The last trade, the last 24 hours and the last 30 days.
struct StatsQuery {
  std::string instrument;
  std::int64_t now_s = 0;
};
/// Candles of an hour of the last 24 hours, of several instruments.
struct SparkLinesQuery {
  std::vector<std::string> instruments;
  std::int64_t now_s = 0;
};
/// What an account bought and sold in all, by instrument.
struct PositionsQuery {
  std::string account;
};
using HistoryQuery = std::variant<TradesQuery, FillsQuery, OrdersQuery, OrderQuery, CandlesQuery,
                                  StatsQuery, SparkLinesQuery, PositionsQuery>;

inline constexpr std::size_t kCandlesMax = 300;

struct TradeRow {
  std::int64_t row = 0;
  TradeFact trade;
};
struct FillRow {
  std::int64_t row = 0;
  FillFact fill;
};
/// A trade with a basic peer, in the account of the own order.
struct UnconfirmedRow {
  std::int64_t row = 0;
  UnconfirmedFact fact;
  std::string client_id;  ///< of the own order
};
struct OrderRow {
  std::int64_t row = 0;
  OrderFact fact;
};

struct PositionRow {
  std::string instrument;
  Side side = Side::kBuy;
  base::Int128 lots = 0;  ///< bought or sold
  Notional value;         ///< paid or got for it
};

struct HistoryAnswer {
  std::vector<TradeRow> trades;
  std::vector<FillRow> fills;
  std::vector<UnconfirmedRow> unconfirmed;
  std::vector<OrderRow> orders;
  std::vector<Candle> candles;
  std::vector<std::vector<Candle>> spark_lines;  ///< as the instruments asked for, newest first
  std::optional<Candle> day;  ///< the last 24 hours as one candle, if anything was traded
  Quantity month_volume;
  std::vector<PositionRow> positions;
  std::string error;  ///< empty unless the database failed
};

}  // namespace syrah::exchange
