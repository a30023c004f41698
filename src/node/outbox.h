#pragma once

// Persist before send (rule 1). Everything that is to be kept gathers here and leaves as one
// transaction after the other; everything that rests on it waits until it is durable. One
// transaction is in flight at a time, what comes meanwhile goes into the next: one entry when idle,
// hundreds under load, and the signature and the disk's sync are shared.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "api/streams.h"
#include "exchange/market.h"
#include "feed/own_feed.h"
#include "node/io.h"
#include "p2p/message.h"

namespace syrah::node {

/// Own entries that are durable: to be pushed to the peers.
struct Publish {
  feed::Batch batch;
  bool urgent = false;
  std::set<base::NodeId> awaited_by = {};  ///< homes that a hold or a decision in it is for
};
/// For basic peers: one connection, or all of them (0).
struct TellBasic {
  ConnectionId connection = 0;
  p2p::MessageBody body;
};
/// What waits in the outbox.
using Waiting = std::variant<Publish, TellBasic, Reply, QueryJournal, SaveKeys, api::StreamNews,
                             api::StreamAnswer>;

class Outbox {
 public:
  /// `unsafe`: nothing waits (a planted bug of the simulator).
  Outbox(std::uint64_t last_transaction, bool unsafe);

  void keep(std::vector<exchange::OwnEntry> entries);
  void keep(feed::Batch others_batch);
  void keep(std::vector<exchange::Fact> facts);
  void keep(StoredSnapshot snapshot);
  /// The own state at checkpoint entry `seq`, which is among the entries kept.
  void keep_own_checkpoint(base::Seq seq, std::string text);

  /// Leaves when all that was kept before is durable.
  void wait(Waiting waiting);

  /// The next transaction, if there is something to keep and none is in flight.
  std::optional<Transaction> cut(feed::OwnFeed& feed);
  /// The transaction in flight is durable.
  void durable(std::uint64_t transaction);
  /// What may leave now, in the order in which it came to wait.
  std::vector<Waiting> take_released();

  /// Whether all that was kept is durable.
  [[nodiscard]] bool idle() const { return in_flight_ == 0 && empty(); }
  /// Head of the last durable own batch; what may be told to others.
  [[nodiscard]] const feed::Head& durable_head() const { return durable_head_; }
  void set_durable_head(const feed::Head& head) { durable_head_ = head; }

 private:
  [[nodiscard]] bool empty() const;
  void seal(feed::OwnFeed& feed, Transaction& transaction);

  bool unsafe_;
  std::uint64_t last_;           ///< id of the last transaction cut
  std::uint64_t in_flight_ = 0;  ///< 0: none
  std::vector<exchange::OwnEntry> entries_;
  Transaction next_;
  std::map<base::Seq, std::string> checkpoints_;
  std::vector<std::pair<std::uint64_t, Waiting>> waiting_;
  std::vector<Waiting> released_;
  feed::Head sealed_head_;
  feed::Head durable_head_;
};

}  // namespace syrah::node
