#pragma once

// How often values fell into fixed ranges: a distribution that costs the same however many values
// there were. Whole numbers only; whoever shows it knows the unit.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.h"

namespace syrah::base {

class Histogram {
 public:
  static constexpr std::size_t kBoundsMax = 20;

  /// The upper bounds of the ranges, ascending, each belonging to its range; one more range is for
  /// what is larger than all of them. They must outlive this.
  explicit Histogram(std::span<const std::int64_t> bounds) : bounds_(bounds) {
    SYRAH_CHECK(bounds.size() <= kBoundsMax && std::is_sorted(bounds.begin(), bounds.end()),
                "a histogram's bounds ascend and are few");
  }

  /// Values below zero count as zero.
  void add(std::int64_t value) {
    value = std::max<std::int64_t>(value, 0);
    const auto range = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    ++counts_[static_cast<std::size_t>(range)];
    ++count_;
    sum_ += static_cast<std::uint64_t>(value);
  }

  [[nodiscard]] std::span<const std::int64_t> bounds() const { return bounds_; }
  /// Of the values in range `index`; range bounds().size() is the one without an upper bound.
  [[nodiscard]] std::uint64_t in_range(std::size_t index) const { return counts_.at(index); }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Wraps around; with microseconds after half a million years.
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  std::span<const std::int64_t> bounds_;
  std::array<std::uint64_t, kBoundsMax + 1> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace syrah::base
