#pragma once

#include <utility>
#include <vector>

#include "p2p/discovery_strategy.h"

namespace syrah::p2p {

/// The operator's peers (BOOTSTRAP_PEERS). They are in the book from the start, are never given up,
/// and are asked again at once when the last peer is gone.
class BootstrapDiscovery final : public DiscoveryStrategy {
 public:
  explicit BootstrapDiscovery(std::vector<Endpoint> peers) : peers_(std::move(peers)) {}

  [[nodiscard]] Source source() const override { return Source::kBootstrap; }

  std::size_t look(ConnectionPolicy& policy, bool alone, base::Time now) override {
    std::size_t fresh = 0;
    for (Endpoint& peer : std::exchange(peers_, {})) {
      fresh += policy.add({{std::move(peer), Route::kDirect}, source(), {}, {}}, now);
    }
    if (alone && !was_alone_) policy.ask_bootstrap_again(now);
    was_alone_ = alone;
    return fresh;
  }

 private:
  std::vector<Endpoint> peers_;
  bool was_alone_ = true;
};

}  // namespace syrah::p2p
