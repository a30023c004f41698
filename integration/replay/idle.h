#pragma once

// Times of single orders at nodes that have nothing else to do.

#include <asio/io_context.hpp>

#include "latencies.h"
#include "node_api.h"

namespace syrah::replay {

struct IdleTimes {
  Latencies acknowledged;  ///< an order at the first node, until its answer
  Latencies visible;       ///< the same, until the second node's book shows it
  Latencies filled;  ///< an IOC order at the second node, until it shows as filled by the first's
};

/// Both books must be empty. Each time is measured `rounds` times.
IdleTimes measure_idle(asio::io_context& io, NodeApi& first, NodeApi& second, std::size_t rounds);

/// Asks until the answer to `target` is accepted; throws if that takes over `seconds`.
void poll(asio::io_context& io, NodeApi& node, const std::string& target, bool signed_call,
          const std::function<bool(const Reply&)>& accept, double seconds);

}  // namespace syrah::replay
