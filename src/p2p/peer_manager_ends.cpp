#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "p2p/ip_address.h"
#include "p2p/limits.h"
#include "p2p/peer_manager_state.h"

namespace syrah::p2p {

// ---- end ---------------------------------------------------------------------------------------

void PeerManager::State::end(Peer& peer, const Refusal& refusal, base::Time now, PeerOutputs& out) {
  PeerExchange others;
  // Who knows this address only must not be left alone when there is no place here.
  if (refusal.code == error_code::kPeerLimit && peer.session.id()) others = some_others(peer, now);
  out.push_back(ToSend{peer.connection, peer.session.end(refusal, now, std::move(others))});
  out.push_back(ToClose{peer.connection});
  if (!peer.was_open && !peer.was_tested) {
    const auto level = refusal.misbehaved ? base::LogLevel::kWarning : base::LogLevel::kInfo;
    log_refusal(peer_line(level, "peer refused", peer), peer, refusal, now, out);
  }
  forget(peer, refusal, now, out);
}

void PeerManager::State::log_refusal(base::LogLine line, const Peer& peer, const Refusal& refusal,
                                     base::Time now, PeerOutputs& out) {
  const std::uint64_t times =
      refusals.count(line.message + " " + peer.remote.host + " " + refusal.reason, now.steady_us);
  if (times == 0) return;
  line.fields.emplace_back("reason", refusal.reason);
  if (!refusal.way_out.empty()) line.fields.emplace_back("way_out", refusal.way_out);
  if (times > 1) line.fields.emplace_back("times", std::to_string(times));
  out.push_back(std::move(line));
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
    policy.disconnected(proved, peer.listens, peer.route);
    out.push_back(PeerDown{view(peer), refusal.reason});
    const auto level = refusal.misbehaved ? base::LogLevel::kWarning : base::LogLevel::kInfo;
    base::LogLine line = peer_line(level, "peer disconnected", peer);
    line.fields.emplace_back("reason", refusal.reason);
    out.push_back(std::move(line));
  }
  ++peer_counts.ended[refusal.code];
  if (peer.dialled) {
    close_address(peer, refusal, now);
  } else {
    admission.leave(peer.remote.host, peer.was_open);
  }
  if (refusal.misbehaved) {
    misbehavior.discourage(proved, peer.remote.host, now);
    out.push_back(PeersChanged{});
    policy.postpone(proved, peer.remote.host, now);
  }
  sessions.erase(peer.connection);
}

/// What the address book learns from the end.
void PeerManager::State::close_address(const Peer& peer, const Refusal& refusal, base::Time now) {
  if (peer.was_tested) return;
  const AddressKey key = peer.key();
  if (!peer.was_open && !peer.is_duplicate) discovery.failed(policy.source_of(key));
  if (refusal.is_self) {
    policy.is_self(key);
  } else if (peer.is_duplicate) {
    policy.ended(key, kStableMs * base::kUsPerMs, now);
  } else if (peer.was_open) {
    policy.ended(key, now.steady_us - peer.opened.steady_us, now);
  } else {
    policy.failed(key, now);
  }
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

}  // namespace syrah::p2p
