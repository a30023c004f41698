#include <algorithm>
#include <utility>

#include "p2p/limits.h"
#include "p2p/peer_manager_state.h"

namespace syrah::p2p {

// ---- dialling ----------------------------------------------------------------------------------

ConnectionPolicy::Room PeerManager::State::room() const {
  std::size_t peers = 0;
  for (const auto& [connection, dial] : dials) peers += !dial.is_feeler;
  for (const auto& [connection, peer] : sessions) {
    peers += peer.was_open || (peer.dialled && !peer.is_feeler);
  }
  return {config.peers_max - std::min<std::size_t>(config.peers_max, peers), kOutboundMax};
}

void PeerManager::State::dial_due(base::Time now, PeerOutputs& out) {
  if (!started || stopping) return;
  discovery.look(policy, open_count() == 0, now);
  for (const AddressKey& key : policy.take_due(room(), now)) dial(key, false, now, out);
  if (const auto key = policy.take_feeler(kOutboundMax, now)) dial(*key, true, now, out);
}

void PeerManager::State::dial(const AddressKey& key, bool is_feeler, base::Time now,
                              PeerOutputs& out) {
  const ConnectionId connection = next_connection;
  next_connection += 2;
  dials.emplace(connection, Dial{key, now.steady_us + kDialMs * base::kUsPerMs, is_feeler});
  discovery.tried(policy.source_of(key));
  out.push_back(ToDial{connection, key.endpoint, key.route});
}

void PeerManager::State::dial_failed(ConnectionId connection, const std::string& reason,
                                     base::Time now, PeerOutputs& out) {
  const auto found = dials.find(connection);
  if (found == dials.end()) return;
  const AddressKey key = found->second.key;
  dials.erase(found);
  const Source source = policy.source_of(key);
  discovery.failed(source);
  const std::uint32_t failures = policy.failed(key, now);
  // Told once, and only of addresses that somebody counts on.
  const bool counts = failures == 1 && (source == Source::kUser || source == Source::kBootstrap ||
                                        source == Source::kStored);
  out.push_back(base::LogLine{counts ? base::LogLevel::kInfo : base::LogLevel::kDebug,
                              "peer not reached",
                              {{"address", key.endpoint.text()},
                               {"route", std::string(to_text(key.route))},
                               {"source", std::string(to_text(source))},
                               {"reason", reason},
                               {"failures", std::to_string(failures)}}});
}

void PeerManager::State::end_late_dials(base::Time now, PeerOutputs& out) {
  std::vector<ConnectionId> late;
  for (const auto& [connection, dial] : dials) {
    if (dial.until_us <= now.steady_us) late.push_back(connection);
  }
  for (const ConnectionId connection : late) {
    out.push_back(ToClose{connection});
    dial_failed(connection, "no answer", now, out);
  }
}

// ---- questions ---------------------------------------------------------------------------------

PeerView PeerManager::State::view(const Peer& peer) const {
  PeerView view;
  view.connection = peer.connection;
  view.id = peer.session.id();
  view.name = peer.session.name();
  if (view.id) view.software = peer.session.theirs().identity->software;
  view.remote = peer.remote;
  view.listens = peer.listens;
  view.dialled = peer.dialled.has_value();
  view.route = peer.route;
  view.source = peer.source;
  view.connected_wall_us = peer.opened.wall_us;
  view.last_heard_wall_us = peer.session.heard().wall_us;
  view.round_trip_us = peer.session.round_trip_us();
  view.clock_ahead_ms = peer.session.clock_ahead_ms();
  const SessionCounts& counts = peer.session.counts();
  view.messages_in = counts.messages_in;
  view.messages_out = counts.messages_out;
  view.bytes_in = counts.bytes_in;
  view.bytes_out = counts.bytes_out;
  view.queued_bytes = peer.session.queue().bytes();
  return view;
}

std::int64_t PeerManager::State::next_deadline_us() const {
  std::int64_t next = base::kNeverUs;
  for (const auto& [connection, peer] : sessions) {
    next = std::min(next, peer.session.next_deadline_us());
    if (peer.was_open) next = std::min(next, peer.turns.next_question_us());
  }
  for (const auto& [connection, dial] : dials) next = std::min(next, dial.until_us);
  next = std::min(next, router.next_deadline_us());
  if (started && !stopping) next = std::min(next, policy.next_due_us(room()));
  return next;
}

}  // namespace syrah::p2p
