#include "api/product_codec.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"
#include "exchange/limits.h"

namespace syrah::api {

void write_product(json::Writer& out, const exchange::Instrument& instrument) {
  out.begin_object()
      .string("id", instrument.name)
      .string("base_currency", instrument.base_currency())
      .string("quote_currency", instrument.quote_currency())
      .string("quote_increment", base::to_text(instrument.tick))
      .string("base_increment", base::to_text(instrument.lot))
      .string("base_min_size", base::to_text(instrument.lot))
      .string("min_market_funds", instrument.text(exchange::Notional{1}))
      .string("display_name",
              fmt::format("{}-{}", instrument.base_currency(), instrument.quote_currency()))
      .string("status", "online")
      .string("status_message", "")
      .string("max_slippage_percentage", fmt::format("{}.{:03}", exchange::kCollarPerMille / 1000,
                                                     exchange::kCollarPerMille % 1000))
      .boolean("margin_enabled", false)
      .boolean("fx_stablecoin", false)
      .boolean("auction_mode", false)
      .boolean("post_only", false)
      .boolean("limit_only", false)
      .boolean("cancel_only", false)
      .boolean("trading_disabled", false)
      .end_object();
}

CurrencyDecimals currency_decimals(const std::vector<exchange::Instrument>& instruments) {
  CurrencyDecimals decimals;
  const auto note = [&](std::string_view name, std::size_t count) {
    std::size_t& known = decimals[std::string(name)];
    known = std::max(known, count);
  };
  for (const exchange::Instrument& instrument : instruments) {
    note(instrument.base_currency(), instrument.lot.scale);
    note(instrument.quote_currency(), std::size_t{instrument.tick.scale} + instrument.lot.scale);
  }
  return decimals;
}

void write_currency(json::Writer& out, std::string_view name, std::size_t decimals) {
  const std::string step = decimals == 0 ? "1" : fmt::format("0.{:0>{}}", 1, decimals);
  out.begin_object()
      .string("id", name)
      .string("name", name)
      .string("min_size", step)
      .string("max_precision", step)
      .string("status", "online")
      .string("message", "")
      .key("convertible_to")
      .begin_array()
      .end_array()
      .key("details")
      .begin_object()
      .end_object()
      .key("supported_networks")
      .begin_array()
      .end_array()
      .end_object();
}

void write_currencies(json::Writer& out, const std::vector<exchange::Instrument>& instruments) {
  out.begin_array();
  for (const auto& [name, decimals] : currency_decimals(instruments)) {
    write_currency(out, name, decimals);
  }
  out.end_array();
}

}  // namespace syrah::api
