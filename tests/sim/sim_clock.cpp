#include "sim/sim_clock.h"

#include <algorithm>

namespace syrah::sim {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

}  // namespace

std::int64_t SimClock::drifted(std::int64_t virtual_us) const {
  return virtual_us + virtual_us * drift_ppm_ / kMillion;
}

void SimClock::boot(std::int64_t virtual_us, std::int64_t steady_us) {
  steady_zero_us_ = drifted(virtual_us) - steady_us;
}

base::Time SimClock::at(std::int64_t virtual_us) const {
  const std::int64_t shown_us = drifted(virtual_us);
  return {shown_us - steady_zero_us_, kEpochUs + shown_us + skew_us_};
}

std::int64_t SimClock::when_steady(std::int64_t steady_us) const {
  // Times beyond this are "never"; the product below would not fit.
  constexpr std::int64_t kNeverUs = std::int64_t{1} << 42;
  const std::int64_t wanted_us = std::min(steady_us, kNeverUs) + steady_zero_us_;
  std::int64_t virtual_us = wanted_us * kMillion / (kMillion + drift_ppm_);
  while (drifted(virtual_us) < wanted_us) ++virtual_us;
  while (drifted(virtual_us - 1) >= wanted_us) --virtual_us;
  return virtual_us;
}

}  // namespace syrah::sim
