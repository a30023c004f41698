#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "node/step.h"

namespace syrah::node {

void Step::drain() {
  // Each output may bring further ones; sessions and syncing bound what one input can cause.
  while (!parts_.peer_outputs.empty() || !parts_.sync_outputs.empty() || from_grenache()) {
    for (p2p::PeerOutput& output : std::exchange(parts_.peer_outputs, {})) {
      from_peers(std::move(output));
    }
    for (p2p::SyncOutput& output : std::exchange(parts_.sync_outputs, {})) {
      from_sync(std::move(output));
    }
  }
}

void Step::from_peers(p2p::PeerOutput output) {
  std::visit(base::Overloaded{
                 [this](p2p::ToDial& to_dial) { dial(to_dial); },
                 [this](p2p::ToSend& to_send) { send(to_send); },
                 [this](p2p::ToClose& to_close) { close(to_close); },
                 [this](p2p::PeerUp& up) { peer_up(up.peer); },
                 [this](p2p::PeerDown& down) { peer_down(down); },
                 [this](p2p::PeerMessage& message) { from_peer(message); },
                 [this](p2p::PeersChanged&) {
                   effects_.emplace_back(SavePeers{parts_.peers.peers_file()});
                 },
                 [this](base::LogLine& line) { effects_.emplace_back(Log{std::move(line)}); },
             },
             output);
}

void Step::peer_up(const p2p::PeerView& peer) {
  if (peer.id) {
    parts_.lost_peers.erase(*peer.id);
    parts_.sync.peer_up(peer.connection, *peer.id, now_, parts_.sync_outputs);
    // What we know goes to the newcomer at once: it is how it learns that it is behind.
    beat();
  } else {
    parts_.basic.peer_up(peer.connection, peer.name, now_);
    tell_basic_of_own();
  }
}

void Step::tell_basic_of_own() {
  if (parts_.phase != Phase::kRunning || !parts_.basic.needs_own_orders()) return;
  parts_.basic.learn(parts_.exchange.home(parts_.exchange.self())->orders(), now_);
}

void Step::peer_down(const p2p::PeerDown& down) {
  if (down.peer.id) {
    if (parts_.lost_peers.size() >= kLostPeersMax) parts_.lost_peers.clear();
    if (!parts_.peers.connection_to(*down.peer.id)) {
      parts_.lost_peers[*down.peer.id] = now_.steady_us;
    }
    parts_.sync.peer_down(down.peer.connection, now_, parts_.sync_outputs);
  } else {
    parts_.basic.peer_down(down.peer.connection, now_);
  }
}

void Step::from_peer(const p2p::PeerMessage& message) {
  if (message.id) {
    const std::size_t before = parts_.sync_outputs.size();
    parts_.sync.message(message.connection, message.message.body, now_, parts_.sync_outputs);
    const auto brought = [](const p2p::SyncOutput& output) {
      return std::holds_alternative<p2p::FoldEntries>(output);
    };
    const auto first = parts_.sync_outputs.begin() + static_cast<std::ptrdiff_t>(before);
    if (std::any_of(first, parts_.sync_outputs.end(), brought)) {
      parts_.peers.useful(message.connection, now_);
    }
    return;
  }
  if (parts_.phase != Phase::kRunning) return;
  parts_.basic.message(message.connection, message.message, now_);
}

}  // namespace syrah::node
