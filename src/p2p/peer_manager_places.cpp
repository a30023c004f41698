#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "p2p/eviction.h"
#include "p2p/ip_address.h"
#include "p2p/limits.h"
#include "p2p/peer_manager_state.h"

namespace syrah::p2p {

/// What speaks against a peer that was introduced, however many there are.
std::optional<Refusal> PeerManager::State::judge(const Peer& peer, base::Time now) const {
  const std::optional<base::NodeId> id = peer.session.id();
  if (id && misbehavior.is_discouraged(*id, now.steady_us)) {
    return Refusal{error_code::kUnknown, "this identity broke the rules within the last day"};
  }
  if (!id && config.basic_peers == BasicPeers::kRefuse) {
    return Refusal{error_code::kAuthenticationFailed, "nodes without an identity are refused here"};
  }
  if (id && peer.dialled && policy.parted(*id) && policy.source_of(peer.key()) != Source::kUser) {
    return quiet("the user ended the connection to it");
  }
  if (!id && peer.dialled && policy.id_at(peer.key())) {
    return Refusal{error_code::kAuthenticationFailed,
                   "a node with an identity was at this address, this one has none"};
  }
  if (auto refusal = names.judge(peer.session.name(), id)) return refusal;
  // Whoever is connected already may replace its connection, but only when it has proved itself.
  const bool may_replace = id && std::any_of(sessions.begin(), sessions.end(), [&](const auto& s) {
                             return s.second.was_open && s.second.session.id() == id;
                           });
  if (may_replace || peer.is_feeler) return std::nullopt;
  auto refusal = over_limit(peer);
  // Who dialled in may get another's place, but only when it has proved itself.
  if (refusal && id && !peer.dialled && evictable(now)) return std::nullopt;
  return refusal;
}

std::optional<Refusal> PeerManager::State::over_limit(const Peer& peer) const {
  std::size_t places = config.peers_max;
  if (!peer.dialled) {
    places -= std::min<std::size_t>(kOutboundMax, config.peers_max / kReservedShare);
  }
  if (open_count() < places) return std::nullopt;
  return Refusal{error_code::kPeerLimit, fmt::format("{} peers are connected", open_count())};
}

/// The peer is who it says: one connection to it stays.
void PeerManager::State::settle(Peer& peer, base::Time now, PeerOutputs& out) {
  if (Peer* const rival = rival_of(peer)) {
    if (!takes_over(peer, *rival, now)) {
      peer.is_duplicate = true;
      if (peer.dialled && peer.session.id()) {
        policy.opened(peer.key(), peer.session.id(), peer.session.name(), now);
      }
      return end(peer, quiet("already connected"), now, out);
    }
    rival->is_duplicate = true;
    end(*rival, quiet("replaced by a newer connection"), now, out);
  }
  // Others may have come, or taken the name, since it was introduced.
  auto refusal = names.judge(peer.session.name(), peer.session.id());
  if (!refusal) {
    refusal = over_limit(peer);
    if (refusal && peer.session.id() && !peer.dialled && evict_one(now, out)) {
      refusal = over_limit(peer);
    }
  }
  if (refusal) return end(peer, *refusal, now, out);
  open(peer, now, out);
}

Peer* PeerManager::State::session_to(const base::NodeId& id) {
  for (auto& [connection, peer] : sessions) {
    if (peer.was_open && peer.session.id() == id) return &peer;
  }
  return nullptr;
}

Peer* PeerManager::State::rival_of(const Peer& peer) {
  for (auto& [connection, other] : sessions) {
    if (!other.was_open || connection == peer.connection) continue;
    const bool same = peer.session.basic()
                          ? other.session.basic() && other.session.name() == peer.session.name()
                          : other.session.id() == peer.session.id();
    if (same) return &other;
  }
  return nullptr;
}

/// Of two connections to one peer both sides must keep the same one: that which the node with the
/// smaller id dialled. A newer one in the same direction means that the older is dead at the other
/// end, and one that has been silent for long gives way to any. A direct connection replaces one
/// through Grenache, and never the other way round while it lives: by whatever order they come,
/// both sides end with the direct one.
bool PeerManager::State::takes_over(const Peer& fresh, const Peer& existing, base::Time now) const {
  const bool basic = fresh.session.basic();
  const std::int64_t silent_us = now.steady_us - existing.session.heard().steady_us;
  if (silent_us > (basic ? kStaleBasicMs : kStaleMs) * base::kUsPerMs) return true;
  // A basic peer proves nothing: only from where it is may it replace its connection.
  if (basic) return plain_host(fresh.remote.host) == plain_host(existing.remote.host);
  if (fresh.route != existing.route) return fresh.route == Route::kDirect;
  if (fresh.session.role() == existing.session.role()) return true;
  const bool dialled_here = fresh.session.role() == Role::kDialling;
  return dialled_here == (identity.id() < *fresh.session.id());
}

bool PeerManager::State::allows(Route route) const {
  return route == Route::kDirect ? config.p2p_enabled : config.grenache_enabled;
}

// ---- places for those who dial in --------------------------------------------------------------

std::optional<ConnectionId> PeerManager::State::evictable(base::Time now) const {
  if (now.steady_us < next_eviction_us) return std::nullopt;
  std::vector<EvictionCandidate> candidates;
  for (const auto& [connection, peer] : sessions) {
    if (!peer.was_open || peer.dialled) continue;
    const Endpoint place{plain_host(peer.remote.host), peer.remote.port};
    candidates.push_back({connection, policy.book().group_number(place),
                          peer.session.round_trip_us(), peer.useful_us, peer.opened.steady_us});
  }
  return choose_eviction(std::move(candidates));
}

bool PeerManager::State::evict_one(base::Time now, PeerOutputs& out) {
  const std::optional<ConnectionId> chosen = evictable(now);
  if (!chosen) return false;
  next_eviction_us = now.steady_us + kEvictionMs * base::kUsPerMs;
  end(sessions.at(*chosen), quiet("another one needs its place"), now, out);
  return true;
}

/// A feeler has seen who answers; that was all.
void PeerManager::State::end_test(Peer& peer, base::Time now, PeerOutputs& out) {
  peer.was_tested = true;
  policy.tested(peer.key(), peer.session.id(), peer.session.name(), now);
  out.push_back(PeersChanged{});
  end(peer, quiet("only a look who is there"), now, out);
}

}  // namespace syrah::p2p
