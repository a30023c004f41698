#pragma once

// The inside of FeedSync, shared by its source files only:
//   feed_sync.cpp     peers, time, what others see
//   sync_intake.cpp   batches, heads and fork notices that come in
//   sync_serving.cpp  ranges and snapshots, asked for and given

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "p2p/catch_up.h"
#include "p2p/feed_sync.h"
#include "p2p/home_liveness.h"
#include "p2p/sync_peers.h"

namespace syrah::p2p {

struct FeedSync::State {
  struct Home {
    explicit Home(const base::NodeId& id) : replica(id) { newest.home = id; }
    feed::Replica replica;
    feed::Head newest;  ///< verified; at the replica's end or ahead of it
    bool forked = false;
  };

  State(const base::NodeId& own_id, std::uint64_t seed) : self(own_id), random(seed) {
    own_head.home = own_id;
  }

  base::NodeId self;
  base::Random random;
  feed::Head own_head;
  std::map<base::NodeId, Home> homes;  ///< without the own one
  HomeLiveness liveness;
  CatchUp catch_up;
  SyncPeers peers;
  std::deque<feed::ForkProof> proofs;
  std::vector<feed::Head>
      restored;  ///< not yet followed: their silence begins with the first input
  bool heard_heads = false;

  // feed_sync.cpp
  void begin(base::Time now);
  /// Null for itself and unknown homes.
  Home* find(const base::NodeId& id);
  /// A home that has proved itself by a signature; null when there is no room for it.
  Home* follow(const base::NodeId& id, base::Time now, SyncOutputs& out);
  bool make_room();
  /// To those that would not have the batch otherwise.
  void relay(const feed::Batch& batch, ConnectionId sender, SyncOutputs& out);

  // sync_intake.cpp; false: the sender broke the rules
  bool take_batch(ConnectionId from, const feed::Batch& batch, base::Time now, SyncOutputs& out);
  bool take_head(ConnectionId from, const feed::Head& head, base::Time now, SyncOutputs& out);
  bool take_own_head(ConnectionId from, const feed::Head& head, SyncOutputs& out);
  bool take_heartbeat(ConnectionId from, const Heartbeat& beat, base::Time now, SyncOutputs& out);
  bool take_fork(ConnectionId from, const feed::ForkProof& proof, base::Time now, SyncOutputs& out);
  void take_fresh(ConnectionId from, Home& home, const feed::Batch& batch, feed::Batch fresh,
                  base::Time now, SyncOutputs& out);
  /// A verified head: how far the home is, and that it lives.
  void note_head(ConnectionId from, Home& home, const feed::Head& head, base::Time now,
                 SyncOutputs& out);
  void fork(Home& home, const std::string& reason, std::optional<feed::ForkProof> proof,
            SyncOutputs& out);
  void tell_fork(const feed::ForkProof& proof, ConnectionId to, SyncOutputs& out);

  // sync_serving.cpp
  void ask_due(base::Time now, SyncOutputs& out);
  void read_range(ConnectionId to, const FeedRequest& request, base::Time now, SyncOutputs& out);
  void read_page(ConnectionId to, const SnapshotRequest& request, base::Time now, SyncOutputs& out);
  bool take_page(ConnectionId from, const SnapshotPage& page, base::Time now, SyncOutputs& out);
  bool take_offer(ConnectionId from, Home& home, const SnapshotPage& page, base::Time now,
                  SyncOutputs& out);
  void go_on_with_snapshot(ConnectionId from, const base::NodeId& home, SyncOutputs& out);
  /// The replica moved: whether the question for it is answered, and whether more is missing.
  void settle(Home& home, ConnectionId from);
};

/// Ends a session for cause; always false, so that it can be returned.
inline bool blame(ConnectionId connection, std::string reason, SyncOutputs& out) {
  out.push_back(Misbehaved{connection, std::move(reason)});
  return false;
}

}  // namespace syrah::p2p
