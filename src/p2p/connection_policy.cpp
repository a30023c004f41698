#include "p2p/connection_policy.h"

#include <algorithm>
#include <utility>

#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

template <class Key>
void take_off(std::multiset<Key>& keys, const Key& key) {
  const auto found = keys.find(key);
  if (found != keys.end()) keys.erase(found);
}

}  // namespace

ConnectionPolicy::ConnectionPolicy(Terms terms, std::uint64_t random_seed)
    : terms_(terms), random_(random_seed), book_(random_.next()) {
  terms_.reconnect_interval_ms = std::max(terms_.reconnect_interval_ms, kRetryMinMs);
}

// ---- addresses come ----------------------------------------------------------------------------

bool ConnectionPolicy::add(const Hint& hint, base::Time now) {
  const bool by_user = hint.source == Source::kUser;
  if (by_user) {
    own_.erase(hint.key.endpoint);
    given_up_.remove(hint.key);
    parted_.remove(hint.key.endpoint);
  }
  if (own_.contains(hint.key.endpoint)) return false;
  Entry* const known = book_.find(hint.key);
  const bool fixed = by_user || hint.source == Source::kBootstrap;
  if (known != nullptr && !fixed) {
    // Two who say different things about the owner: neither counts.
    const Owner* const owner = known->second.owner.get();
    if (owner != nullptr && !owner->proved && owner->id != hint.id) book_.set_owner(*known, {});
    return false;
  }
  if (fixed) {
    if (known != nullptr && known->second.in_use) return false;
    Address& address = book_.add_fixed(hint.key, hint.source);
    if (by_user || known == nullptr) address.next_us = now.steady_us;
  } else {
    Address* const address = book_.add_heard(hint.key, hint.source, hint.teller);
    if (address == nullptr) return false;
    const bool later = hint.key.route == Route::kGrenache && terms_.direct;
    address->next_us = now.steady_us + (later ? kTunnelAfterMs * base::kUsPerMs : 0);
    if (const GivenUp::Known* const before = given_up_.find(hint.key, now)) {
      address->failures = before->failures;
      address->next_us = std::max(address->next_us, before->next_us);
    }
  }
  Entry& entry = *book_.find(hint.key);
  if (hint.id && entry.second.owner == nullptr) {
    book_.set_owner(entry, {hint.id, false, {}, 0, 0});
    if (connected_by(Route::kGrenache).ids.contains(*hint.id)) find_upgrades();
  }
  due_from(entry);
  return known == nullptr;
}

bool ConnectionPolicy::restore(const StoredPeer& peer) {
  const AddressKey key{peer.endpoint, peer.route};
  const bool known = knows(key);
  Address* const address = book_.add_tried(key, Source::kStored);
  if (address == nullptr) return false;
  Entry& entry = *book_.find(key);
  book_.set_owner(entry, {peer.id, true, peer.name, peer.last_success_ms, peer.since_ms});
  if (peer.anchor && !address->anchor) {
    address->anchor = true;
    ++anchors_waiting_;
  }
  // Failures of the last run say little about this one: each address is tried again at once.
  due_from(entry);
  return !known;
}

void ConnectionPolicy::ask_bootstrap_again(base::Time now) {
  if (now.steady_us < asked_again_us_) return;
  asked_again_us_ = now.steady_us + kHeadStartMs * base::kUsPerMs;
  for (Entry& entry : book_.entries()) {
    Address& address = entry.second;
    if (address.source != Source::kBootstrap || address.in_use) continue;
    address.next_us = std::min(address.next_us, now.steady_us);
    due_from(entry);
  }
}

// ---- what became of it -------------------------------------------------------------------------

/// Sets the time of the next attempt by the number of failures so far.
void ConnectionPolicy::wait(Address& address, base::Time now) {
  std::int64_t wait_ms = kRetryMinMs;
  for (std::uint32_t i = 1; i < address.failures && wait_ms < terms_.reconnect_interval_ms; ++i) {
    wait_ms *= 2;
  }
  wait_ms = std::min(wait_ms, terms_.reconnect_interval_ms);
  const std::int64_t jitter_ms = wait_ms * kRetryJitterPercent / 100;
  address.next_us =
      now.steady_us + random_.between(wait_ms - jitter_ms, wait_ms + jitter_ms) * base::kUsPerMs;
}

std::uint32_t ConnectionPolicy::failed(const AddressKey& key, base::Time now) {
  Entry* const entry = book_.find(key);
  if (entry == nullptr) return 0;
  Address& address = entry->second;
  release(*entry);
  const std::uint32_t failures = ++address.failures;
  const std::int64_t worked_ms = address.owner ? address.owner->last_success_ms : 0;
  const bool given_up = failures >= kFailuresMax && now.wall_ms() - worked_ms > kHorizonMs;
  if (given_up && address.source != Source::kBootstrap) {
    given_up_.add(key, failures, now);
    book_.remove(AddressKey(key));
    return failures;
  }
  if (book_.failed_test(key)) return failures;
  wait(address, now);
  due_from(*entry);
  return failures;
}

void ConnectionPolicy::arrived(Entry& entry, const std::optional<base::NodeId>& id,
                               const std::string& name, base::Time now) {
  const Owner* const before = entry.second.owner.get();
  const bool same = before != nullptr && before->proved && before->id == id;
  book_.set_owner(entry, {id, true, name, now.wall_ms(), same ? before->since_ms : now.wall_ms()});
  if (id && connected_by(Route::kGrenache).ids.contains(*id)) find_upgrades();
  given_up_.remove(entry.first);
  book_.passed_test(entry.first);
  book_.worked(entry);
}

void ConnectionPolicy::opened(const AddressKey& key, const std::optional<base::NodeId>& id,
                              const std::string& name, base::Time now) {
  Entry* const entry = book_.find(key);
  if (entry == nullptr) return;
  Address& address = entry->second;
  if (address.dialling && address.lane != kNoLane) --lanes_[address.lane].dialling;
  if (address.dialling && address.counted) ++ordinary_open_;
  address.dialling = false;
  arrived(*entry, id, name, now);
}

void ConnectionPolicy::ended(const AddressKey& key, std::int64_t lasted_us, base::Time now) {
  Entry* const entry = book_.find(key);
  if (entry == nullptr) return;
  Address& address = entry->second;
  if (!address.dialling && address.counted && ordinary_open_-- == kOutboundMax) {
    short_since_us_ = now.steady_us;
  }
  release(*entry);
  address.failures = lasted_us >= kStableMs * base::kUsPerMs ? 0 : address.failures + 1;
  wait(address, now);
  due_from(*entry);
}

void ConnectionPolicy::tested(const AddressKey& key, const std::optional<base::NodeId>& id,
                              const std::string& name, base::Time now) {
  Entry* const entry = book_.find(key);
  if (entry == nullptr) return;
  arrived(*entry, id, name, now);
  release(*entry);
  entry->second.failures = 0;
  wait(entry->second, now);
  due_from(*entry);
}

void ConnectionPolicy::is_self(const AddressKey& key) {
  if (own_.size() < kSelfAddressesMax) own_.insert(key.endpoint);
  Entry* const entry = book_.find(key);
  if (entry == nullptr) return;
  release(*entry);
  if (entry->second.source != Source::kBootstrap) book_.remove(AddressKey(key));
}

void ConnectionPolicy::postpone(const std::optional<base::NodeId>& id, std::string_view host,
                                base::Time now) {
  const bool by_host = range_of(host) == HostRange::kPublic;
  const std::string party = party_of(host);
  for (auto& [key, address] : book_.entries()) {
    if (address.source == Source::kBootstrap) continue;
    const bool is_its = id && address.owner && address.owner->proved && address.owner->id == id;
    if (is_its || (by_host && party_of(key.endpoint.host) == party)) {
      address.next_us = now.steady_us + kDiscouragedMs * base::kUsPerMs;
    }
  }
}

// ---- who is connected --------------------------------------------------------------------------

void ConnectionPolicy::connected(const std::optional<base::NodeId>& id,
                                 const std::optional<Endpoint>& listens, Route route) {
  if (id) connected_by(route).ids.insert(*id);
  if (listens) connected_by(route).endpoints.insert(*listens);
  find_upgrades();
}

void ConnectionPolicy::disconnected(const std::optional<base::NodeId>& id,
                                    const std::optional<Endpoint>& listens, Route route) {
  if (id) take_off(connected_by(route).ids, *id);
  if (listens) take_off(connected_by(route).endpoints, *listens);
  find_upgrades();
  wake();
}

/// Direct addresses of those who are connected through Grenache only.
void ConnectionPolicy::find_upgrades() {
  upgrades_.clear();
  const auto& tunnels = connected_by(Route::kGrenache).ids;
  if (tunnels.empty()) return;
  for (const auto& [key, address] : book_.entries()) {
    if (key.route != Route::kDirect || !address.owner || !address.owner->id) continue;
    if (tunnels.contains(*address.owner->id)) upgrades_.insert(key);
  }
  lanes_[kUpgradeLane].due_us = 0;
}

void ConnectionPolicy::part(const std::optional<base::NodeId>& id,
                            const std::vector<Endpoint>& endpoints) {
  if (id) parted_.add(*id);
  for (const Endpoint& endpoint : endpoints) parted_.add(endpoint);
}

void ConnectionPolicy::reunite(const std::optional<base::NodeId>& id,
                               const std::vector<Endpoint>& endpoints) {
  if (id) parted_.remove(*id);
  for (const Endpoint& endpoint : endpoints) parted_.remove(endpoint);
  wake();
}

}  // namespace syrah::p2p
