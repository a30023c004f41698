#pragma once

// Whether ports are free and others can be reached, for the doctor. Both calls wait.

#include <cstdint>

#include "base/endpoint.h"
#include "base/result.h"

namespace syrah::net {

/// Listens for a moment. The error says why that is not possible.
base::Status can_listen(const base::Endpoint& at);

/// Connects and parts. The error says why that is not possible.
base::Status can_connect(const base::Endpoint& to, std::int64_t timeout_ms);

}  // namespace syrah::net
