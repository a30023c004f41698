#pragma once

// What a node is made of. The simulator's checkers look at it; only the node's own sources change
// it. Each of the desks below joins two neighbours and has a source of its own.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/router.h"
#include "api/streams.h"
#include "exchange/exchange.h"
#include "feed/own_feed.h"
#include "node/basic_market.h"
#include "node/grenache_desk.h"
#include "node/limits.h"
#include "node/metrics.h"
#include "node/node.h"
#include "node/outbox.h"
#include "node/provenance.h"
#include "p2p/feed_sync.h"
#include "p2p/peer_manager.h"

namespace syrah::node {

/// Where the node is in its life.
enum class Phase : std::uint8_t {
  kAsking,  ///< asks its peers whether its disk is as new as what they know (rule 10)
  kRunning,
  kStopping,  ///< makes durable what it has and says goodbye
  kStopped,
};

/// An API request that waits for the history.
struct OpenRequest {
  std::uint64_t request = 0;
  api::HttpRequest http;
};
/// A change of API keys that is on its way to the disk.
struct OpenKeySave {
  std::uint64_t request = 0;  ///< whose answer waits for it; 0: nobody's
  api::KeepsKeys keeps;
};
/// A peer that waits for something from the journal.
struct OpenServing {
  p2p::ConnectionId to = 0;
  base::NodeId home;
  base::Seq from = 0;                 ///< batches
  std::optional<std::uint32_t> page;  ///< or a page of a snapshot
};

struct Node::Parts {
  Parts(Config given, std::uint64_t last_transaction, base::Time now);

  Config config;
  exchange::Exchange exchange;
  feed::OwnFeed feed;
  p2p::FeedSync sync;
  p2p::PeerManager peers;
  Outbox outbox;
  api::Clients clients;
  Provenance provenance;
  api::Streams streams;
  BasicMarket basic;
  std::optional<GrenacheDesk> grenache;

  Phase phase = Phase::kAsking;
  std::int64_t started_us = 0;
  std::int64_t last_beat_us = 0;
  bool knows_peers = false;  ///< there is someone to ask (rule 10)
  std::string fault;
  std::uint64_t last_query = 0;
  std::map<base::NodeId, std::int64_t> lost_peers;  ///< when their sessions ended
  std::map<std::uint64_t, OpenRequest> requests;
  std::map<std::uint64_t, OpenServing> servings;
  std::uint64_t last_key_save = 0;
  std::map<std::uint64_t, OpenKeySave> key_saves;
  Arrivals arrivals;
  std::map<base::NodeId, StoredSnapshot> served_snapshots;  ///< the last few, for their next pages

  /// When the next sign of life is due, on the steady clock.
  [[nodiscard]] std::int64_t next_beat_us() const;

  p2p::PeerOutputs peer_outputs;
  p2p::SyncOutputs sync_outputs;
};

}  // namespace syrah::node
