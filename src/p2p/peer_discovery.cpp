#include "p2p/peer_discovery.h"

#include <utility>

namespace syrah::p2p {

PeerDiscovery::PeerDiscovery(std::vector<Endpoint> bootstrap_peers)
    : bootstrap(std::move(bootstrap_peers)) {
  for (std::size_t i = 0; i < kSources; ++i) counts_[i].name = kSourceTexts[i];
}

void PeerDiscovery::look(ConnectionPolicy& policy, bool alone, base::Time now) {
  const std::array<DiscoveryStrategy*, 5> in_order{&stored, &bootstrap, &mdns, &grenache,
                                                   &exchange};
  for (DiscoveryStrategy* const strategy : in_order) {
    of(strategy->source()).found += strategy->look(policy, alone, now);
  }
}

void PeerDiscovery::connected(Source source, base::Time now) {
  SourceView& counts = of(source);
  ++counts.connected;
  if (counts.first_connection_ms >= 0) return;
  counts.first_connection_ms = (now.steady_us - started_us_) / base::kUsPerMs;
}

std::vector<SourceView> PeerDiscovery::views() const { return {counts_.begin(), counts_.end()}; }

}  // namespace syrah::p2p
