#include "api/market_stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/errors.h"
#include "api/order_codec.h"
#include "api/time_range.h"
#include "exchange/limits.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::Instrument;

constexpr std::array<std::int64_t, 6> kSpansS = {60, 300, 900, 3600, 21'600, 86'400};

std::int64_t now_s(const Call& call) { return call.context.now.wall_us / base::kUsPerSecond; }

base::Result<std::int64_t> read_span(const Call& call) {
  const auto asked = call.target.parameter("granularity");
  if (!asked) return kSpansS.front();
  for (const std::int64_t span_s : kSpansS) {
    if (*asked == std::to_string(span_s)) return span_s;
  }
  return base::invalid(fmt::format("granularity {} is not one of {} seconds", quoted(*asked),
                                   fmt::join(kSpansS, ", ")));
}

base::Result<std::optional<std::int64_t>> read_time_s(const Call& call, std::string_view name) {
  const auto time_us = read_time_us(call.target, name);
  if (!time_us || !*time_us) return time_us;
  return std::optional<std::int64_t>(**time_us / base::kUsPerSecond);
}

base::Result<exchange::CandlesQuery> read_candles_query(const Call& call) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  const auto span_s = read_span(call);
  if (!span_s) return span_s.error();
  const auto start_s = read_time_s(call, "start");
  if (!start_s) return start_s.error();
  const auto end_s = read_time_s(call, "end");
  if (!end_s) return end_s.error();
  exchange::CandlesQuery query;
  query.instrument = (*instrument)->name;
  query.span_s = *span_s;
  const auto most = static_cast<std::int64_t>(exchange::kCandlesMax);
  // As many as there may be: those before the end, or up to now.
  query.to_s =
      end_s->value_or(start_s->has_value() ? **start_s + (most - 1) * *span_s : now_s(call));
  query.from_s = start_s->value_or(std::max<std::int64_t>(query.to_s - (most - 1) * *span_s, 0));
  if (query.from_s > query.to_s) return base::invalid("start must not be later than end");
  const std::int64_t first = (query.from_s + *span_s - 1) / *span_s;
  if (start_s->has_value() && query.to_s / *span_s - first + 1 > most) {
    return base::invalid(
        fmt::format("from start to end there are more than {} candles of {} s: ask for less, or "
                    "for longer ones",
                    most, *span_s));
  }
  return query;
}

void write_best(json::Writer& out, const Call& call, const Instrument& instrument) {
  const exchange::OrderBook* const orders = call.context.exchange.book(instrument.name);
  for (const auto& [name, side] :
       {std::pair{"bid", exchange::Side::kBuy}, std::pair{"ask", exchange::Side::kSell}}) {
    const auto best = orders == nullptr ? std::nullopt : orders->best(side);
    if (best) out.string(name, instrument.text(*best));
  }
}

/// Numbers: time, low, high, open, close.
void write_prices(json::Writer& out, const exchange::Candle& candle, const Instrument& instrument) {
  out.integer(candle.start_s)
      .raw(instrument.text(candle.low))
      .raw(instrument.text(candle.high))
      .raw(instrument.text(candle.open))
      .raw(instrument.text(candle.close));
}

std::string day_volume(const exchange::HistoryAnswer& answer, const Instrument& instrument) {
  return instrument.text(answer.day ? answer.day->volume : exchange::Quantity{});
}

}  // namespace

Answer ask_stats(const Call& call) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  return Outcome(NeedsHistory{exchange::StatsQuery{(*instrument)->name, now_s(call)}});
}

base::Result<HttpResponse> finish_ticker(const Call& call, const exchange::HistoryAnswer& answer) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_object();
  write_best(out, call, **instrument);
  if (!answer.trades.empty()) {
    const exchange::TradeRow& last = answer.trades.front();
    out.integer("trade_id", last.row)
        .string("price", (*instrument)->text(last.trade.price))
        .string("size", (*instrument)->text(last.trade.quantity));
  }
  out.string("volume", day_volume(answer, **instrument))
      .string("time", base::to_iso8601(call.context.now.wall_us))
      .end_object();
  return response;
}

base::Result<HttpResponse> finish_stats(const Call& call, const exchange::HistoryAnswer& answer) {
  const auto found = find_product(call, call.captures[0]);
  if (!found) return found.error();
  const Instrument& instrument = **found;
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_object();
  if (answer.day) {
    out.string("open", instrument.text(answer.day->open))
        .string("high", instrument.text(answer.day->high))
        .string("low", instrument.text(answer.day->low));
  }
  if (!answer.trades.empty()) {
    out.string("last", instrument.text(answer.trades.front().trade.price));
  }
  out.string("volume", day_volume(answer, instrument))
      .string("volume_30day", instrument.text(answer.month_volume))
      .end_object();
  return response;
}

Answer spark_lines(const Call& call) {
  exchange::SparkLinesQuery query;
  for (const Instrument& instrument : call.context.exchange.instruments()) {
    query.instruments.push_back(instrument.name);
  }
  query.now_s = now_s(call);
  return Outcome(NeedsHistory{std::move(query)});
}

base::Result<HttpResponse> finish_spark_lines(const Call& call,
                                              const exchange::HistoryAnswer& answer) {
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_object();
  auto line = answer.spark_lines.begin();
  for (const Instrument& instrument : call.context.exchange.instruments()) {
    if (line == answer.spark_lines.end()) break;
    out.key(instrument.name).begin_array();
    for (const exchange::Candle& candle : *line) {
      out.begin_array();
      write_prices(out, candle, instrument);
      out.end_array();
    }
    out.end_array();
    ++line;
  }
  out.end_object();
  return response;
}

Answer candles(const Call& call) {
  base::Result<exchange::CandlesQuery> query = read_candles_query(call);
  if (!query) return query.error();
  return Outcome(NeedsHistory{*std::move(query)});
}

base::Result<HttpResponse> finish_candles(const Call& call, const exchange::HistoryAnswer& answer) {
  const auto found = find_product(call, call.captures[0]);
  if (!found) return found.error();
  const Instrument& instrument = **found;
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  for (const exchange::Candle& candle : answer.candles) {
    out.begin_array();
    write_prices(out, candle, instrument);
    out.raw(instrument.text(candle.volume)).end_array();
  }
  out.end_array();
  return response;
}

}  // namespace syrah::api
