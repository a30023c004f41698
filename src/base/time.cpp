#include "base/time.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>

#include "base/time_text.h"

namespace syrah::base {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kSecondsEnd = 19;  ///< length of "2026-11-21T07:30:00"
constexpr std::size_t kDecimalsMax = 6;
constexpr std::size_t kTextSize = 27;  ///< of "2026-11-21T07:30:00.123456Z"

// The years 0000 to 9999: four digits are what the format has.
constexpr std::int64_t kWallMinUs = -62'167'219'200 * kUsPerSecond;
constexpr std::int64_t kWallMaxUs = 253'402'300'800 * kUsPerSecond - 1;

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

/// The number that the digits spell, or -1 if one of them is none.
int number_at(std::string_view text, std::size_t position, std::size_t digits) {
  int number = 0;
  for (const char c : text.substr(position, digits)) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// The decimals of the second in microseconds, or -1 if the rest of the text is wrong.
int parse_rest(std::string_view rest) {
  if (rest == "Z") return 0;
  if (rest.size() < 3 || rest.size() > kDecimalsMax + 2) return -1;
  if (rest.front() != '.' || rest.back() != 'Z') return -1;
  const std::size_t decimals = rest.size() - 2;
  int us = number_at(rest, 1, decimals);
  if (us < 0) return -1;
  for (std::size_t i = decimals; i < kDecimalsMax; ++i) us *= 10;
  return us;
}

/// The last so many decimal digits of a number that is not negative.
void put_digits(char* at, int digits, std::int64_t number) {
  for (char* digit = at + digits; digit != at; number /= 10) {
    *--digit = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

InlineText<kTextSize> to_inline_iso8601(std::int64_t wall_us) {
  wall_us = std::clamp(wall_us, kWallMinUs, kWallMaxUs);
  const std::int64_t seconds = floor_divide(wall_us, kUsPerSecond);
  const std::int64_t days = floor_divide(seconds, kSecondsPerDay);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  const std::int64_t of_day = seconds - days * kSecondsPerDay;
  // Digit by digit: all that is told of an order has times in it, and patterns take long.
  InlineText<kTextSize> text;
  char* const at = text.extend(kTextSize);
  std::memcpy(at, "yyyy-mm-ddThh:mm:ss.uuuuuuZ", kTextSize);
  put_digits(at, 4, static_cast<int>(date.year()));
  put_digits(at + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(at + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(at + 11, 2, of_day / 3600);
  put_digits(at + 14, 2, of_day / 60 % 60);
  put_digits(at + 17, 2, of_day % 60);
  put_digits(at + 20, 6, wall_us - seconds * kUsPerSecond);
  return text;
}

std::string to_iso8601(std::int64_t wall_us) { return to_inline_iso8601(wall_us).string(); }

Result<std::int64_t> from_iso8601(std::string_view text) {
  const auto wrong = [] {
    return invalid("time: must look like 2026-11-21T07:30:00.123456Z, in UTC");
  };
  if (text.size() <= kSecondsEnd) return wrong();
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return wrong();
  }
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  const int us = parse_rest(text.substr(kSecondsEnd));
  if (std::min({year, month, day, hour, minute, second, us}) < 0) return wrong();
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) {
    return invalid("time: no such day or no such time of day");
  }
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t of_day = hour * 3600 + minute * 60 + second;
  return (days * kSecondsPerDay + of_day) * kUsPerSecond + us;
}

Hlc HlcClock::next(std::int64_t wall_ms) {
  if (wall_ms > last_.ms) {
    last_ = {wall_ms, 0};
  } else if (last_.counter == std::numeric_limits<std::uint32_t>::max()) {
    last_ = {last_.ms + 1, 0};
  } else {
    ++last_.counter;
  }
  return last_;
}

void HlcClock::merge(Hlc seen, std::int64_t wall_ms) {
  // last_ is never negative, so neither is seen.ms below this line: the difference cannot overflow.
  if (seen <= last_) return;
  if (seen.ms - kAheadMaxMs > wall_ms) return;
  last_ = seen;
}

}  // namespace syrah::base
