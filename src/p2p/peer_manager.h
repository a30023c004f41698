#pragma once

// All peers together: who is connected, who should be, who must go. One session for each identity;
// two that dial each other at the same time keep the same one of the two connections. Knows nothing
// of orders: messages that are not its own are passed up.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "crypto/identity.h"
#include "p2p/config.h"
#include "p2p/connection_id.h"
#include "p2p/message.h"
#include "p2p/message_router.h"
#include "p2p/peer_counts.h"
#include "p2p/route.h"
#include "p2p/source.h"

namespace syrah::p2p {

/// A peer for people and for the API.
struct PeerView {
  ConnectionId connection = 0;
  std::optional<base::NodeId> id;  ///< absent for basic peers
  std::string name;
  std::string software;
  Endpoint remote;                  ///< the connection's other end
  std::optional<Endpoint> listens;  ///< where it can be dialled
  bool dialled = false;
  Route route = Route::kDirect;
  std::string source;  ///< how it was found: the text of a Source
  std::int64_t connected_wall_us = 0;
  std::int64_t last_heard_wall_us = 0;
  std::int64_t round_trip_us = -1;             ///< of the last heartbeat; -1: none yet
  std::optional<std::int64_t> clock_ahead_ms;  ///< of ours; nothing: not known yet
  std::uint64_t messages_in = 0, messages_out = 0, bytes_in = 0, bytes_out = 0;
  std::size_t queued_bytes = 0;
};

/// Whoever brings something, and the way it came.
struct Carrier {
  base::NodeId id;
  Route route = Route::kDirect;
  bool operator==(const Carrier&) const = default;
};

struct ToDial {
  ConnectionId connection = 0;
  Endpoint remote;
  Route route = Route::kDirect;
};
struct ToSend {
  ConnectionId connection = 0;
  std::string bytes;
};
struct ToClose {
  ConnectionId connection = 0;
};
/// A session is open and its peer has proved who it is (or is a basic peer).
struct PeerUp {
  PeerView peer;
};
struct PeerDown {
  PeerView peer;
  std::string reason;
};
/// Heartbeats (for their heads) and all messages that are not about sessions and addresses.
struct PeerMessage {
  ConnectionId connection = 0;
  std::optional<base::NodeId> id;
  Message message;
};
struct PeersChanged {};  ///< the peers file should be written: see peers_file()

using PeerOutput = std::variant<ToDial, ToSend, ToClose, PeerUp, PeerDown, PeerMessage,
                                PeersChanged, base::LogLine>;
using PeerOutputs = std::vector<PeerOutput>;

class PeerManager {
 public:
  PeerManager(Config config, const crypto::Identity& identity, std::uint64_t random_seed);
  ~PeerManager();

  /// Takes the text of the peers file ("" if there is none). A damaged one is an error that says
  /// where; the manager then starts with the bootstrap peers alone.
  base::Status load_peers(const std::string& text);
  [[nodiscard]] std::string peers_file() const;

  void start(base::Time now, PeerOutputs& out);
  /// `remote` is the other end as the edge sees it; an accepted connection has its route too.
  void connected(ConnectionId connection, const Endpoint& remote, bool dialled, Route route,
                 base::Time now, PeerOutputs& out);
  void dial_failed(ConnectionId connection, const std::string& reason, base::Time now,
                   PeerOutputs& out);
  void received(ConnectionId connection, std::string_view bytes, base::Time now, PeerOutputs& out);
  void sent(ConnectionId connection, std::size_t bytes, base::Time now, PeerOutputs& out);
  void closed(ConnectionId connection, const std::string& reason, base::Time now, PeerOutputs& out);
  void tick(base::Time now, PeerOutputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// An address heard of outside (mDNS, Grenache): a hint, tried when its turn comes and believed
  /// when the handshake proves it. `hinted`: whose it is said to be.
  void found(const Endpoint& endpoint, Source source, Route route,
             const std::optional<base::NodeId>& hinted, base::Time now, PeerOutputs& out);

  /// Dials at a user's wish; the outcome shows as PeerUp or in the log.
  base::Status connect(const Endpoint& endpoint, base::Time now, PeerOutputs& out);
  /// Ends the sessions with the peer that has this id, name, or address, with a goodbye. It is not
  /// dialled again in this run until the user connects to it or it dials here. An error if nobody
  /// is called so.
  base::Status disconnect(const std::string& who, base::Time now, PeerOutputs& out);
  /// Names (NODE_ID) and the keys that used them first.
  [[nodiscard]] const std::map<std::string, base::NodeId>& names() const;
  /// Lets another key use the name: for a node that was made anew. An error if it is nobody's.
  base::Status forget_name(const std::string& name, PeerOutputs& out);
  /// Says goodbye to all and takes no new connections.
  void shut_down(base::Time now, PeerOutputs& out);
  /// Ends one session for cause (INVALID_MESSAGE, ...); `discourage`: not redialled for 24 h.
  void drop(ConnectionId connection, const std::string& code, const std::string& reason,
            bool discourage, base::Time now, PeerOutputs& out);

  /// Queues a message for an open session; ignored when the session is gone. `ordered_as`: messages
  /// of one home's feed never overtake each other, a more urgent one pulls the earlier ones along.
  void send(ConnectionId connection, const MessageBody& body, Urgency urgency,
            const std::optional<base::NodeId>& ordered_as, base::Time now, PeerOutputs& out);
  /// The same for several, which share what is written once.
  void send(std::span<const ConnectionId> connections, const MessageBody& body, Urgency urgency,
            const std::optional<base::NodeId>& ordered_as, base::Time now, PeerOutputs& out);

  /// Sends a message to an identity by the best way there is: directly, through Grenache, or when a
  /// session opens (bounded, kRoutedMs). An error if it cannot even wait.
  base::Result<Routing> send_to(const base::NodeId& to, const MessageBody& body, Urgency urgency,
                                const std::optional<base::NodeId>& ordered_as, base::Time now,
                                PeerOutputs& out);
  [[nodiscard]] const RouteCounts& route_counts() const;
  [[nodiscard]] const PeerCounts& counts() const;

  /// The peer brought something new and sound: such peers keep their places longer.
  void useful(ConnectionId connection, base::Time now);

  /// The heads that the next heartbeats carry. `beat_now` sends one to all at once.
  void set_heads(std::vector<feed::Head> heads, bool beat_now, base::Time now, PeerOutputs& out);

  /// What became of the addresses of each source, in the order of Source.
  [[nodiscard]] std::vector<SourceView> sources() const;
  /// Fewer peers than wanted: looking for more is worth some effort.
  [[nodiscard]] bool hungry() const;

  /// Open sessions, in order of connection id.
  [[nodiscard]] std::vector<PeerView> peers() const;
  /// Who is at the other end of an open session, and by which way; nothing for basic peers.
  [[nodiscard]] std::optional<Carrier> carrier(ConnectionId connection) const;
  [[nodiscard]] std::optional<ConnectionId> connection_to(const base::NodeId& id) const;
  /// Bytes waiting for a session: feed pushes pause when a peer lags.
  [[nodiscard]] std::size_t queued_bytes(ConnectionId connection) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syrah::p2p
