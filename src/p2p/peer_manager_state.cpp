#include "p2p/peer_manager_state.h"

#include <fmt/format.h>

#include <algorithm>
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
std::optional<Endpoint> direct_endpoint(const Peer& peer) {
  const Handshake& theirs = peer.session.theirs();
  if (theirs.identity && theirs.identity->advertise &&
      makes_sense_for(theirs.identity->advertise->host, peer.remote.host)) {
    return theirs.identity->advertise;
  }
  if (peer.dialled && peer.route == Route::kDirect) return peer.dialled;
  if (theirs.port == 0) return std::nullopt;
  return Endpoint{plain_host(peer.remote.host), theirs.port};
}

}  // namespace

base::LogLine peer_line(base::LogLevel level, std::string message, const Peer& peer) {
  const bool known = peer.session.introduced();
  return {level,
          std::move(message),
          {{"peer", known ? peer.session.name() : "unknown"},
           {"address", (peer.dialled ? *peer.dialled : peer.remote).text()},
           {"route", std::string(to_text(peer.route))},
           {"direction", peer.session.role() == Role::kDialling ? "out" : "in"},
           {"dialect", !known                 ? "unknown"
                       : peer.session.basic() ? "basic"
                                              : "full"}}};
}

PeerManager::State::State(Config settings, const crypto::Identity& key, std::uint64_t random_seed)
    : config(with_name(std::move(settings), key.id())),
      identity(key),
      random(random_seed),
      policy({config.reconnect_interval_ms, config.p2p_enabled, config.grenache_enabled},
             random.next()),
      discovery(config.bootstrap),
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
                                Route route, base::Time now) {
  Handshake own;
  own.port = config.listen_port;
  own.identity = Handshake::Identity{.id = identity.id(),
                                     .nonce = fresh_nonce(now),
                                     .network = config.network,
                                     .software = config.software,
                                     .advertise = config.advertise,
                                     .proof = std::nullopt};
  Session session(role, identity, config.node_name, std::move(own), now, &peer_counts.by(route));
  const auto [entry, added] =
      sessions.emplace(connection, Peer(connection, std::move(session), remote));
  SYRAH_CHECK(added, "a connection id was used twice");
  entry->second.route = route;
  return entry->second;
}

void PeerManager::State::accepted(ConnectionId connection, const Endpoint& remote, Route route,
                                  base::Time now, PeerOutputs& out) {
  std::optional<Refusal> refusal;
  if (stopping || !allows(route)) {
    refusal = Refusal{error_code::kPeerLimit, "this node takes no connections"};
  } else if (misbehavior.is_discouraged(remote.host, now.steady_us)) {
    refusal = Refusal{error_code::kUnknown, "this address broke the rules within the last day"};
  } else {
    refusal = admission.admit(remote.host, now.steady_us);
    if (refusal && admission.full() && evict_one(now, out)) {
      refusal = admission.admit(remote.host, now.steady_us);
    }
  }
  if (!refusal) {
    begin(connection, remote, Role::kAnswering, route, now).source = to_text(Source::kInbound);
    return;
  }
  const Message last{config.node_name, now.wall_ms(),
                     ErrorMessage{refusal->code, refusal->reason, {}}};
  std::string frame = encode_frame(encode_message(last));
  peer_counts.by(route).out.add(static_cast<std::size_t>(MessageType::kError), frame.size());
  ++peer_counts.ended[refusal->code];
  out.push_back(ToSend{connection, std::move(frame)});
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
  if (peer.is_feeler) return end_test(peer, now, out);
  const auto event = peer.session.accept(now);
  if (event) return take(peer.connection, *event, now, out);
  flush(peer, now, out);
}

void PeerManager::State::open(Peer& peer, base::Time now, PeerOutputs& out) {
  peer.session.open(now);
  peer.was_open = true;
  peer.opened = now;
  note_opened(peer, now);
  const std::optional<base::NodeId> id = peer.session.id();
  const bool pinned = id && names.pin(peer.session.name(), *id);
  if (peer.dialled || pinned) out.push_back(PeersChanged{});
  out.push_back(PeerUp{view(peer)});
  out.push_back(peer_line(base::LogLevel::kInfo, "peer connected", peer));
  const ConnectionId connection = peer.connection;
  beat(peer, now, out);
  if (Peer* const still = find(connection)) {
    still->turns.asked(now.steady_us);
    say(*still, PeerExchangeRequest{}, Urgency::kControl, std::nullopt, now, out);
  }
  if (id) send_waiting(*id, now, out);
}

void PeerManager::State::note_opened(Peer& peer, base::Time now) {
  const std::optional<base::NodeId> id = peer.session.id();
  const std::optional<Endpoint> direct = direct_endpoint(peer);
  peer.listens = peer.route == Route::kDirect ? direct : peer.dialled;
  Source source = Source::kInbound;
  if (peer.dialled) {
    source = policy.source_of(peer.key());
    policy.opened(peer.key(), id, peer.session.name(), now);
  } else {
    admission.authenticated();
  }
  discovery.connected(source, now);
  policy.connected(id, peer.listens, peer.route);
  if (!peer.dialled) policy.reunite(id, direct ? std::vector{*direct} : std::vector<Endpoint>{});
  const bool is_news = direct && !(peer.dialled && peer.route == Route::kDirect);
  if (!is_news || misbehavior.is_discouraged(direct->host, now.steady_us)) return;
  // Where it says that it listens: not proved, so it is a hint like others.
  const bool fresh = policy.add({{*direct, Route::kDirect},
                                 Source::kInbound,
                                 peer.route == Route::kGrenache ? id : std::nullopt,
                                 teller_of(peer)},
                                now);
  if (fresh) discovery.found(Source::kInbound);
}

void PeerManager::State::flush(Peer& peer, base::Time now, PeerOutputs& out) {
  std::string bytes = peer.session.take_bytes(now);
  if (!bytes.empty()) out.push_back(ToSend{peer.connection, std::move(bytes)});
}

}  // namespace syrah::p2p
