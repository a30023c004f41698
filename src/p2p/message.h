#pragma once

// The messages between nodes, as values. docs/protocol.md describes the JSON; `peer_protocol.h`
// turns one into the other. Which of them a peer may send, and when, is the session's matter.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "crypto/identity.h"
#include "feed/batch.h"
#include "feed/replica.h"
#include "p2p/connection_id.h"

namespace syrah::p2p {

using Nonce = std::array<std::uint8_t, 32>;

/// First words of either side. The members under `identity` are only sent and understood by nodes
/// that speak the full dialect; a basic peer's handshake lacks them.
struct Handshake {
  std::string version = "1.0.0";  ///< of the protocol; anything else ends the connection
  std::uint16_t port = 0;         ///< where the sender listens; 0: it does not
  struct Identity {
    base::NodeId id;
    Nonce nonce{};
    std::string network;
    std::string software;
    std::optional<Endpoint> advertise;
    /// The answering side proves itself at once, over both nonces and both ids; the dialling side
    /// in its handshake_ack.
    std::optional<crypto::Signature> proof;
  };
  std::optional<Identity> identity;
};
struct HandshakeAck {
  std::optional<crypto::Signature> proof;  ///< absent towards basic peers
};

/// Sign of life, and what the sender knows of all feeds. `direct`: homes the sender has a session
/// with, to whom nothing of theirs needs relaying.
struct Heartbeat {
  std::vector<feed::Head> heads;
  std::vector<base::NodeId> direct;
};
struct HeartbeatAck {};

struct PeerExchangeRequest {};
struct PeerExchange {
  struct Peer {
    std::string name;
    Endpoint endpoint;
  };
  std::vector<Peer> peers;
};

/// Entries of some home, pushed when new or in answer to a FeedRequest.
struct FeedBatch {
  feed::Batch batch;
};
/// Asks for the batches of `home` that begin with entry `from`.
struct FeedRequest {
  base::NodeId home;
  base::Seq from = 1;
};
/// Asks for page `page` of the snapshot of `home` at checkpoint `seq` (0: the newest there is).
struct SnapshotRequest {
  base::NodeId home;
  base::Seq seq = 0;
  std::uint32_t page = 0;
};
struct SnapshotPage {
  base::NodeId home;
  base::Seq seq = 0;
  std::uint32_t page = 0;
  std::uint32_t pages = 0;
  std::optional<feed::Batch> batch;  ///< with page 0: ends with the checkpoint entry
  std::string text;
};
struct ForkNotice {
  feed::ForkProof proof;
};

struct Disconnect {
  std::string reason;
};
/// Codes as in docs/protocol.md: PROTOCOL_VERSION_MISMATCH, INVALID_MESSAGE, ...
struct ErrorMessage {
  std::string code;
  std::string text;
  PeerExchange others = {};  ///< with PEER_LIMIT_REACHED: where else there may be room
};

/// An order of the basic dialect: an indication (docs/protocol.md).
struct BasicOrder {
  std::string id;
  std::string user_id;
  bool buy = false;
  std::string amount;
  std::string price;
  std::string pair;  ///< "BTC/USD"
  std::int64_t timestamp_ms = 0;
  std::string status;
};
struct BasicTrade {
  std::string id;
  std::string buy_order_id;
  std::string sell_order_id;
  std::string amount;
  std::string price;
  std::int64_t timestamp_ms = 0;
};
struct BasicCancel {
  std::string order_id;
};

using MessageBody =
    std::variant<Handshake, HandshakeAck, Heartbeat, HeartbeatAck, PeerExchangeRequest,
                 PeerExchange, FeedBatch, FeedRequest, SnapshotRequest, SnapshotPage, ForkNotice,
                 Disconnect, ErrorMessage, BasicOrder, BasicTrade, BasicCancel>;

struct Message {
  // Not the default one, which would fill the room for the largest body with zeros first.
  Message() {}  // NOLINT(modernize-use-equals-default)
  Message(std::string sender_name, std::int64_t time_ms, MessageBody content)
      : sender(std::move(sender_name)), timestamp_ms(time_ms), body(std::move(content)) {}

  std::string sender;  ///< the wire's nodeId: NODE_ID or the id's text
  std::int64_t timestamp_ms = 0;
  MessageBody body{std::in_place_type<HeartbeatAck>};
};

/// What goes first when a send queue is not empty.
enum class Urgency : std::uint8_t {
  kControl,  ///< handshake, heartbeat, disconnect
  kTrade,    ///< batches with holds, trades and refusals: someone waits
  kBook,     ///< other batches, indications
  kBulk,     ///< answers to those who catch up
};

}  // namespace syrah::p2p
