#pragma once

#include <cstdint>

#include "base/time.h"

namespace syrah::sim {

inline constexpr std::int64_t kMs = base::kUsPerMs;
inline constexpr std::int64_t kSecond = base::kUsPerSecond;

/// One host's clocks, as wrong as the scenario wants them.
class SimClock {
 public:
  SimClock(std::int64_t skew_us, std::int64_t drift_ppm)
      : skew_us_(skew_us), drift_ppm_(drift_ppm) {}

  /// The steady clock begins anew, at some value that means nothing.
  void boot(std::int64_t virtual_us, std::int64_t steady_us);
  /// Someone sets the wall clock.
  void step_wall(std::int64_t by_us) { skew_us_ += by_us; }

  [[nodiscard]] base::Time at(std::int64_t virtual_us) const;
  /// The first virtual instant at which the steady clock shows at least `steady_us`.
  [[nodiscard]] std::int64_t when_steady(std::int64_t steady_us) const;

  /// Virtual 0 is 2026-11-21 00:00:00 UTC, if one's clock is right.
  static constexpr std::int64_t kEpochUs = 1'795'219'200'000'000;

 private:
  [[nodiscard]] std::int64_t drifted(std::int64_t virtual_us) const;

  std::int64_t skew_us_;
  std::int64_t drift_ppm_;
  std::int64_t steady_zero_us_ = 0;
};

}  // namespace syrah::sim
