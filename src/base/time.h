#pragma once

// Time as values. Nothing here reads a clock: the edge of the program reads it and passes it in.

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syrah::base {

/// What the clocks said when an input arrived.
struct Time {
  std::int64_t steady_us = 0;  ///< never goes back; for timeouts and intervals
  std::int64_t wall_us = 0;    ///< since 1970-01-01 UTC; for people, signatures and priorities

  [[nodiscard]] std::int64_t wall_ms() const { return wall_us / 1000; }
  /// The deadline on the steady clock that is so many ms ahead.
  [[nodiscard]] std::int64_t us_after(std::int64_t wait_ms) const {
    return steady_us + wait_ms * 1000;
  }
};

inline constexpr std::int64_t kUsPerMs = 1000;
inline constexpr std::int64_t kUsPerSecond = 1'000'000;
/// A deadline that does not come.
inline constexpr std::int64_t kNeverUs = std::numeric_limits<std::int64_t>::max();

/// "2026-11-21T07:30:00.123456Z". Times outside of the years 0000 to 9999 become the nearest of
/// them.
std::string to_iso8601(std::int64_t wall_us);
/// Accepts what `to_iso8601` writes, with 0 to 6 decimals.
Result<std::int64_t> from_iso8601(std::string_view text);

/// Hybrid logical time (Kulkarni et al., "Logical Physical Clocks", 2014): milliseconds of wall
/// clock and a counter that orders what happened in one of them. Totally ordered per node, close to
/// the wall clock, and never behind anything that the node has seen.
struct Hlc {
  std::int64_t ms = 0;
  std::uint32_t counter = 0;

  auto operator<=>(const Hlc&) const = default;
};

/// One node's hybrid logical clock.
class HlcClock {
 public:
  /// A time later than all that this clock gave or merged before.
  Hlc next(std::int64_t wall_ms);

  /// Remembers a time that another node gave, so that what follows is ordered after it. A time more
  /// than `kAheadMaxMs` ahead of this wall clock is not believed: nobody drags this clock along.
  void merge(Hlc seen, std::int64_t wall_ms);

  /// Goes on after a time that this clock itself gave before a restart, however far ahead it is.
  void restore(Hlc given) { last_ = std::max(last_, given); }

  [[nodiscard]] Hlc last() const { return last_; }

  /// How far another clock may be ahead and still be followed (reliability.md, section 5).
  static constexpr std::int64_t kAheadMaxMs = 2000;

 private:
  Hlc last_;
};

}  // namespace syrah::base
