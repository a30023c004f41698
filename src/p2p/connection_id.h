#pragma once

#include <cstdint>

#include "base/endpoint.h"

namespace syrah::p2p {

using base::Endpoint;

/// Names a connection for its lifetime; never reused within a run.
using ConnectionId = std::uint64_t;

}  // namespace syrah::p2p
