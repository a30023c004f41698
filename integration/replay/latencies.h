#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace syrah::replay {

/// Times taken, for percentiles.
class Latencies {
 public:
  using Clock = std::chrono::steady_clock;

  void add(Clock::duration taken) { all_.push_back(taken); }
  [[nodiscard]] std::size_t count() const { return all_.size(); }
  /// Microseconds; 0 without any.
  [[nodiscard]] double percentile_us(double share) const {
    if (all_.empty()) return 0;
    std::vector<Clock::duration> sorted = all_;
    std::sort(sorted.begin(), sorted.end());
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
    return std::chrono::duration<double, std::micro>(sorted[at]).count();
  }

 private:
  std::vector<Clock::duration> all_;
};

}  // namespace syrah::replay
