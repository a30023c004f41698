#include "api/time_range.h"

#include <fmt/format.h>

#include <string>

#include "base/time.h"
#include "exchange/limits.h"

namespace syrah::api {

using base::kUsPerMs;
using base::kUsPerSecond;

base::Result<std::optional<std::int64_t>> read_time_us(const Target& target,
                                                       std::string_view name) {
  const auto text = target.parameter(name);
  if (!text) return std::optional<std::int64_t>{};
  for (const char* const rest : {"", "T00:00:00Z"}) {
    const auto wall_us = base::from_iso8601(std::string(*text) + rest);
    if (wall_us) return std::optional<std::int64_t>(*wall_us);
  }
  const auto seconds = target.integer(name, 0, exchange::kTimeMsMax / 1000);
  if (seconds) return std::optional<std::int64_t>(**seconds * kUsPerSecond);
  return base::invalid(
      fmt::format("{} must be a time in UTC, as 2026-11-21T07:30:00Z or 2026-11-21, or seconds "
                  "since 1970",
                  name));
}

base::Result<exchange::TimeRange> read_dates(const Target& target) {
  const auto start_us = read_time_us(target, "start_date");
  if (!start_us) return start_us.error();
  const auto end_us = read_time_us(target, "end_date");
  if (!end_us) return end_us.error();
  exchange::TimeRange range;
  if (*start_us) range.from_ms = **start_us / kUsPerMs;
  if (*end_us) range.to_ms = **end_us / kUsPerMs;
  if (*start_us && *end_us && **start_us > **end_us) {
    return base::invalid("start_date must not be later than end_date");
  }
  return range;
}

}  // namespace syrah::api
