#pragma once

// Times in the parameters of a request.

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/target.h"
#include "exchange/history.h"

namespace syrah::api {

/// A time or a day in UTC as text, or seconds since 1970, in microseconds; nothing if it is not
/// given.
base::Result<std::optional<std::int64_t>> read_time_us(const Target& target, std::string_view name);

/// ?start_date= and ?end_date=, both belong to it.
base::Result<exchange::TimeRange> read_dates(const Target& target);

}  // namespace syrah::api
