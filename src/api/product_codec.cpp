#include "api/product_codec.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

#include "base/decimal.h"

namespace syrah::api {

void write_product(json::Writer& out, const exchange::Instrument& instrument) {
  out.begin_object()
      .string("id", instrument.name)
      .string("base_currency", instrument.base_currency())
      .string("quote_currency", instrument.quote_currency())
      .string("quote_increment", base::to_text(instrument.tick))
      .string("base_increment", base::to_text(instrument.lot))
      .string("base_min_size", base::to_text(instrument.lot))
      .string("display_name",
              fmt::format("{}-{}", instrument.base_currency(), instrument.quote_currency()))
      .string("status", "online")
      .string("status_message", "")
      .boolean("margin_enabled", false)
      .boolean("post_only", false)
      .boolean("limit_only", false)
      .boolean("cancel_only", false)
      .boolean("trading_disabled", false)
      .end_object();
}

void write_currencies(json::Writer& out, const std::vector<exchange::Instrument>& instruments) {
  std::set<std::string_view> names;
  for (const exchange::Instrument& instrument : instruments) {
    names.insert(instrument.base_currency());
    names.insert(instrument.quote_currency());
  }
  out.begin_array();
  for (const std::string_view name : names) {
    out.begin_object()
        .string("id", name)
        .string("name", name)
        .string("status", "online")
        .end_object();
  }
  out.end_array();
}

}  // namespace syrah::api
