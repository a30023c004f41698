#pragma once

#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "p2p/feed_sync.h"

namespace syrah::sim {

/// A living node as the liveness checkers look at it.
struct LiveNode {
  std::string name;
  const exchange::Exchange* exchange = nullptr;
  std::vector<p2p::FeedView> feeds;
};

}  // namespace syrah::sim
