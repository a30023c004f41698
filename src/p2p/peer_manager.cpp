#include "p2p/peer_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "p2p/limits.h"
#include "p2p/peer_manager_state.h"

namespace syrah::p2p {

PeerManager::PeerManager(Config config, const crypto::Identity& identity, std::uint64_t random_seed)
    : state_(std::make_unique<State>(std::move(config), identity, random_seed)) {
  state_->discovery.look(state_->policy, true, {});
}

PeerManager::~PeerManager() = default;

base::Status PeerManager::load_peers(const std::string& text) {
  if (text.empty()) return base::success();
  const base::Result<StoredPeers> stored = PeerStorage::read(text);
  if (!stored) return stored.error();
  state_->discovery.stored.load(stored->peers);
  state_->discovery.look(state_->policy, true, {});
  state_->discouraged_before = stored->discouraged;
  for (const auto& [name, id] : stored->names) state_->names.pin(name, id);
  return base::success();
}

std::string PeerManager::peers_file() const {
  StoredPeers stored{state_->policy.stored(), state_->names.pinned(),
                     state_->started ? state_->misbehavior.stored() : state_->discouraged_before};
  const std::vector<AddressKey> anchors =
      state_->stopping ? state_->last_anchors : state_->policy.anchors();
  for (StoredPeer& peer : stored.peers) {
    const AddressKey key{peer.endpoint, peer.route};
    peer.anchor = std::find(anchors.begin(), anchors.end(), key) != anchors.end();
  }
  return PeerStorage::write(stored);
}

// ---- what the edge tells -----------------------------------------------------------------------

void PeerManager::start(base::Time now, PeerOutputs& out) {
  state_->started = true;
  state_->discovery.start(now);
  state_->misbehavior.restore(state_->discouraged_before, now);
  tick(now, out);
}

void PeerManager::connected(ConnectionId connection, const Endpoint& remote, bool dialled,
                            Route route, base::Time now, PeerOutputs& out) {
  if (!dialled) return state_->accepted(connection, remote, route, now, out);
  const auto found = state_->dials.find(connection);
  if (found == state_->dials.end()) {
    out.push_back(ToClose{connection});  // came after its time
    return;
  }
  const State::Dial dial = found->second;
  SYRAH_CHECK(dial.key.route == route, "a connection by another way than it was dialled");
  state_->dials.erase(found);
  Peer& peer = state_->begin(connection, remote, Role::kDialling, route, now);
  peer.dialled = dial.key.endpoint;
  peer.is_feeler = dial.is_feeler;
  peer.source = to_text(state_->policy.source_of(dial.key));
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
  if (const std::size_t expired = state_->router.expire(now); expired > 0) {
    out.push_back(base::LogLine{base::LogLevel::kDebug,
                                "messages waited in vain for a connection",
                                {{"count", std::to_string(expired)}}});
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
    if (!peer.was_open || peer.route != Route::kDirect) continue;
    if (peer.dialled == endpoint || peer.listens == endpoint) {
      return base::Error{ErrorCode::kRefused,
                         fmt::format("{} is connected already", endpoint.text())};
    }
  }
  if (state_->room().peers == 0) {
    return base::Error{ErrorCode::kLimit,
                       fmt::format("{} peers are connected, no more are allowed (MAX_PEERS)",
                                   state_->config.peers_max)};
  }
  const AddressKey key{endpoint, Route::kDirect};
  const std::optional<base::NodeId> id = state_->policy.id_at(key);
  state_->misbehavior.forgive(id, endpoint.host);
  state_->policy.reunite(id, {endpoint});
  if (state_->policy.add({key, Source::kUser, {}, {}}, now)) state_->discovery.found(Source::kUser);
  state_->dial_due(now, out);
  return base::success();
}

void PeerManager::shut_down(base::Time now, PeerOutputs& out) {
  if (!state_->stopping) state_->last_anchors = state_->policy.anchors();
  state_->stopping = true;
  for (const ConnectionId connection : state_->connections()) {
    state_->end(state_->sessions.at(connection), {{}, "shutdown"}, now, out);
  }
  for (const auto& [connection, dial] : state_->dials) out.push_back(ToClose{connection});
  state_->dials.clear();
}

base::Status PeerManager::disconnect(const std::string& who, base::Time now, PeerOutputs& out) {
  bool known = false;
  for (const ConnectionId connection : state_->connections()) {
    Peer* const peer = state_->find(connection);
    if (peer == nullptr || !peer->was_open) continue;
    const std::optional<base::NodeId> id = peer->session.id();
    std::vector<Endpoint> endpoints;
    for (const auto& endpoint : {peer->dialled, peer->listens}) {
      if (endpoint) endpoints.push_back(*endpoint);
    }
    const bool by_address = peer->remote.text() == who ||
                            std::any_of(endpoints.begin(), endpoints.end(),
                                        [&](const Endpoint& e) { return e.text() == who; });
    if (!by_address && peer->session.name() != who && (!id || id->text() != who)) continue;
    known = true;
    state_->policy.part(id, endpoints);
    state_->end(*peer, {{}, "its user ended the connection"}, now, out);
  }
  if (known) return base::success();
  return base::Error{base::ErrorCode::kNotFound,
                     fmt::format("no peer that is connected has the id, name or address '{}'",
                                 printable(who, kNameBytesMax))};
}

void PeerManager::drop(ConnectionId connection, const std::string& code, const std::string& reason,
                       bool discourage, base::Time now, PeerOutputs& out) {
  Peer* const peer = state_->find(connection);
  if (peer != nullptr) state_->end(*peer, {code, reason, discourage}, now, out);
}

void PeerManager::send(ConnectionId connection, const MessageBody& body, Urgency urgency,
                       const std::optional<base::NodeId>& ordered_as, base::Time now,
                       PeerOutputs& out) {
  send(std::span(&connection, 1), body, urgency, ordered_as, now, out);
}

void PeerManager::send(std::span<const ConnectionId> connections, const MessageBody& body,
                       Urgency urgency, const std::optional<base::NodeId>& ordered_as,
                       base::Time now, PeerOutputs& out) {
  Outgoing message(state_->config.node_name, body, now);
  for (const ConnectionId connection : connections) {
    Peer* const peer = state_->find(connection);
    if (peer == nullptr || !peer->was_open) continue;
    state_->say(*peer, message, urgency, ordered_as, now, out);
  }
}

base::Result<Routing> PeerManager::send_to(const base::NodeId& to, const MessageBody& body,
                                           Urgency urgency,
                                           const std::optional<base::NodeId>& ordered_as,
                                           base::Time now, PeerOutputs& out) {
  const auto told = [&](std::string_view route) {
    out.push_back(base::LogLine{base::LogLevel::kDebug,
                                "message routed",
                                {{"to", to.brief()},
                                 {"type", std::string(to_text(type_of(body)))},
                                 {"route", std::string(route)}}});
  };
  if (Peer* const peer = state_->session_to(to)) {
    const Route route = peer->route;
    told(to_text(route));
    state_->say(*peer, body, urgency, ordered_as, now, out);
    return route == Route::kDirect ? Routing::kDirect : Routing::kGrenache;
  }
  told("waits");
  const base::Status waits = state_->router.wait(to, {body, urgency, ordered_as}, now);
  if (!waits) return waits.error();
  return Routing::kQueued;
}

const RouteCounts& PeerManager::route_counts() const { return state_->router.counts(); }
const PeerCounts& PeerManager::counts() const { return state_->peer_counts; }

void PeerManager::useful(ConnectionId connection, base::Time now) {
  if (Peer* const peer = state_->find(connection)) peer->useful_us = now.steady_us;
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

void PeerManager::found(const Endpoint& endpoint, Source source, Route route,
                        const std::optional<base::NodeId>& hinted, base::Time now,
                        PeerOutputs& out) {
  SYRAH_CHECK(source == Source::kMdns || source == Source::kGrenache, "not told from outside");
  if (hinted == state_->identity.id() || !state_->allows(route)) return;
  if (state_->config.advertise == endpoint) return;
  if (state_->misbehavior.is_discouraged(endpoint.host, now.steady_us)) return;
  if (hinted && state_->misbehavior.is_discouraged(*hinted, now.steady_us)) return;
  PeerDiscovery& discovery = state_->discovery;
  (source == Source::kMdns ? discovery.mdns : discovery.grenache).told({endpoint, route}, hinted);
  state_->dial_due(now, out);
}

// ---- questions ---------------------------------------------------------------------------------

std::vector<PeerView> PeerManager::peers() const {
  std::vector<PeerView> views;
  for (const auto& [connection, peer] : state_->sessions) {
    if (peer.was_open) views.push_back(state_->view(peer));
  }
  return views;
}

const std::map<std::string, base::NodeId>& PeerManager::names() const {
  return state_->names.pinned();
}

base::Status PeerManager::forget_name(const std::string& name, PeerOutputs& out) {
  if (!state_->names.forget(name)) {
    return base::Error{base::ErrorCode::kNotFound, "no key is known to have this name"};
  }
  out.push_back(PeersChanged{});
  return base::success();
}

std::optional<Carrier> PeerManager::carrier(ConnectionId connection) const {
  const auto found = state_->sessions.find(connection);
  if (found == state_->sessions.end() || !found->second.session.id()) return std::nullopt;
  return Carrier{*found->second.session.id(), found->second.route};
}

std::vector<SourceView> PeerManager::sources() const { return state_->discovery.views(); }

bool PeerManager::hungry() const {
  return state_->open_count() < std::min<std::size_t>(kOutboundMax, state_->config.peers_max);
}

std::optional<ConnectionId> PeerManager::connection_to(const base::NodeId& id) const {
  const Peer* const peer = state_->session_to(id);
  return peer == nullptr ? std::nullopt : std::optional(peer->connection);
}

std::size_t PeerManager::queued_bytes(ConnectionId connection) const {
  Peer* const peer = state_->find(connection);
  return peer == nullptr ? 0 : peer->session.queue().bytes();
}

}  // namespace syrah::p2p
