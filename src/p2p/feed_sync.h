#pragma once

// Keeps the replicas of all homes' feeds complete: takes batches from any peer, checks them, asks
// for what is missing, passes on what others lack, and knows who is alive.
//
// Anyone may send anything here; nothing is believed without the home's signature, nothing is
// folded out of order, and what is asked for and buffered is bounded (sync_limits.h).

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "feed/replica.h"
#include "p2p/message.h"
#include "p2p/peer_manager.h"

namespace syrah::p2p {

/// Entries of a home that follow on what was folded before. The receiver folds them and keeps the
/// batch in its journal.
struct FoldEntries {
  ConnectionId from = 0;
  feed::Batch batch;
};
/// A home's state at a checkpoint, digest not yet checked: the receiver reads the checkpoint entry
/// (the batch's last), compares, folds, and answers with snapshot_taken().
struct TakeSnapshot {
  ConnectionId from = 0;
  feed::Batch batch;
  std::string text;
};
struct SendMessage {
  std::vector<ConnectionId> to;
  MessageBody body;
  Urgency urgency = Urgency::kBook;
  std::optional<base::NodeId> ordered_as;
};
/// Someone wants batches of `home` from entry `from` on: answer with serve_batches().
struct ReadBatches {
  ConnectionId to = 0;
  base::NodeId home;
  base::Seq from = 1;
};
/// Someone wants a page of a snapshot: answer with serve_snapshot().
struct ReadSnapshot {
  ConnectionId to = 0;
  base::NodeId home;
  base::Seq seq = 0;
  std::uint32_t page = 0;
};
/// A home was heard (again): its orders count. `wall_ms` is the home's own clock.
struct HomeHeard {
  base::NodeId home;
};
/// No sign of life of the home for kSilentMs (orders are suspended) or kGoneMs (out of the book).
struct HomeSilent {
  base::NodeId home;
  bool gone = false;
};
/// The home contradicted itself, provably: nothing of it counts any more.
struct HomeForked {
  base::NodeId home;
  std::string reason;
  std::optional<feed::ForkProof> proof;
};
/// A peer holds a newer, validly signed head of this node's own feed than this node itself: the
/// disk went back in time, or the key is used twice (rule 10).
struct OwnFeedAhead {
  feed::Head head;
};
/// This node itself signed a head at this time before its last restart: its clock went back since,
/// and what it signs from now on must be later to count as a sign of life.
struct OwnTimeAhead {
  base::Hlc time;
};
/// A peer broke the rules; the session is to be ended.
struct Misbehaved {
  ConnectionId connection = 0;
  std::string reason;
};

using SyncOutput =
    std::variant<FoldEntries, TakeSnapshot, SendMessage, ReadBatches, ReadSnapshot, HomeHeard,
                 HomeSilent, HomeForked, OwnFeedAhead, OwnTimeAhead, Misbehaved, base::LogLine>;
using SyncOutputs = std::vector<SyncOutput>;

/// A home for people and for the API.
struct FeedView {
  base::NodeId home;
  base::Seq seq = 0;         ///< folded here
  base::Seq newest_seq = 0;  ///< newest heard of
  crypto::Digest hash{};     ///< chain hash after the last entry folded here
  base::Hlc time;            ///< when the home signed that
  std::int64_t heard_wall_us = 0;
  bool silent = true;
  bool gone = false;
  bool forked = false;
};

class FeedSync {
 public:
  FeedSync(const base::NodeId& self, std::uint64_t random_seed);
  ~FeedSync();

  /// What the journal holds of a home, before the first input.
  void restore(const feed::Head& head);

  void peer_up(ConnectionId connection, const base::NodeId& id, base::Time now, SyncOutputs& out);
  void peer_down(ConnectionId connection, base::Time now, SyncOutputs& out);
  /// Heartbeat, FeedBatch, FeedRequest, SnapshotRequest, SnapshotPage or ForkNotice; others are
  /// ignored.
  void message(ConnectionId connection, const MessageBody& body, base::Time now, SyncOutputs& out);
  /// A peer that lags (by the bytes queued for it) gets no batches pushed; it catches up by heads.
  void set_lagging(ConnectionId connection, bool lagging);
  void tick(base::Time now, SyncOutputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// Own entries that are durable now: to be pushed to all peers. `urgent`: someone waits for one.
  void publish(const feed::Batch& batch, bool urgent, base::Time now, SyncOutputs& out);
  /// The newest own head, with its time renewed: the sign of life.
  void set_own_head(const feed::Head& head);

  /// Answers a ReadBatches with stored batches from the one that contains entry `from` on, or says
  /// that a stored snapshot is far enough ahead (a ReadSnapshot follows). Nothing stored: no call.
  void serve_batches(ConnectionId to, const base::NodeId& home, base::Seq from,
                     const std::vector<feed::Batch>& batches, bool snapshot_is_better,
                     base::Time now, SyncOutputs& out);
  /// Answers a ReadSnapshot with the newest stored snapshot, whole, whichever it is by now.
  void serve_snapshot(ConnectionId to, std::uint32_t page, const feed::Batch& batch,
                      const std::string& text, base::Time now, SyncOutputs& out);
  /// Whether the snapshot was what its checkpoint says; if so the replica stands at its end.
  void snapshot_taken(ConnectionId from, const feed::Batch& batch, bool good, base::Time now,
                      SyncOutputs& out);
  /// The home's entries do not fold: it breaks the rules of an exchange.
  void reject_home(const base::NodeId& home, const std::string& reason, SyncOutputs& out);

  /// Newest heads known, for the heartbeats: the own one and those of homes that are not gone.
  [[nodiscard]] std::vector<feed::Head> heads() const;
  /// All homes but the own one.
  [[nodiscard]] std::vector<FeedView> feeds() const;
  [[nodiscard]] bool silent(const base::NodeId& home) const;
  /// Whether at least one peer has told its heads since the start (rule 10 asks for it).
  [[nodiscard]] bool heard_heads() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syrah::p2p
