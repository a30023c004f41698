#include "api/pagination.h"

#include <limits>
#include <string>

#include "api/limits.h"

namespace syrah::api {

base::Result<exchange::PageOf> read_page(const Target& target) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const auto limit = target.integer("limit", 1, kPageRowsMax);
  if (!limit) return limit.error();
  const auto before = target.integer("before", 0, kMax);
  if (!before) return before.error();
  const auto after = target.integer("after", 0, kMax);
  if (!after) return after.error();
  exchange::PageOf page;
  page.limit = static_cast<std::uint32_t>(limit->value_or(kPageRowsUsual));
  page.before = *before;
  page.after = *after;
  return page;
}

void add_cursors(HttpResponse& response, std::int64_t newest, std::int64_t oldest, bool full) {
  response.headers.emplace_back("CB-BEFORE", std::to_string(newest));
  if (full) response.headers.emplace_back("CB-AFTER", std::to_string(oldest));
}

}  // namespace syrah::api
