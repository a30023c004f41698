#pragma once

// What PeerManager keeps, and its steps: peer_manager_state.cpp has the beginnings of sessions,
// peer_manager_places.cpp whose session stays, peer_manager_ends.cpp their ends,
// peer_manager_talk.cpp what is said, peer_manager_dials.cpp whom to dial.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "p2p/admission.h"
#include "p2p/connection_policy.h"
#include "p2p/message_router.h"
#include "p2p/misbehavior.h"
#include "p2p/peer_counts.h"
#include "p2p/peer_discovery.h"
#include "p2p/peer_exchange.h"
#include "p2p/peer_manager.h"
#include "p2p/peer_names.h"
#include "p2p/refusal_log.h"
#include "p2p/session.h"

namespace syrah::p2p {

/// One connection and what is known around it.
struct Peer {
  ConnectionId connection = 0;
  Session session;
  Endpoint remote;
  Route route = Route::kDirect;
  std::optional<Endpoint> dialled;  ///< the address book's entry that led here
  std::string source;
  ExchangeTurns turns;
  base::Time opened;
  std::optional<Endpoint> listens;  ///< where it can be dialled by the same route
  std::int64_t useful_us = 0;       ///< when it last brought news; 0: never
  bool was_open = false;
  bool is_feeler = false;     ///< dialled only to see who answers
  bool was_tested = false;    ///< it did its work
  bool is_duplicate = false;  ///< ends because another connection to the same peer stays

  Peer(ConnectionId id, Session made, Endpoint other_end)
      : connection(id), session(std::move(made)), remote(std::move(other_end)) {}

  /// The address book's name of what was dialled.
  [[nodiscard]] AddressKey key() const { return {*dialled, route}; }
};

struct PeerManager::State {
  struct Dial {
    AddressKey key;
    std::int64_t until_us = 0;
    bool is_feeler = false;
  };

  State(Config settings, const crypto::Identity& key, std::uint64_t random_seed);

  // ---- sessions ----
  Peer* find(ConnectionId connection);
  Peer& begin(ConnectionId connection, const Endpoint& remote, Role role, Route route,
              base::Time now);
  void accepted(ConnectionId connection, const Endpoint& remote, Route route, base::Time now,
                PeerOutputs& out);
  void take(ConnectionId connection, SessionEvent event, base::Time now, PeerOutputs& out);
  void introduce(Peer& peer, base::Time now, PeerOutputs& out);
  void settle(Peer& peer, base::Time now, PeerOutputs& out);
  void open(Peer& peer, base::Time now, PeerOutputs& out);
  [[nodiscard]] std::optional<Refusal> judge(const Peer& peer, base::Time now) const;
  [[nodiscard]] std::optional<Refusal> over_limit(const Peer& peer) const;
  [[nodiscard]] bool allows(Route route) const;
  /// Lets one of those who dialled in go in favour of another; false if nobody has to.
  bool evict_one(base::Time now, PeerOutputs& out);
  [[nodiscard]] std::optional<ConnectionId> evictable(base::Time now) const;
  void end_test(Peer& peer, base::Time now, PeerOutputs& out);
  /// What waited for a session to it.
  void send_waiting(const base::NodeId& to, base::Time now, PeerOutputs& out);
  /// Tells address book and discovery that the session opened.
  void note_opened(Peer& peer, base::Time now);
  /// The open session to that identity, if there is one.
  Peer* session_to(const base::NodeId& id);
  Peer* rival_of(const Peer& peer);
  [[nodiscard]] bool takes_over(const Peer& fresh, const Peer& existing, base::Time now) const;
  /// Says why, closes, forgets.
  void end(Peer& peer, const Refusal& refusal, base::Time now, PeerOutputs& out);
  /// A line with the reason, unless the same was told not long ago.
  void log_refusal(base::LogLine line, const Peer& peer, const Refusal& refusal, base::Time now,
                   PeerOutputs& out);
  /// The same without a last word.
  void hang_up(Peer& peer, const std::string& reason, base::Time now, PeerOutputs& out);
  void forget(Peer& peer, const Refusal& refusal, base::Time now, PeerOutputs& out);
  void close_address(const Peer& peer, const Refusal& refusal, base::Time now);
  void found_self(const Peer& peer, base::Time now, PeerOutputs& out);
  void flush(Peer& peer, base::Time now, PeerOutputs& out);

  // ---- talk ----
  void hear(Peer& peer, Message message, base::Time now, PeerOutputs& out);
  void hear_error(Peer& peer, const ErrorMessage& error, base::Time now, PeerOutputs& out);
  void take_addresses(Peer& peer, const PeerExchange& told, base::Time now);
  /// What may be told to the peer of others.
  [[nodiscard]] PeerExchange addresses_for(const Peer& peer, base::Time now) const;
  /// A few of them, by chance.
  PeerExchange some_others(const Peer& peer, base::Time now);
  void give_addresses(Peer& peer, base::Time now, PeerOutputs& out);
  void say(Peer& peer, const MessageBody& body, Urgency urgency,
           const std::optional<base::NodeId>& ordered_as, base::Time now, PeerOutputs& out);
  void say(Peer& peer, Outgoing& message, Urgency urgency,
           const std::optional<base::NodeId>& ordered_as, base::Time now, PeerOutputs& out);
  void beat(Peer& peer, base::Time now, PeerOutputs& out);
  Heartbeat heartbeat(const Peer& peer);

  // ---- dialling ----
  [[nodiscard]] ConnectionPolicy::Room room() const;
  void dial_due(base::Time now, PeerOutputs& out);
  void dial(const AddressKey& key, bool is_feeler, base::Time now, PeerOutputs& out);
  void dial_failed(ConnectionId connection, const std::string& reason, base::Time now,
                   PeerOutputs& out);
  void end_late_dials(base::Time now, PeerOutputs& out);

  // ---- questions ----
  [[nodiscard]] PeerView view(const Peer& peer) const;
  [[nodiscard]] std::size_t open_count() const;
  [[nodiscard]] std::int64_t next_deadline_us() const;
  Nonce fresh_nonce(base::Time now);
  std::vector<ConnectionId> connections() const;

  Config config;
  crypto::Identity identity;
  base::Random random;
  ConnectionPolicy policy;
  PeerDiscovery discovery;
  MessageRouter router;
  Admission admission;
  Misbehavior misbehavior;
  PeerNames names;
  RefusalLog refusals;
  PeerCounts peer_counts;  ///< the sessions count in it
  std::map<ConnectionId, Peer> sessions;
  std::map<ConnectionId, Dial> dials;
  std::vector<StoredDiscouraged> discouraged_before;  ///< of the peers file, until start
  std::vector<AddressKey> last_anchors;               ///< when it began to stop
  std::int64_t next_eviction_us = 0;
  std::vector<feed::Head> heads;  ///< the own one first
  std::size_t heads_turn = 0;     ///< where the next heartbeat's part begins
  ConnectionId next_connection = 2;
  std::uint64_t nonces = 0;
  bool started = false;
  bool stopping = false;
};

/// Whom this peer's word about addresses counts as: its network, or itself where all share one.
std::string teller_of(const Peer& peer);

/// Log lines about a peer begin with these fields.
base::LogLine peer_line(base::LogLevel level, std::string message, const Peer& peer);

}  // namespace syrah::p2p
