#pragma once

// What went over all sessions since the start, and how they ended: counted for metrics.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "p2p/peer_protocol.h"
#include "p2p/route.h"

namespace syrah::p2p {

/// Message types, and one more for what could not be read.
inline constexpr std::size_t kCountedTypes = kMessageTypes + 1;
inline constexpr std::size_t kUnreadable = kMessageTypes;

/// Messages of one direction by type, and their bytes, frame headers included.
struct Traffic {
  struct OfType {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
  };

  void add(std::size_t type, std::size_t bytes) {
    OfType& counts = of_type[type];
    ++counts.messages;
    counts.bytes += bytes;
  }

  std::array<OfType, kCountedTypes> of_type{};
};

/// By one route. Out is what was given to the send queues: the end of a connection may take the
/// last of it along.
struct RouteTraffic {
  Traffic in;
  Traffic out;
};

struct PeerCounts {
  [[nodiscard]] RouteTraffic& by(Route route) { return traffic[static_cast<std::size_t>(route)]; }

  std::array<RouteTraffic, kRoutes> traffic{};
  /// Connections that were refused or ended, by the code of docs/protocol.md that this node said or
  /// would have said; "" for those that ended without one.
  std::map<std::string, std::uint64_t> ended;
};

}  // namespace syrah::p2p
