#pragma once

// How often clients may ask: each key for its signed requests, each address for the others.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/token_bucket.h"

namespace syrah::api {

/// Requests a second, on average; twice as many at once.
struct Rates {
  /// Of one key, and of all programs on this machine together without one. A runaway bot is held
  /// back at a thirtieth of what a node can do; a person never notices.
  std::int64_t per_key = 1000;
  /// Of one other address.
  std::int64_t per_address = 100;

  static constexpr std::int64_t kMax = 1'000'000;
};

/// Where a request comes from.
struct Caller {
  std::string party;   ///< an address, or what one owner has many of, as an IPv6 /56
  bool local = false;  ///< this machine
};

/// Each call takes one of what the caller may do and gives 0; or takes nothing and gives how many
/// seconds the caller should wait.
class RateLimits {
 public:
  explicit RateLimits(const Rates& rates);

  /// `cancels`: cancelling orders has an allowance of its own, so that whoever placed too many can
  /// still get out.
  std::int64_t take(const std::string& key, bool cancels, base::Time now);
  std::int64_t take(const Caller& caller, base::Time now);
  /// The key is gone.
  void forget(const std::string& key);

 private:
  struct OfKey {
    base::TokenBucket requests;
    base::TokenBucket cancels;
  };

  base::TokenBucket& bucket_of(const Caller& caller, base::Time now);

  Rates rates_;
  std::map<std::string, OfKey> keys_;
  base::TokenBucket local_;   ///< of this machine
  base::TokenBucket others_;  ///< of all addresses that there is no room for
  std::map<std::string, base::TokenBucket> addresses_;
  std::int64_t swept_us_ = 0;
};

}  // namespace syrah::api
