#pragma once

// What the peers have told of feeds, and what is being read from disk for them.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "p2p/connection_id.h"

namespace syrah::p2p {

/// A read of the journal under way for a peer.
struct PeerRead {
  base::NodeId home;
  bool snapshot = false;
  base::Seq seq = 0;  ///< first entry asked for, or the checkpoint (0: the newest)
  std::uint32_t page = 0;
  std::int64_t expires_us = 0;
};

struct SyncPeer {
  base::NodeId id;
  /// Last entry the peer says it has, of homes that are followed here. Not proved: it decides whom
  /// to ask and what not to push, nothing else.
  std::map<base::NodeId, base::Seq> has;
  std::set<base::NodeId> direct;  ///< homes that it hears from themselves
  std::set<base::NodeId> told;    ///< forks it was told of
  bool lagging = false;
  std::uint32_t unanswered = 0;  ///< questions in a row
  std::vector<PeerRead> reads;

  [[nodiscard]] base::Seq has_of(const base::NodeId& home) const;
  void has_at_least(const base::NodeId& home, base::Seq seq);

  /// False if the same is being read already, or too much.
  bool begin_read(PeerRead read, std::int64_t now_us);
  /// The read that is answered now, or nothing if it is not known (any more).
  std::optional<PeerRead> end_read(const base::NodeId& home, bool snapshot, base::Seq seq,
                                   std::uint32_t page);
};

using SyncPeers = std::map<ConnectionId, SyncPeer>;

/// One of those that claim entries of `home` after `seq`, drawn by lot from those that left the
/// fewest questions unanswered; `avoid` only if there is no other.
std::optional<ConnectionId> choose_source(const SyncPeers& peers, const base::NodeId& home,
                                          base::Seq seq, ConnectionId avoid, base::Random& random);

}  // namespace syrah::p2p
