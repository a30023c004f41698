#include "daemon/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "net/limits.h"

namespace syrah::daemon {

namespace {

/// Journal, history, their logs, the lock, standard streams, epoll, timers, signals, with room.
constexpr std::size_t kFilesMax = 64;
constexpr std::size_t kBesidePeers =
    net::kHttpConnectionsMax + net::kWebSocketConnectionsMax + kFilesMax;
/// Fewer would make no node; then rather run into the limit and say so in the log.
constexpr std::size_t kConnectionsMin = 16;

}  // namespace

std::size_t make_room_for_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return kConnectionsMin;
  }
  constexpr rlim_t kWanted = net::kConnectionsMax + kBesidePeers;
  if (limit.rlim_cur < kWanted) {
    limit.rlim_cur = std::min(kWanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  const std::size_t files = static_cast<std::size_t>(limit.rlim_cur);
  return std::clamp(files - std::min(files, kBesidePeers), kConnectionsMin, net::kConnectionsMax);
}

}  // namespace syrah::daemon
