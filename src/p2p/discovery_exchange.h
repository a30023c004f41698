#pragma once

#include <string>
#include <vector>

#include "base/token_bucket.h"
#include "p2p/discovery_strategy.h"

namespace syrah::p2p {

/// What peers say of other peers, in answer to a question.
class ExchangeDiscovery final : public DiscoveryStrategy {
 public:
  /// `group`: tellers with the same text share a bound. `allowance`: unknown addresses that the
  /// session may still tell.
  struct Teller {
    std::string host;
    std::string group;
    base::TokenBucket& allowance;
  };
  void told(const PeerExchange& peers, const Teller& teller, const ConnectionPolicy& policy,
            base::Time now);

  [[nodiscard]] Source source() const override { return Source::kExchange; }
  std::size_t look(ConnectionPolicy& policy, bool alone, base::Time now) override;

 private:
  std::vector<Hint> waiting_;
};

}  // namespace syrah::p2p
