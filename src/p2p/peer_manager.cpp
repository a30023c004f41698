#include "p2p/peer_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "p2p/limits.h"
#include "p2p/peer_manager_state.h"

namespace syrah::p2p {

PeerManager::PeerManager(Config config, crypto::Identity identity, std::uint64_t random_seed)
    : state_(std::make_unique<State>(std::move(config), std::move(identity), random_seed)) {
  for (const Endpoint& endpoint : state_->config.bootstrap) {
    state_->policy.add(endpoint, Source::kBootstrap, {});
  }
}

PeerManager::~PeerManager() = default;

base::Status PeerManager::load_peers(const std::string& text) {
  if (text.empty()) return base::success();
  const base::Result<StoredPeers> stored = PeerStorage::read(text);
  if (!stored) return stored.error();
  for (const StoredPeer& peer : stored->peers) state_->policy.restore(peer);
  for (const auto& [name, id] : stored->names) state_->names.pin(name, id);
  return base::success();
}

std::string PeerManager::peers_file() const {
  return PeerStorage::write({state_->policy.stored(), state_->names.pinned()});
}

// ---- what the edge tells -----------------------------------------------------------------------

void PeerManager::start(base::Time now, PeerOutputs& out) {
  state_->started = true;
  tick(now, out);
}

void PeerManager::connected(ConnectionId connection, const Endpoint& remote, bool dialled,
                            base::Time now, PeerOutputs& out) {
  if (!dialled) return state_->accepted(connection, remote, now, out);
  const auto found = state_->dials.find(connection);
  if (found == state_->dials.end()) {
    out.push_back(ToClose{connection});  // came after its time
    return;
  }
  const Endpoint endpoint = found->second.endpoint;
  state_->dials.erase(found);
  Peer& peer = state_->begin(connection, remote, Role::kDialling, now);
  peer.dialled = endpoint;
  peer.source = state_->policy.source_of(endpoint);
  state_->flush(peer, now, out);
}

void PeerManager::dial_failed(ConnectionId connection, const std::string& reason, base::Time now,
                              PeerOutputs& out) {
  state_->dial_failed(connection, reason, now, out);
  state_->dial_due(now, out);
}

void PeerManager::received(ConnectionId connection, std::string_view bytes, base::Time now,
                           PeerOutputs& out) {
  while (Peer* const peer = state_->find(connection)) {
    std::optional<SessionEvent> event = peer->session.receive(bytes, now);
    if (!event) return state_->flush(*peer, now, out);
    state_->take(connection, std::move(*event), now, out);
  }
}

void PeerManager::sent(ConnectionId connection, std::size_t bytes, base::Time now,
                       PeerOutputs& out) {
  Peer* const peer = state_->find(connection);
  if (peer == nullptr) return;
  peer->session.sent(bytes, now);
  state_->flush(*peer, now, out);
}

void PeerManager::closed(ConnectionId connection, const std::string& reason, base::Time now,
                         PeerOutputs& out) {
  if (Peer* const peer = state_->find(connection)) {
    if (!peer->was_open) {
      base::LogLine line = peer_line(base::LogLevel::kInfo, "connection lost in handshake", *peer);
      line.fields.emplace_back("reason", reason);
      out.push_back(std::move(line));
    }
    return state_->forget(*peer, {{}, reason}, now, out);
  }
  dial_failed(connection, reason, now, out);
}

void PeerManager::tick(base::Time now, PeerOutputs& out) {
  for (const ConnectionId connection : state_->connections()) {
    while (Peer* const peer = state_->find(connection)) {
      const std::optional<SessionEvent> event = peer->session.due(now);
      if (!event) break;
      state_->take(connection, *event, now, out);
    }
    Peer* const peer = state_->find(connection);
    if (peer == nullptr || !peer->was_open) continue;
    if (peer->turns.next_question_us() > now.steady_us) continue;
    peer->turns.asked(now.steady_us);
    state_->say(*peer, PeerExchangeRequest{}, Urgency::kControl, std::nullopt, now, out);
  }
  state_->end_late_dials(now, out);
  state_->dial_due(now, out);
}

std::int64_t PeerManager::next_deadline_us() const { return state_->next_deadline_us(); }

// ---- what the node wants -----------------------------------------------------------------------

base::Status PeerManager::connect(const Endpoint& endpoint, base::Time now, PeerOutputs& out) {
  using base::ErrorCode;
  if (!state_->config.p2p_enabled || state_->stopping || !state_->started) {
    return base::Error{ErrorCode::kUnavailable, "peers are not dialled now (P2P_ENABLED)"};
  }
  for (const auto& [connection, peer] : state_->sessions) {
    if (peer.was_open && (peer.dialled == endpoint || peer.listens == endpoint)) {
      return base::Error{ErrorCode::kRefused,
                         fmt::format("{} is connected already", endpoint.text())};
    }
  }
  if (state_->room().peers == 0) {
    return base::Error{ErrorCode::kLimit,
                       fmt::format("{} peers are connected, no more are allowed (MAX_PEERS)",
                                   state_->config.peers_max)};
  }
  state_->misbehavior.forgive(state_->policy.id_at(endpoint), endpoint.host);
  state_->policy.add(endpoint, Source::kUser, now);
  state_->dial_due(now, out);
  return base::success();
}

void PeerManager::shut_down(base::Time now, PeerOutputs& out) {
  state_->stopping = true;
  for (const ConnectionId connection : state_->connections()) {
    state_->end(state_->sessions.at(connection), {{}, "shutdown"}, now, out);
  }
  for (const auto& [connection, dial] : state_->dials) out.push_back(ToClose{connection});
  state_->dials.clear();
}

void PeerManager::drop(ConnectionId connection, const std::string& code, const std::string& reason,
                       bool discourage, base::Time now, PeerOutputs& out) {
  Peer* const peer = state_->find(connection);
  if (peer != nullptr) state_->end(*peer, {code, reason, discourage}, now, out);
}

void PeerManager::send(ConnectionId connection, MessageBody body, Urgency urgency,
                       const std::optional<base::NodeId>& ordered_as, base::Time now,
                       PeerOutputs& out) {
  Peer* const peer = state_->find(connection);
  if (peer == nullptr || !peer->was_open) return;
  state_->say(*peer, body, urgency, ordered_as, now, out);
}

void PeerManager::set_heads(std::vector<feed::Head> heads, bool beat_now, base::Time now,
                            PeerOutputs& out) {
  const base::NodeId& self = state_->identity.id();
  std::stable_partition(heads.begin(), heads.end(),
                        [&](const feed::Head& head) { return head.home == self; });
  state_->heads = std::move(heads);
  if (!beat_now) return;
  for (const ConnectionId connection : state_->connections()) {
    Peer* const peer = state_->find(connection);
    if (peer != nullptr && peer->was_open && !peer->session.basic()) state_->beat(*peer, now, out);
  }
}

// ---- questions ---------------------------------------------------------------------------------

std::vector<PeerView> PeerManager::peers() const {
  std::vector<PeerView> views;
  for (const auto& [connection, peer] : state_->sessions) {
    if (peer.was_open) views.push_back(state_->view(peer));
  }
  return views;
}

std::optional<ConnectionId> PeerManager::connection_to(const base::NodeId& id) const {
  for (const auto& [connection, peer] : state_->sessions) {
    if (peer.was_open && peer.session.id() == id) return connection;
  }
  return std::nullopt;
}

std::size_t PeerManager::queued_bytes(ConnectionId connection) const {
  Peer* const peer = state_->find(connection);
  return peer == nullptr ? 0 : peer->session.queue().bytes();
}

}  // namespace syrah::p2p
