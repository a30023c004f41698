#pragma once

#include <set>
#include <utility>
#include <vector>

#include "p2p/discovery_strategy.h"
#include "p2p/limits.h"

namespace syrah::p2p {

/// Hints that come from the edge of the node: from the local network (mDNS), or from Grapes. Who
/// repeats itself says nothing new, and no more than kHintsWaitingMax wait for their turn.
class OutsideDiscovery final : public DiscoveryStrategy {
 public:
  explicit OutsideDiscovery(Source source) : source_(source) {}

  void told(const AddressKey& key, const std::optional<base::NodeId>& id) {
    if (waiting_.size() >= kHintsWaitingMax || !known_.insert(key).second) return;
    waiting_.push_back({key, source_, id, std::string(to_text(source_))});
  }

  [[nodiscard]] Source source() const override { return source_; }

  std::size_t look(ConnectionPolicy& policy, bool /*alone*/, base::Time now) override {
    std::size_t fresh = 0;
    for (const Hint& hint : std::exchange(waiting_, {})) fresh += policy.add(hint, now);
    known_.clear();
    return fresh;
  }

 private:
  Source source_;
  std::vector<Hint> waiting_;
  std::set<AddressKey> known_;  ///< of those that wait
};

}  // namespace syrah::p2p
