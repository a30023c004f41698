// What everyone may see of the market: products, books, trades.

#include <fmt/format.h>

#include "api/book_codec.h"
#include "api/errors.h"
#include "api/market_stats.h"
#include "api/pagination.h"
#include "api/product_codec.h"
#include "api/routes.h"
#include "api/trade_codec.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::Instrument;

Answer products(const Call& call) {
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const Instrument& instrument : call.context.exchange.instruments()) {
    write_product(out, instrument);
  }
  out.end_array();
  return answer_with(std::move(body));
}

Answer product(const Call& call) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  std::string body;
  json::Writer out(body);
  write_product(out, **instrument);
  return answer_with(std::move(body));
}

Answer currencies(const Call& call) {
  std::string body;
  json::Writer out(body);
  write_currencies(out, call.context.exchange.instruments());
  return answer_with(std::move(body));
}

Answer currency(const Call& call) {
  const CurrencyDecimals all = currency_decimals(call.context.exchange.instruments());
  const auto found = all.find(call.captures[0]);
  if (found == all.end()) {
    return not_found(
        fmt::format("there is no currency {} here; see GET /currencies", quoted(call.captures[0])));
  }
  std::string body;
  json::Writer out(body);
  write_currency(out, found->first, found->second);
  return answer_with(std::move(body));
}

Answer book(const Call& call) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  const auto level = call.target.integer("level", 1, 3);
  if (!level) return level.error();
  return answer_with(write_book(call.context, **instrument, level->value_or(1)));
}

Answer trades(const Call& call) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  const auto page = read_page(call.target);
  if (!page) return page.error();
  return Outcome(NeedsHistory{exchange::TradesQuery{(*instrument)->name, *page}});
}

base::Result<HttpResponse> finish_trades(const Call& call, const exchange::HistoryAnswer& answer) {
  const auto instrument = find_product(call, call.captures[0]);
  if (!instrument) return instrument.error();
  const auto page = read_page(call.target);
  if (!page) return page.error();
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  for (const exchange::TradeRow& row : answer.trades) write_trade(out, row, **instrument);
  out.end_array();
  add_cursors(response, answer.trades, page->limit);
  return response;
}

Answer time(const Call& call) {
  const std::int64_t wall_ms = call.context.now.wall_ms();
  std::string body;
  json::Writer(body)
      .begin_object()
      .string("iso", base::to_iso8601(call.context.now.wall_us))
      .raw("epoch", fmt::format("{}.{:03}", wall_ms / 1000, wall_ms % 1000))
      .end_object();
  return answer_with(std::move(body));
}

constexpr Route kMarketRoutes[] = {
    {"GET", "/products", kPublic, products},
    {"GET", "/products/spark-lines", kPublic, spark_lines, finish_spark_lines},
    {"GET", "/products/{}", kPublic, product},
    {"GET", "/products/{}/book", kPublic, book},
    {"GET", "/products/{}/trades", kPublic, trades, finish_trades},
    {"GET", "/products/{}/ticker", kPublic, ask_stats, finish_ticker},
    {"GET", "/products/{}/candles", kPublic, candles, finish_candles},
    {"GET", "/products/{}/stats", kPublic, ask_stats, finish_stats},
    {"GET", "/currencies", kPublic, currencies},
    {"GET", "/currencies/{}", kPublic, currency},
    {"GET", "/time", kPublic, time},
};

}  // namespace

std::span<const Route> market_routes() { return kMarketRoutes; }

}  // namespace syrah::api
