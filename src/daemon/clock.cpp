#include "daemon/clock.h"

#include <chrono>

namespace syrah::daemon {

base::Time now() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  const auto steady =
      duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
  const auto wall =
      duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch());
  return {.steady_us = steady.count(), .wall_us = wall.count()};
}

}  // namespace syrah::daemon
