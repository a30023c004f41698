#pragma once

// Addresses that were given up, and when they may be tried again. Who lists them still, as a Grape
// does for minutes, brings them back, but not their first attempts.

#include <algorithm>
#include <cstdint>
#include <map>

#include "base/time.h"
#include "p2p/address_book.h"
#include "p2p/limits.h"

namespace syrah::p2p {

class GivenUp {
 public:
  struct Known {
    std::uint32_t failures = 0;
    std::int64_t next_us = 0;
  };

  /// After that many failures in a row: the more, the longer it waits.
  void add(const AddressKey& key, std::uint32_t failures, base::Time now) {
    if (known_.size() >= kGivenUpMax) make_room(now);
    std::int64_t wait_ms = kGivenUpMinMs;
    for (std::uint32_t i = kFailuresMax; i < failures && wait_ms < kGivenUpMaxMs; ++i) wait_ms *= 2;
    wait_ms = std::min(wait_ms, kGivenUpMaxMs);
    known_[key] = {failures, now.steady_us + wait_ms * base::kUsPerMs};
  }
  void remove(const AddressKey& key) { known_.erase(key); }
  /// Null if it was not given up, or so long ago that it counts as new.
  [[nodiscard]] const Known* find(const AddressKey& key, base::Time now) const {
    const auto found = known_.find(key);
    return found == known_.end() || is_old(found->second, now) ? nullptr : &found->second;
  }
  [[nodiscard]] std::size_t size() const { return known_.size(); }

 private:
  static bool is_old(const Known& known, base::Time now) {
    return now.steady_us > known.next_us + kGivenUpMaxMs * base::kUsPerMs;
  }
  /// The old ones go, else the one that is to be tried first.
  void make_room(base::Time now) {
    std::erase_if(known_, [&](const auto& entry) { return is_old(entry.second, now); });
    if (known_.size() < kGivenUpMax) return;
    known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) {
      return a.second.next_us < b.second.next_us;
    }));
  }

  std::map<AddressKey, Known> known_;
};

}  // namespace syrah::p2p
