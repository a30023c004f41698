#pragma once

// What "syrah export" writes of the API's rows.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace syrah::cli {

/// Microseconds since 1970 of "2026-11-21T07:30:00Z", with up to 6 decimals, or of the beginning of
/// "2026-11-21" in UTC.
base::Result<std::int64_t> read_bound(std::string_view text);

/// From `from_us` up to before `to_us`.
struct TimeRange {
  std::optional<std::int64_t> from_us;
  std::optional<std::int64_t> to_us;

  [[nodiscard]] bool has(std::int64_t time_us) const {
    return (!from_us || time_us >= *from_us) && (!to_us || time_us < *to_us);
  }
};

/// One kind of rows.
struct ExportKind {
  std::string_view name;         ///< trades, orders, fills
  std::string_view time_member;  ///< what the range is about
  std::vector<std::string_view> columns;
};
const ExportKind& export_kind(std::string_view name);

/// When the row happened.
base::Result<std::int64_t> time_of(const ExportKind& kind, const json::Value& row);

std::string csv_head(const ExportKind& kind);
/// RFC 4180, but for the line ends, which are the caller's. `product`: for rows that do not say it
/// themselves.
std::string csv_line(const ExportKind& kind, std::string_view product, const json::Value& row);

}  // namespace syrah::cli
