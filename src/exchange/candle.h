#pragma once

// What was traded in an instrument in equal spans of time: where the price began and ended, how low
// and high it was, and how much. Spans without a trade have no candle.

#include <cstdint>
#include <vector>

#include "exchange/fact.h"

namespace syrah::exchange {

struct Candle {
  std::int64_t start_s = 0;  ///< since 1970, a multiple of the span
  Price low;
  Price high;
  Price open;
  Price close;
  Quantity volume;  ///< as far as 62 bits tell

  bool operator==(const Candle&) const = default;
};

/// Spans in which the history keeps candles; all others are put together from them.
inline constexpr std::int64_t kMinuteS = 60;
inline constexpr std::int64_t kHourS = 3600;
inline constexpr std::int64_t kDayS = 24 * kHourS;
inline constexpr std::int64_t kMonthS = 30 * kDayS;

/// Most lots that a volume counts.
inline constexpr std::int64_t kVolumeMax = std::int64_t{1} << 62U;

/// Takes one more candle of a span that goes into `span_s` seconds, the newest first, into candles
/// of `span_s`.
void add_older(std::vector<Candle>& newest_first, const Candle& finer, std::int64_t span_s);

/// The candles of these trades, newest first.
std::vector<Candle> candles_of(std::vector<TradeFact> trades, std::int64_t span_s);

}  // namespace syrah::exchange
