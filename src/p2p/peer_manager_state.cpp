#include "p2p/peer_manager_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "crypto/hash.h"
#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

Config with_name(Config config, const base::NodeId& id) {
  if (config.node_name.empty()) config.node_name = id.text();
  return config;
}

/// Where the peer can be dialled. What it says of itself counts only if it makes sense where it is:
/// nobody makes us knock at our own doors.
std::optional<Endpoint> listening_endpoint(const Peer& peer) {
  const Handshake& theirs = peer.session.theirs();
  if (theirs.identity && theirs.identity->advertise &&
      makes_sense_for(theirs.identity->advertise->host, peer.remote.host)) {
    return theirs.identity->advertise;
  }
  if (peer.dialled) return peer.dialled;
  if (theirs.port == 0) return std::nullopt;
  return Endpoint{plain_host(peer.remote.host), theirs.port};
}

Refusal quiet(std::string reason) { return {{}, std::move(reason)}; }

}  // namespace

base::LogLine peer_line(base::LogLevel level, std::string message, const Peer& peer) {
  const bool known = peer.session.introduced();
  return {level,
          std::move(message),
          {{"peer", known ? peer.session.name() : "unknown"},
           {"address", (peer.dialled ? *peer.dialled : peer.remote).text()},
           {"direction", peer.session.role() == Role::kDialling ? "out" : "in"},
           {"dialect", !known                 ? "unknown"
                       : peer.session.basic() ? "basic"
                                              : "full"}}};
}

PeerManager::State::State(Config settings, crypto::Identity key, std::uint64_t random_seed)
    : config(with_name(std::move(settings), key.id())),
      identity(std::move(key)),
      random(random_seed),
      policy(config.reconnect_interval_ms, random.next()),
      names(config.node_name, identity.id()) {}

Peer* PeerManager::State::find(ConnectionId connection) {
  const auto found = sessions.find(connection);
  return found == sessions.end() ? nullptr : &found->second;
}

std::vector<ConnectionId> PeerManager::State::connections() const {
  std::vector<ConnectionId> all;
  all.reserve(sessions.size());
  for (const auto& [connection, peer] : sessions) all.push_back(connection);
  return all;
}

std::size_t PeerManager::State::open_count() const {
  return static_cast<std::size_t>(std::count_if(
      sessions.begin(), sessions.end(), [](const auto& entry) { return entry.second.was_open; }));
}

/// Nobody else can foretell it: it comes from the secret key. Nothing repeats it: it has a number,
/// the time, and what the edge gave as randomness.
Nonce PeerManager::State::fresh_nonce(base::Time now) {
  const crypto::Signature secret = identity.sign(fmt::format(
      "syrah nonce 1\n{} {} {} {}", random.next(), ++nonces, now.steady_us, now.wall_us));
  return crypto::sha256(std::span<const std::uint8_t>(secret), {});
}

// ---- begin -------------------------------------------------------------------------------------

Peer& PeerManager::State::begin(ConnectionId connection, const Endpoint& remote, Role role,
                                base::Time now) {
  Handshake own;
  own.port = config.listen_port;
  own.identity = Handshake::Identity{.id = identity.id(),
                                     .nonce = fresh_nonce(now),
                                     .network = config.network,
                                     .software = config.software,
                                     .advertise = config.advertise,
                                     .proof = std::nullopt};
  Session session(role, identity, config.node_name, std::move(own), now);
  const auto [entry, added] =
      sessions.emplace(connection, Peer(connection, std::move(session), remote));
  SYRAH_CHECK(added, "a connection id was used twice");
  return entry->second;
}

void PeerManager::State::accepted(ConnectionId connection, const Endpoint& remote, base::Time now,
                                  PeerOutputs& out) {
  std::optional<Refusal> refusal;
  if (stopping || !config.p2p_enabled) {
    refusal = Refusal{error_code::kPeerLimit, "this node takes no connections"};
  } else if (misbehavior.is_discouraged(remote.host, now.steady_us)) {
    refusal = Refusal{error_code::kUnknown, "this address broke the rules within the last day"};
  } else {
    refusal = admission.admit(remote.host, now.steady_us);
  }
  if (!refusal) {
    begin(connection, remote, Role::kAnswering, now).source = "inbound";
    return;
  }
  const Message last{config.node_name, now.wall_ms(), ErrorMessage{refusal->code, refusal->reason}};
  out.push_back(ToSend{connection, encode_frame(encode_message(last))});
  out.push_back(ToClose{connection});
  out.push_back(base::LogLine{
      base::LogLevel::kInfo,
      "peer refused",
      {{"peer", "unknown"}, {"address", remote.text()}, {"reason", refusal->reason}}});
}

// ---- events ------------------------------------------------------------------------------------

void PeerManager::State::take(ConnectionId connection, SessionEvent event, base::Time now,
                              PeerOutputs& out) {
  Peer& peer = sessions.at(connection);
  if (std::holds_alternative<Introduced>(event)) return introduce(peer, now, out);
  if (std::holds_alternative<Proven>(event)) return settle(peer, now, out);
  if (std::holds_alternative<HeartbeatDue>(event)) return beat(peer, now, out);
  if (auto* heard = std::get_if<Heard>(&event)) {
    return hear(peer, std::move(heard->message), now, out);
  }
  const Refusal refusal = std::get<MustEnd>(std::move(event)).refusal;
  if (refusal.is_self) {
    found_self(peer, now, out);
    if (find(connection) == nullptr) return;
  }
  end(peer, refusal, now, out);
}

void PeerManager::State::introduce(Peer& peer, base::Time now, PeerOutputs& out) {
  if (auto refusal = judge(peer, now)) return end(peer, *refusal, now, out);
  const auto event = peer.session.accept(now);
  if (event) return take(peer.connection, *event, now, out);
  flush(peer, now, out);
}

/// What speaks against a peer that was introduced, however many there are.
std::optional<Refusal> PeerManager::State::judge(const Peer& peer, base::Time now) const {
  const std::optional<base::NodeId> id = peer.session.id();
  if (id && misbehavior.is_discouraged(*id, now.steady_us)) {
    return Refusal{error_code::kUnknown, "this identity broke the rules within the last day"};
  }
  if (!id && config.basic_peers == BasicPeers::kRefuse) {
    return Refusal{error_code::kAuthenticationFailed, "nodes without an identity are refused here"};
  }
  if (!id && peer.dialled && policy.id_at(*peer.dialled)) {
    return Refusal{error_code::kAuthenticationFailed,
                   "a node with an identity was at this address, this one has none"};
  }
  if (auto refusal = names.judge(peer.session.name(), id)) return refusal;
  // Whoever is connected already may replace its connection, but only when it has proved itself.
  const bool may_replace = id && std::any_of(sessions.begin(), sessions.end(), [&](const auto& s) {
                             return s.second.was_open && s.second.session.id() == id;
                           });
  return may_replace ? std::nullopt : over_limit(peer);
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
        policy.learned(*peer.dialled, *peer.session.id(), peer.session.name());
      }
      return end(peer, quiet("already connected"), now, out);
    }
    rival->is_duplicate = true;
    end(*rival, quiet("replaced by a newer connection"), now, out);
  }
  // Others may have come, or taken the name, since it was introduced.
  auto refusal = names.judge(peer.session.name(), peer.session.id());
  if (!refusal) refusal = over_limit(peer);
  if (refusal) return end(peer, *refusal, now, out);
  open(peer, now, out);
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
/// end, and one that has been silent for long gives way to any.
bool PeerManager::State::takes_over(const Peer& fresh, const Peer& existing, base::Time now) const {
  const bool basic = fresh.session.basic();
  const std::int64_t silent_us = now.steady_us - existing.session.heard().steady_us;
  if (silent_us > (basic ? kStaleBasicMs : kStaleMs) * base::kUsPerMs) return true;
  // A basic peer proves nothing: only from where it is may it replace its connection.
  if (basic) return plain_host(fresh.remote.host) == plain_host(existing.remote.host);
  if (fresh.session.role() == existing.session.role()) return true;
  const bool dialled_here = fresh.session.role() == Role::kDialling;
  return dialled_here == (identity.id() < *fresh.session.id());
}

void PeerManager::State::open(Peer& peer, base::Time now, PeerOutputs& out) {
  peer.session.open(now);
  peer.was_open = true;
  peer.opened = now;
  peer.listens = listening_endpoint(peer);
  const std::optional<base::NodeId> id = peer.session.id();
  const std::string name = peer.session.name();
  if (peer.dialled) {
    policy.opened(*peer.dialled, id, name, now);
  } else {
    admission.authenticated();
    if (peer.listens) policy.add(*peer.listens, Source::kInbound, now);
  }
  policy.connected(id, peer.listens);
  const bool pinned = id && names.pin(name, *id);
  if (peer.dialled || pinned) out.push_back(PeersChanged{});
  out.push_back(PeerUp{view(peer)});
  out.push_back(peer_line(base::LogLevel::kInfo, "peer connected", peer));
  const ConnectionId connection = peer.connection;
  beat(peer, now, out);
  if (Peer* const still = find(connection)) {
    still->turns.asked(now.steady_us);
    say(*still, PeerExchangeRequest{}, Urgency::kControl, std::nullopt, now, out);
  }
}

// ---- end ---------------------------------------------------------------------------------------

void PeerManager::State::end(Peer& peer, const Refusal& refusal, base::Time now, PeerOutputs& out) {
  out.push_back(ToSend{peer.connection, peer.session.end(refusal, now)});
  out.push_back(ToClose{peer.connection});
  if (!peer.was_open) {
    const auto level = refusal.misbehaved ? base::LogLevel::kWarning : base::LogLevel::kInfo;
    base::LogLine line = peer_line(level, "peer refused", peer);
    line.fields.emplace_back("reason", refusal.reason);
    out.push_back(std::move(line));
  }
  forget(peer, refusal, now, out);
}

void PeerManager::State::hang_up(Peer& peer, const std::string& reason, base::Time now,
                                 PeerOutputs& out) {
  out.push_back(ToClose{peer.connection});
  forget(peer, quiet(reason), now, out);
}

void PeerManager::State::forget(Peer& peer, const Refusal& refusal, base::Time now,
                                PeerOutputs& out) {
  const std::optional<base::NodeId> proved =
      peer.was_open ? peer.session.id() : std::optional<base::NodeId>{};
  if (peer.was_open) {
    policy.disconnected(proved, peer.listens);
    out.push_back(PeerDown{view(peer), refusal.reason});
    const auto level = refusal.misbehaved ? base::LogLevel::kWarning : base::LogLevel::kInfo;
    base::LogLine line = peer_line(level, "peer disconnected", peer);
    line.fields.emplace_back("reason", refusal.reason);
    out.push_back(std::move(line));
  }
  if (peer.dialled) {
    if (refusal.is_self) {
      policy.is_self(*peer.dialled);
    } else if (peer.is_duplicate) {
      policy.ended(*peer.dialled, kStableMs * base::kUsPerMs, now);
    } else if (peer.was_open) {
      policy.ended(*peer.dialled, now.steady_us - peer.opened.steady_us, now);
    } else {
      policy.failed(*peer.dialled, now);
    }
  } else {
    admission.leave(peer.remote.host, peer.was_open);
  }
  if (refusal.misbehaved) {
    misbehavior.discourage(proved, peer.remote.host, now.steady_us);
    policy.postpone(proved, peer.remote.host, now);
  }
  sessions.erase(peer.connection);
}

/// A connection between this node and itself. The dialling end is found by its nonce, so that its
/// address is not dialled again.
void PeerManager::State::found_self(const Peer& peer, base::Time now, PeerOutputs& out) {
  if (peer.dialled) return;
  const Nonce nonce = peer.session.theirs().identity->nonce;
  for (const ConnectionId connection : connections()) {
    Peer& other = sessions.at(connection);
    if (!other.dialled || other.session.own_nonce() != nonce) continue;
    return end(other, {{}, "this is the node itself", false, true}, now, out);
  }
  base::LogLine line = peer_line(base::LogLevel::kError, "another node uses this node's key", peer);
  out.push_back(std::move(line));
}

void PeerManager::State::flush(Peer& peer, base::Time now, PeerOutputs& out) {
  std::string bytes = peer.session.take_bytes(now);
  if (!bytes.empty()) out.push_back(ToSend{peer.connection, std::move(bytes)});
}

PeerView PeerManager::State::view(const Peer& peer) const {
  PeerView view;
  view.connection = peer.connection;
  view.id = peer.session.id();
  view.name = peer.session.name();
  if (view.id) view.software = peer.session.theirs().identity->software;
  view.remote = peer.remote;
  view.listens = peer.listens;
  view.dialled = peer.dialled.has_value();
  view.source = peer.source;
  view.connected_wall_us = peer.opened.wall_us;
  view.last_heard_wall_us = peer.session.heard().wall_us;
  view.round_trip_us = peer.session.round_trip_us();
  const SessionCounts& counts = peer.session.counts();
  view.messages_in = counts.messages_in;
  view.messages_out = counts.messages_out;
  view.bytes_in = counts.bytes_in;
  view.bytes_out = counts.bytes_out;
  view.queued_bytes = peer.session.queue().bytes();
  return view;
}

std::int64_t PeerManager::State::next_deadline_us() const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const auto& [connection, peer] : sessions) {
    next = std::min(next, peer.session.next_deadline_us());
    if (peer.was_open) next = std::min(next, peer.turns.next_question_us());
  }
  for (const auto& [connection, dial] : dials) next = std::min(next, dial.until_us);
  if (started && !stopping && config.p2p_enabled) {
    next = std::min(next, policy.next_due_us(room()));
  }
  return next;
}

}  // namespace syrah::p2p
