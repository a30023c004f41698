#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "p2p/ip_address.h"
#include "p2p/limits.h"
#include "p2p/peer_manager_state.h"

namespace syrah::p2p {

// ---- hearing -----------------------------------------------------------------------------------

void PeerManager::State::hear(Peer& peer, Message message, base::Time now, PeerOutputs& out) {
  if (const auto* goodbye = std::get_if<Disconnect>(&message.body)) {
    return hang_up(peer, "it said goodbye: " + goodbye->reason, now, out);
  }
  if (const auto* error = std::get_if<ErrorMessage>(&message.body)) {
    return hear_error(peer, *error, now, out);
  }
  if (std::holds_alternative<PeerExchangeRequest>(message.body)) {
    return give_addresses(peer, now, out);
  }
  if (const auto* told = std::get_if<PeerExchange>(&message.body)) {
    if (peer.turns.expected()) take_addresses(peer, *told, now);
    return dial_due(now, out);
  }
  flush(peer, now, out);
  if (peer.session.basic() && std::holds_alternative<Heartbeat>(message.body)) return;
  out.push_back(PeerMessage{peer.connection, peer.session.id(), std::move(message)});
}

/// Most errors are the other side's last words. A complaint about one order is not, nor is one that
/// it has no code for.
void PeerManager::State::hear_error(Peer& peer, const ErrorMessage& error, base::Time now,
                                    PeerOutputs& out) {
  const std::string said = fmt::format("it says {}: {}", error.code, error.text);
  const bool last = error.code != error_code::kInvalidOrder && error.code != error_code::kUnknown;
  if (peer.was_open && !last) {
    base::LogLine line = peer_line(base::LogLevel::kDebug, "peer complains", peer);
    line.fields.emplace_back("reason", said);
    out.push_back(std::move(line));
    return;
  }
  if (!peer.was_open) {
    if (peer.dialled && error.code == error_code::kPeerLimit) {
      take_addresses(peer, error.others, now);
    }
    log_refusal(peer_line(base::LogLevel::kInfo, "refused by peer", peer), peer, {{}, said}, now,
                out);
  }
  hang_up(peer, said, now, out);
}

// ---- addresses ---------------------------------------------------------------------------------

std::string teller_of(const Peer& peer) {
  if (range_of(peer.remote.host) != HostRange::kPublic && peer.session.id()) {
    return peer.session.id()->text();
  }
  return group_of({plain_host(peer.remote.host), 0});
}

void PeerManager::State::take_addresses(Peer& peer, const PeerExchange& told, base::Time now) {
  PeerExchange worth;
  for (const PeerExchange::Peer& each : told.peers) {
    if (config.advertise && each.endpoint == *config.advertise) continue;
    if (misbehavior.is_discouraged(each.endpoint.host, now.steady_us)) continue;
    worth.peers.push_back(each);
  }
  discovery.exchange.told(worth, {peer.remote.host, teller_of(peer), peer.turns.allowance()},
                          policy, now);
}

void PeerManager::State::give_addresses(Peer& peer, base::Time now, PeerOutputs& out) {
  if (!peer.turns.may_answer(now.steady_us)) return;
  say(peer, addresses_for(peer, now), Urgency::kBook, std::nullopt, now, out);
}

PeerExchange PeerManager::State::some_others(const Peer& peer, base::Time now) {
  PeerExchange all = addresses_for(peer, now);
  const std::size_t count = std::min(all.peers.size(), kRefusedPeersTold);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(all.peers[i], all.peers[i + random.below(all.peers.size() - i)]);
  }
  all.peers.resize(count);
  return all;
}

PeerExchange PeerManager::State::addresses_for(const Peer& peer, base::Time now) const {
  std::vector<KnownPeer> known;
  for (const auto& [connection, other] : sessions) {
    if (!other.was_open || !other.listens || connection == peer.connection) continue;
    if (other.route != Route::kDirect) continue;  // a tunnel is nobody else's business
    known.push_back({other.session.name(), other.session.id(), *other.listens});
  }
  for (KnownPeer& good : policy.recently_good(now)) known.push_back(std::move(good));
  const Asker asker{peer.session.name(), peer.remote.host, peer.listens, peer.session.basic()};
  return answer(known, asker);
}

// ---- saying ------------------------------------------------------------------------------------

void PeerManager::State::say(Peer& peer, const MessageBody& body, Urgency urgency,
                             const std::optional<base::NodeId>& ordered_as, base::Time now,
                             PeerOutputs& out) {
  Outgoing message(config.node_name, body, now);
  say(peer, message, urgency, ordered_as, now, out);
}

void PeerManager::State::say(Peer& peer, Outgoing& message, Urgency urgency,
                             const std::optional<base::NodeId>& ordered_as, base::Time now,
                             PeerOutputs& out) {
  switch (peer.session.send(message, urgency, ordered_as, now)) {
    case Session::Sending::kQueued:
      router.went(peer.route);
      return flush(peer, now, out);
    case Session::Sending::kNotSpoken:
      return;
    case Session::Sending::kQueueFull:
      return end(peer, {{}, "its send queue is full"}, now, out);
    case Session::Sending::kTooLarge:
      base::LogLine line = peer_line(base::LogLevel::kWarning, "message too large to send", peer);
      line.fields.emplace_back("type", to_text(message.type()));
      out.push_back(std::move(line));
  }
}

void PeerManager::State::beat(Peer& peer, base::Time now, PeerOutputs& out) {
  say(peer, heartbeat(peer), Urgency::kControl, std::nullopt, now, out);
}

/// The own head and, where they are too many for one heartbeat, a part of the others in turn.
Heartbeat PeerManager::State::heartbeat(const Peer& peer) {
  Heartbeat body;
  if (peer.session.basic()) return body;
  for (const auto& [connection, other] : sessions) {
    if (other.was_open && other.session.id()) body.direct.push_back(*other.session.id());
  }
  if (heads.size() <= kHeartbeatHeadsMax) {
    body.heads = heads;
    return body;
  }
  body.heads.push_back(heads.front());
  const std::size_t others = heads.size() - 1;
  for (std::size_t i = 0; i + 1 < kHeartbeatHeadsMax; ++i) {
    body.heads.push_back(heads[1 + (heads_turn + i) % others]);
  }
  heads_turn = (heads_turn + kHeartbeatHeadsMax - 1) % others;
  return body;
}

void PeerManager::State::send_waiting(const base::NodeId& to, base::Time now, PeerOutputs& out) {
  for (const RoutedMessage& message : router.take(to)) {
    Peer* const peer = session_to(to);
    if (peer == nullptr) return;
    say(*peer, message.body, message.urgency, message.ordered_as, now, out);
  }
}

}  // namespace syrah::p2p
