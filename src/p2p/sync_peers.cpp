#include "p2p/sync_peers.h"

#include <algorithm>

#include "p2p/sync_limits.h"

namespace syrah::p2p {

base::Seq SyncPeer::has_of(const base::NodeId& home) const {
  const auto found = has.find(home);
  return found == has.end() ? 0 : found->second;
}

void SyncPeer::has_at_least(const base::NodeId& home, base::Seq seq) {
  base::Seq& known = has[home];
  known = std::max(known, seq);
}

bool SyncPeer::begin_read(PeerRead read, std::int64_t now_us) {
  std::erase_if(reads, [&](const PeerRead& old) { return old.expires_us <= now_us; });
  const bool same = std::any_of(reads.begin(), reads.end(), [&](const PeerRead& old) {
    return old.home == read.home && old.snapshot == read.snapshot && old.seq == read.seq &&
           old.page == read.page;
  });
  if (same || reads.size() >= kReadsPerPeerMax) return false;
  read.expires_us = now_us + kReadTimeoutMs * 1000;
  reads.push_back(read);
  return true;
}

std::optional<PeerRead> SyncPeer::end_read(const base::NodeId& home, bool snapshot, base::Seq seq,
                                           std::uint32_t page) {
  const auto found = std::find_if(reads.begin(), reads.end(), [&](const PeerRead& read) {
    // The newest snapshot may have moved on since it was asked for: its number does not count.
    return read.home == home && read.snapshot == snapshot && read.page == page &&
           (snapshot || read.seq == seq);
  });
  if (found == reads.end()) return std::nullopt;
  const PeerRead read = *found;
  reads.erase(found);
  return read;
}

std::optional<ConnectionId> choose_source(const SyncPeers& peers, const base::NodeId& home,
                                          base::Seq seq, ConnectionId avoid, base::Random& random) {
  std::vector<ConnectionId> best;
  std::uint32_t fewest = 0;
  bool avoided = false;
  for (const auto& [connection, peer] : peers) {
    if (peer.has_of(home) <= seq) continue;
    if (connection == avoid) {
      avoided = true;
      continue;
    }
    if (!best.empty() && peer.unanswered > fewest) continue;
    if (!best.empty() && peer.unanswered < fewest) best.clear();
    fewest = peer.unanswered;
    best.push_back(connection);
  }
  if (!best.empty()) return best[random.below(best.size())];
  if (avoided) return avoid;
  return std::nullopt;
}

}  // namespace syrah::p2p
