#include "api/rate_limits.h"

#include "api/limits.h"

namespace syrah::api {
namespace {

base::TokenBucket bucket(std::int64_t per_second) { return {per_second * 1000, per_second * 2}; }

std::int64_t take_from(base::TokenBucket& bucket, base::Time now) {
  if (bucket.take(now.steady_us)) return 0;
  return (bucket.wait_us(now.steady_us) + base::kUsPerSecond - 1) / base::kUsPerSecond;
}

}  // namespace

RateLimits::RateLimits(const Rates& rates)
    : rates_(rates), local_(bucket(rates.per_key)), others_(bucket(rates.per_address)) {}

std::int64_t RateLimits::take(const std::string& key, bool cancels, base::Time now) {
  auto found = keys_.find(key);
  if (found == keys_.end()) {
    found = keys_.emplace(key, OfKey{bucket(rates_.per_key), bucket(rates_.per_key)}).first;
  }
  return take_from(cancels ? found->second.cancels : found->second.requests, now);
}

std::int64_t RateLimits::take(const Caller& caller, base::Time now) {
  return take_from(bucket_of(caller, now), now);
}

void RateLimits::forget(const std::string& key) { keys_.erase(key); }

base::TokenBucket& RateLimits::bucket_of(const Caller& caller, base::Time now) {
  if (caller.local) return local_;
  if (const auto found = addresses_.find(caller.party); found != addresses_.end()) {
    return found->second;
  }
  if (addresses_.size() >= kAddressesMax && now.steady_us - swept_us_ >= base::kUsPerSecond) {
    swept_us_ = now.steady_us;
    std::erase_if(addresses_, [&](const auto& entry) { return entry.second.full(now.steady_us); });
  }
  if (addresses_.size() >= kAddressesMax) return others_;
  return addresses_.emplace(caller.party, bucket(rates_.per_address)).first->second;
}

}  // namespace syrah::api
