#pragma once

// Whose place is given to a newcomer when all places for those who dial in are taken. Who would
// surround this node has to outdo the others in everything at once: come from more networks,
// answer faster, bring more news, and have been here longer. What is left to give way are the
// youngest connections of the network that has the most.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "p2p/connection_id.h"

namespace syrah::p2p {

struct EvictionCandidate {
  ConnectionId connection = 0;
  std::uint64_t network = 0;        ///< keyed: nobody chooses one that is protected
  std::int64_t round_trip_us = -1;  ///< -1: unknown
  std::int64_t useful_us = 0;       ///< when it last brought news; 0: never
  std::int64_t opened_us = 0;
};

/// The one to give way; nothing if all deserve their places.
std::optional<ConnectionId> choose_eviction(std::vector<EvictionCandidate> candidates);

}  // namespace syrah::p2p
