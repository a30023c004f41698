#pragma once

// What the feed did so far, for those who watch over the node.

#include <array>
#include <cstddef>
#include <cstdint>

#include "api/channel.h"

namespace syrah::api {

using CountByChannel = std::array<std::uint64_t, kChannels.size()>;  ///< by Channel

struct StreamCounts {
  CountByChannel messages{};      ///< each as often as there are clients that got it
  std::uint64_t answers = 0;      ///< messages that a client's own message was answered with
  std::uint64_t conflated = 0;    ///< level2 updates that melted into a later one for a client
  std::uint64_t too_slow = 0;     ///< clients closed because they did not read
  std::uint64_t resumed = 0;      ///< subscriptions that went on after a sequence
  std::uint64_t not_resumed = 0;  ///< refused, as it was not held any more or is not known
};

}  // namespace syrah::api
