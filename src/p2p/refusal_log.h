#pragma once

// Refusals are told when they are new, and then more and more rarely: a node that is refused dials
// again and again, and nobody learns anything from the hundredth line.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/time.h"
#include "p2p/limits.h"

namespace syrah::p2p {

class RefusalLog {
 public:
  /// It happened (again). How many times since it was told last, this one included, if it is to be
  /// told now; else 0.
  std::uint64_t count(const std::string& what, std::int64_t now_us) {
    const auto found = told_.find(what);
    if (found == told_.end()) {
      if (told_.size() >= kRefusalsRememberedMax) {
        std::erase_if(told_, [&](const auto& entry) { return entry.second.is_old(now_us); });
      }
      if (told_.size() < kRefusalsRememberedMax) {
        told_.emplace(what, Told{kRefusalToldMinMs * base::kUsPerMs,
                                 now_us + kRefusalToldMinMs * base::kUsPerMs, 0});
      }
      return 1;
    }
    Told& told = found->second;
    ++told.times;
    if (now_us < told.next_us) return 0;
    told.wait_us = std::min(2 * told.wait_us, kRefusalToldMaxMs * base::kUsPerMs);
    told.next_us = now_us + told.wait_us;
    return std::exchange(told.times, 0);
  }

 private:
  struct Told {
    std::int64_t wait_us = 0;
    std::int64_t next_us = 0;
    std::uint64_t times = 0;  ///< since it was told

    [[nodiscard]] bool is_old(std::int64_t now_us) const { return now_us > next_us + wait_us; }
  };

  std::map<std::string, Told> told_;
};

}  // namespace syrah::p2p
