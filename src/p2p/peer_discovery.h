#pragma once

// All ways to find peers, and what became of what they found. Each may fail without hurting the
// others: a strategy only adds hints to the address book.

#include <array>
#include <vector>

#include "p2p/discovery_bootstrap.h"
#include "p2p/discovery_exchange.h"
#include "p2p/discovery_outside.h"
#include "p2p/discovery_stored.h"

namespace syrah::p2p {

class PeerDiscovery {
 public:
  explicit PeerDiscovery(std::vector<Endpoint> bootstrap_peers);

  StoredDiscovery stored;
  BootstrapDiscovery bootstrap;
  OutsideDiscovery mdns{Source::kMdns};
  OutsideDiscovery grenache{Source::kGrenache};
  ExchangeDiscovery exchange;

  void start(base::Time now) { started_us_ = now.steady_us; }
  /// Lets all of them put what they have into the address book.
  void look(ConnectionPolicy& policy, bool alone, base::Time now);

  // ---- what became of it ----
  void found(Source source) { ++of(source).found; }
  void tried(Source source) { ++of(source).tried; }
  void failed(Source source) { ++of(source).failed; }
  void connected(Source source, base::Time now);
  /// In the order of Source.
  [[nodiscard]] std::vector<SourceView> views() const;

 private:
  SourceView& of(Source source) { return counts_[static_cast<std::size_t>(source)]; }

  std::array<SourceView, kSources> counts_;
  std::int64_t started_us_ = 0;
};

}  // namespace syrah::p2p
