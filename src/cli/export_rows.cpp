#include "cli/export_rows.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/time.h"

namespace syrah::cli {
namespace {

const ExportKind kKinds[] = {
    {"trades",
     "time",
     {"trade_id", "time", "product_id", "side", "price", "size", "match_id", "maker_order_id",
      "taker_order_id"}},
    {"orders",
     "created_at",
     {"id",           "client_oid",     "created_at", "product_id",  "side",
      "type",         "price",          "size",       "funds",       "stop",
      "stop_price",   "time_in_force",  "post_only",  "filled_size", "executed_value",
      "pending_size", "remaining_size", "status",     "done_reason", "close_reason",
      "done_at"}},
    {"fills",
     "created_at",
     {"trade_id", "created_at", "product_id", "side", "price", "size", "fee", "liquidity",
      "order_id", "client_oid", "match_id", "counter_order_id"}},
};

/// A field is in quotes where it must be, quotes in it are doubled.
std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string field_text(const json::Value& value) {
  if (const auto text = value.string()) return csv_field(*text);
  if (const auto number = value.number_text()) return std::string(*number);
  if (const auto flag = value.boolean()) return *flag ? "true" : "false";
  return "";
}

}  // namespace

base::Result<std::int64_t> read_bound(std::string_view text) {
  constexpr std::size_t kDayLength = 10;  // "2026-11-21"
  const std::string whole =
      text.size() == kDayLength ? std::string(text) + "T00:00:00Z" : std::string(text);
  const auto time_us = base::from_iso8601(whole);
  if (!time_us) {
    return base::invalid(
        fmt::format("{} is not a time as 2026-11-21T07:30:00Z (UTC) or a day as 2026-11-21", text));
  }
  return *time_us;
}

const ExportKind& export_kind(std::string_view name) {
  for (const ExportKind& kind : kKinds) {
    if (kind.name == name) return kind;
  }
  SYRAH_CHECK(false, "the command line allows these kinds only");
  return kKinds[0];
}

base::Result<std::int64_t> time_of(const ExportKind& kind, const json::Value& row) {
  return base::from_iso8601(row.string(kind.time_member).value_or(""));
}

std::string csv_head(const ExportKind& kind) {
  std::string line;
  for (const std::string_view column : kind.columns) {
    if (!line.empty()) line += ',';
    line += column;
  }
  return line;
}

std::string csv_line(const ExportKind& kind, std::string_view product, const json::Value& row) {
  std::string line;
  bool first = true;
  for (const std::string_view column : kind.columns) {
    if (!first) line += ',';
    first = false;
    if (const json::Value* const value = row.find(column)) {
      line += field_text(*value);
    } else if (column == "product_id") {
      line += csv_field(product);
    }
  }
  return line;
}

}  // namespace syrah::cli
