#pragma once

#include <algorithm>
#include <deque>

#include "base/ids.h"
#include "p2p/connection_id.h"
#include "p2p/limits.h"

namespace syrah::p2p {

/// Whom the user sent away: not dialled until the user wants it back or it dials here. Not kept
/// over a restart; the oldest is forgotten beyond kPartedMax.
class PartedPeers {
 public:
  void add(const base::NodeId& id) { add_to(ids_, id); }
  void add(const Endpoint& endpoint) { add_to(endpoints_, endpoint); }
  void remove(const base::NodeId& id) { std::erase(ids_, id); }
  void remove(const Endpoint& endpoint) { std::erase(endpoints_, endpoint); }
  [[nodiscard]] bool has(const base::NodeId& id) const { return in(ids_, id); }
  [[nodiscard]] bool has(const Endpoint& endpoint) const { return in(endpoints_, endpoint); }

 private:
  template <class T>
  static bool in(const std::deque<T>& all, const T& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  }
  template <class T>
  static void add_to(std::deque<T>& all, const T& one) {
    if (in(all, one)) return;
    if (all.size() >= kPartedMax) all.pop_front();
    all.push_back(one);
  }

  std::deque<base::NodeId> ids_;
  std::deque<Endpoint> endpoints_;
};

}  // namespace syrah::p2p
