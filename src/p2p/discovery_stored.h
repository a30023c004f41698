#pragma once

#include <utility>
#include <vector>

#include "p2p/discovery_strategy.h"

namespace syrah::p2p {

/// Peers that worked in earlier runs, from the peers file. They are all there is to know, once.
class StoredDiscovery final : public DiscoveryStrategy {
 public:
  void load(std::vector<StoredPeer> peers) { peers_ = std::move(peers); }

  [[nodiscard]] Source source() const override { return Source::kStored; }

  std::size_t look(ConnectionPolicy& policy, bool /*alone*/, base::Time /*now*/) override {
    std::size_t fresh = 0;
    for (const StoredPeer& peer : std::exchange(peers_, {})) fresh += policy.restore(peer);
    return fresh;
  }

 private:
  std::vector<StoredPeer> peers_;
};

}  // namespace syrah::p2p
