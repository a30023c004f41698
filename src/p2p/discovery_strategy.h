#pragma once

// One way to find peers. The others do not depend on it: what it tells goes through the address
// book's bounds and its own lane of dials.

#include "base/time.h"
#include "p2p/connection_policy.h"

namespace syrah::p2p {

class DiscoveryStrategy {
 public:
  virtual ~DiscoveryStrategy() = default;

  [[nodiscard]] virtual Source source() const = 0;
  /// Puts into the address book what there is to try now; returns how many were new. `alone`: no
  /// peer is connected.
  virtual std::size_t look(ConnectionPolicy& policy, bool alone, base::Time now) = 0;
};

}  // namespace syrah::p2p
