#include "p2p/connection_policy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

constexpr std::array<std::string_view, 5> kSourceTexts{"bootstrap", "user", "stored", "inbound",
                                                       "exchange"};

template <class Key>
void take_off(std::multiset<Key>& keys, const Key& key) {
  const auto found = keys.find(key);
  if (found != keys.end()) keys.erase(found);
}

}  // namespace

std::string_view to_text(Source source) { return kSourceTexts[static_cast<std::size_t>(source)]; }

ConnectionPolicy::ConnectionPolicy(std::int64_t reconnect_interval_ms, std::uint64_t random_seed)
    : reconnect_interval_ms_(std::max(reconnect_interval_ms, kRetryMinMs)), random_(random_seed) {}

// ---- addresses come ----------------------------------------------------------------------------

void ConnectionPolicy::add(const Endpoint& endpoint, Source source, base::Time now) {
  if (own_.contains(endpoint) && source != Source::kUser) return;
  const auto found = addresses_.find(endpoint);
  if (found == addresses_.end()) {
    if (!make_room()) return;
    Address address;
    address.source = source;
    address.next_us = now.steady_us;
    addresses_.emplace(endpoint, std::move(address));
    return;
  }
  Address& known = found->second;
  known.source = std::min(known.source, source);
  if (source == Source::kUser) {
    own_.erase(endpoint);
    known.next_us = now.steady_us;
  }
}

void ConnectionPolicy::add_told(const Endpoint& endpoint, const std::string& teller,
                                base::Time now) {
  if (addresses_.contains(endpoint)) return;
  std::size_t heard = 0;
  std::size_t from_teller = 0;
  for (const auto& [known, address] : addresses_) {
    if (address.source != Source::kExchange || address.last_success_ms != 0) continue;
    ++heard;
    if (address.teller == teller) ++from_teller;
  }
  if (heard >= kHeardAddressesMax || from_teller >= kHeardPerTellerMax) return;
  add(endpoint, Source::kExchange, now);
  const auto added = addresses_.find(endpoint);
  if (added != addresses_.end()) added->second.teller = teller;
}

void ConnectionPolicy::restore(const StoredPeer& peer) {
  const auto found = addresses_.find(peer.endpoint);
  if (found == addresses_.end() && !make_room()) return;
  Address& address = addresses_[peer.endpoint];
  address.source = found == addresses_.end() ? Source::kStored : address.source;
  address.id = peer.id;
  address.name = peer.name;
  address.last_success_ms = peer.last_success_ms;
  // Failures of the last run say little about this one: each address is tried again at once.
}

/// Room for one more: the oldest that nobody needs gives way. False if all are needed.
bool ConnectionPolicy::make_room() {
  if (addresses_.size() < kStoredPeersMax) return true;
  auto worst = addresses_.end();
  for (auto entry = addresses_.begin(); entry != addresses_.end(); ++entry) {
    const Address& address = entry->second;
    if (address.in_use || !is_ordinary(address)) continue;
    if (worst == addresses_.end() || address.last_success_ms < worst->second.last_success_ms) {
      worst = entry;
    }
  }
  if (worst == addresses_.end()) return false;
  addresses_.erase(worst);
  return true;
}

// ---- whom to dial ------------------------------------------------------------------------------

bool ConnectionPolicy::is_ordinary(const Address& address) {
  return address.source != Source::kBootstrap && address.source != Source::kUser;
}

bool ConnectionPolicy::is_candidate(const Addresses::value_type& entry, const Room& room) const {
  const Address& address = entry.second;
  if (address.in_use || own_.contains(entry.first)) return false;
  if (address.id && connected_ids_.contains(*address.id)) return false;
  if (connected_endpoints_.contains(entry.first)) return false;
  return room.dials > 0 && room.peers > 0 && (room.outbound > 0 || !is_ordinary(address));
}

std::vector<Endpoint> ConnectionPolicy::take_due(const Room& room, base::Time now) {
  std::vector<Addresses::value_type*> due;
  for (auto& entry : addresses_) {
    if (entry.second.next_us <= now.steady_us && is_candidate(entry, room)) due.push_back(&entry);
  }
  const auto order = [](const Addresses::value_type* entry) {
    const Address& address = entry->second;
    return std::tuple(address.source, -address.last_success_ms, address.next_us);
  };
  std::stable_sort(due.begin(), due.end(),
                   [&](const auto* a, const auto* b) { return order(a) < order(b); });
  std::vector<Endpoint> taken;
  std::size_t outbound = room.outbound;
  for (Addresses::value_type* entry : due) {
    if (taken.size() == std::min(room.dials, room.peers)) break;
    if (is_ordinary(entry->second)) {
      if (outbound == 0) continue;
      --outbound;
    }
    entry->second.in_use = true;
    taken.push_back(entry->first);
  }
  return taken;
}

std::int64_t ConnectionPolicy::next_due_us(const Room& room) const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const auto& entry : addresses_) {
    if (is_candidate(entry, room)) next = std::min(next, entry.second.next_us);
  }
  return next;
}

// ---- what became of it -------------------------------------------------------------------------

/// Sets the time of the next attempt by the number of failures so far.
void ConnectionPolicy::wait(Address& address, base::Time now) {
  std::int64_t wait_ms = kRetryMinMs;
  for (std::uint32_t i = 1; i < address.failures && wait_ms < reconnect_interval_ms_; ++i) {
    wait_ms *= 2;
  }
  wait_ms = std::min(wait_ms, reconnect_interval_ms_);
  const std::int64_t jitter_ms = wait_ms * kRetryJitterPercent / 100;
  address.next_us =
      now.steady_us + random_.between(wait_ms - jitter_ms, wait_ms + jitter_ms) * base::kUsPerMs;
}

std::uint32_t ConnectionPolicy::failed(const Endpoint& endpoint, base::Time now) {
  const auto found = addresses_.find(endpoint);
  if (found == addresses_.end()) return 0;
  Address& address = found->second;
  address.in_use = false;
  const std::uint32_t failures = ++address.failures;
  const bool never_worked = address.last_success_ms == 0;
  if (never_worked && address.source != Source::kBootstrap && failures >= kFailuresMax) {
    addresses_.erase(found);
    return failures;
  }
  wait(address, now);
  return failures;
}

void ConnectionPolicy::opened(const Endpoint& endpoint, const std::optional<base::NodeId>& id,
                              const std::string& name, base::Time now) {
  const auto found = addresses_.find(endpoint);
  if (found == addresses_.end()) return;
  found->second.id = id;
  found->second.name = name;
  found->second.last_success_ms = now.wall_ms();
}

void ConnectionPolicy::ended(const Endpoint& endpoint, std::int64_t lasted_us, base::Time now) {
  const auto found = addresses_.find(endpoint);
  if (found == addresses_.end()) return;
  Address& address = found->second;
  address.in_use = false;
  address.failures = lasted_us >= kStableMs * base::kUsPerMs ? 0 : address.failures + 1;
  wait(address, now);
}

void ConnectionPolicy::is_self(const Endpoint& endpoint) {
  if (own_.size() < kSelfAddressesMax) own_.insert(endpoint);
  const auto found = addresses_.find(endpoint);
  if (found != addresses_.end() && found->second.source != Source::kBootstrap) {
    addresses_.erase(found);
  }
}

void ConnectionPolicy::learned(const Endpoint& endpoint, const base::NodeId& id,
                               const std::string& name) {
  const auto found = addresses_.find(endpoint);
  if (found == addresses_.end()) return;
  found->second.id = id;
  found->second.name = name;
}

void ConnectionPolicy::postpone(const std::optional<base::NodeId>& id, std::string_view host,
                                base::Time now) {
  const bool by_host = range_of(host) == HostRange::kPublic;
  const std::string party = party_of(host);
  for (auto& [endpoint, address] : addresses_) {
    if (address.source == Source::kBootstrap) continue;
    if ((id && address.id == id) || (by_host && party_of(endpoint.host) == party)) {
      address.next_us = now.steady_us + kDiscouragedMs * base::kUsPerMs;
    }
  }
}

void ConnectionPolicy::connected(const std::optional<base::NodeId>& id,
                                 const std::optional<Endpoint>& listens) {
  if (id) connected_ids_.insert(*id);
  if (listens) connected_endpoints_.insert(*listens);
}

void ConnectionPolicy::disconnected(const std::optional<base::NodeId>& id,
                                    const std::optional<Endpoint>& listens) {
  if (id) take_off(connected_ids_, *id);
  if (listens) take_off(connected_endpoints_, *listens);
}

// ---- questions ---------------------------------------------------------------------------------

std::optional<base::NodeId> ConnectionPolicy::id_at(const Endpoint& endpoint) const {
  const auto found = addresses_.find(endpoint);
  return found == addresses_.end() ? std::nullopt : found->second.id;
}

bool ConnectionPolicy::is_ordinary(const Endpoint& endpoint) const {
  const auto found = addresses_.find(endpoint);
  return found == addresses_.end() || is_ordinary(found->second);
}

std::string_view ConnectionPolicy::source_of(const Endpoint& endpoint) const {
  const auto found = addresses_.find(endpoint);
  return to_text(found == addresses_.end() ? Source::kUser : found->second.source);
}

std::vector<StoredPeer> ConnectionPolicy::stored() const {
  std::vector<StoredPeer> peers;
  for (const auto& [endpoint, address] : addresses_) {
    if (own_.contains(endpoint) || address.last_success_ms == 0) continue;
    peers.push_back({endpoint, address.id, address.name, std::string(to_text(address.source)),
                     address.last_success_ms, address.failures});
  }
  return peers;
}

std::vector<KnownPeer> ConnectionPolicy::recently_good(base::Time now) const {
  std::vector<std::pair<std::int64_t, KnownPeer>> good;
  for (const auto& [endpoint, address] : addresses_) {
    if (own_.contains(endpoint) || address.last_success_ms == 0) continue;
    if (now.wall_ms() - address.last_success_ms > kRecentlyGoodMs) continue;
    good.emplace_back(address.last_success_ms, KnownPeer{address.name, address.id, endpoint});
  }
  std::stable_sort(good.begin(), good.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<KnownPeer> peers;
  for (auto& [success, peer] : good) peers.push_back(std::move(peer));
  return peers;
}

}  // namespace syrah::p2p
