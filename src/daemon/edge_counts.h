#pragma once

// What only the edge of the node sees, counted for metrics: how long clients waited for their
// answers, and what the disk took. All on the loop's thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "api/router.h"
#include "base/histogram.h"
#include "daemon/storage_thread.h"

namespace syrah::daemon {

/// From an answer out of memory, or a disk with a cache that is safe without power, to an answer
/// that was given up, or a disk that is about to fail.
inline constexpr std::array<std::int64_t, 14> kLatencyBoundsUs{
    100,    250,    500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 1'000'000, 2'500'000, 10'000'000};
inline constexpr std::array<std::int64_t, 13> kCommitEntriesBounds{0,  1,   2,   4,   8,    16,  32,
                                                                   64, 128, 256, 512, 1024, 4096};

/// Requests of clients by route: routes are a fixed table, so this is bounded.
class ApiCounts {
 public:
  struct OfRoute {
    base::Histogram took_us{kLatencyBoundsUs};
    std::map<int, std::uint64_t> answers;  ///< by status
  };

  void asked(std::uint64_t request, const api::RouteName& route, std::int64_t now_us);
  /// Once for each request that was asked; others are ignored.
  void answered(std::uint64_t request, int status, std::int64_t now_us);

  [[nodiscard]] const std::map<api::RouteName, OfRoute>& routes() const { return routes_; }
  /// Requests that the node is at.
  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  struct Open {
    OfRoute* route = nullptr;
    std::int64_t since_us = 0;
  };

  std::map<api::RouteName, OfRoute> routes_;
  std::map<std::uint64_t, Open> open_;
};

struct JournalCounts {
  void committed(const Committed& done);

  base::Histogram took_us{kLatencyBoundsUs};
  base::Histogram entries{kCommitEntriesBounds};  ///< of one commit; without any: facts, snapshots
  std::uint64_t transactions = 0;
};

}  // namespace syrah::daemon
