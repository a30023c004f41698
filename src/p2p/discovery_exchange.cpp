#include "p2p/discovery_exchange.h"

#include <utility>

#include "p2p/limits.h"

namespace syrah::p2p {

void ExchangeDiscovery::told(const PeerExchange& peers, const Teller& teller,
                             const ConnectionPolicy& policy, base::Time now) {
  for (Endpoint& endpoint : worth_trying(peers, teller.host)) {
    AddressKey key{std::move(endpoint), Route::kDirect};
    if (policy.knows(key)) continue;
    if (waiting_.size() >= kHintsWaitingMax || !teller.allowance.take(now.steady_us)) return;
    waiting_.push_back({std::move(key), source(), {}, teller.group});
  }
}

std::size_t ExchangeDiscovery::look(ConnectionPolicy& policy, bool /*alone*/, base::Time now) {
  std::size_t fresh = 0;
  for (const Hint& hint : std::exchange(waiting_, {})) fresh += policy.add(hint, now);
  return fresh;
}

}  // namespace syrah::p2p
