#include "p2p/eviction.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

using Candidates = std::vector<EvictionCandidate>;

/// Takes the `count` best by `order` out.
template <class Order>
void protect(Candidates& candidates, std::size_t count, Order order) {
  std::sort(
      candidates.begin(), candidates.end(),
      [&](const EvictionCandidate& a, const EvictionCandidate& b) { return order(a) < order(b); });
  const std::size_t safe = std::min(count, candidates.size());
  candidates.erase(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(safe));
}

/// The first of each network by keyed number: one connection each of several networks.
void protect_networks(Candidates& candidates, std::size_t count) {
  std::map<std::uint64_t, ConnectionId> oldest;
  std::map<std::uint64_t, std::int64_t> since;
  for (const EvictionCandidate& each : candidates) {
    const auto [entry, fresh] = since.emplace(each.network, each.opened_us);
    if (!fresh && each.opened_us >= entry->second) continue;
    entry->second = each.opened_us;
    oldest[each.network] = each.connection;
  }
  for (const auto& [network, connection] : oldest) {
    if (count-- == 0) return;
    std::erase_if(candidates, [id = connection](const auto& c) { return c.connection == id; });
  }
}

}  // namespace

std::optional<ConnectionId> choose_eviction(Candidates candidates) {
  protect_networks(candidates, kKeptByNetwork);
  protect(candidates, kKeptByRoundTrip, [](const EvictionCandidate& c) {
    return std::tuple(c.round_trip_us < 0, c.round_trip_us, c.opened_us, c.connection);
  });
  const auto useful = static_cast<std::size_t>(std::count_if(
      candidates.begin(), candidates.end(), [](const auto& c) { return c.useful_us != 0; }));
  protect(candidates, std::min(kKeptByFeeds, useful), [](const EvictionCandidate& c) {
    return std::tuple(-c.useful_us, c.opened_us, c.connection);
  });
  protect(candidates, candidates.size() / 2,
          [](const EvictionCandidate& c) { return std::tuple(c.opened_us, c.connection); });
  if (candidates.empty()) return std::nullopt;

  std::map<std::uint64_t, std::size_t> of_network;
  for (const EvictionCandidate& each : candidates) ++of_network[each.network];
  const auto gives_way = [&](const EvictionCandidate& c) {
    return std::tuple(of_network[c.network], c.opened_us, c.connection);
  };
  return std::max_element(candidates.begin(), candidates.end(),
                          [&](const auto& a, const auto& b) { return gives_way(a) < gives_way(b); })
      ->connection;
}

}  // namespace syrah::p2p
