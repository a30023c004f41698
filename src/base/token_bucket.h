#pragma once

#include <algorithm>
#include <cstdint>

namespace syrah::base {

/// Lets `rate` things happen in 1000 seconds on average and `burst` at once. Integers only: a token
/// is 10^9 parts, and a rate of one in 1000 seconds is one part in a microsecond.
class TokenBucket {
 public:
  TokenBucket(std::int64_t rate_per_kilosecond, std::int64_t burst)
      : rate_(rate_per_kilosecond), full_(burst * kToken), parts_(full_) {}

  /// Takes a token; false if there is none.
  bool take(std::int64_t now_us) {
    parts_ = parts_at(now_us);
    last_us_ = std::max(last_us_, now_us);
    if (parts_ < kToken) return false;
    parts_ -= kToken;
    return true;
  }

  /// How long until there is a token; 0: there is one.
  [[nodiscard]] std::int64_t wait_us(std::int64_t now_us) const {
    const std::int64_t missing = kToken - parts_at(now_us);
    return missing <= 0 ? 0 : (missing + rate_ - 1) / rate_;
  }

  [[nodiscard]] bool full(std::int64_t now_us) const { return parts_at(now_us) == full_; }

 private:
  static constexpr std::int64_t kToken = 1'000'000'000;

  [[nodiscard]] std::int64_t parts_at(std::int64_t now_us) const {
    // Capped at the time that fills the bucket, so the product stays within 64 bits.
    const std::int64_t elapsed_us =
        std::clamp<std::int64_t>(now_us - last_us_, 0, full_ / rate_ + 1);
    return std::min(full_, parts_ + elapsed_us * rate_);
  }

  std::int64_t rate_;
  std::int64_t full_;
  std::int64_t parts_;
  std::int64_t last_us_ = 0;
};

}  // namespace syrah::base
