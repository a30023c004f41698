#pragma once

// Messages as JSON text and back (docs/protocol.md). Reading is tolerant where the basic software
// is loose (two shapes, two spellings, unknown members) and strict where that could hurt: bounds,
// types, texts that end up in a log.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/printable.h"
#include "base/result.h"
#include "p2p/message.h"

namespace syrah::p2p {

/// The `type` of a message. The first ones are in the order of MessageBody's alternatives.
enum class MessageType : std::uint8_t {
  kHandshake,
  kHandshakeAck,
  kHeartbeat,
  kHeartbeatAck,
  kPeerExchangeRequest,
  kPeerExchange,
  kFeedBatch,
  kFeedRequest,
  kSnapshotRequest,
  kSnapshotPage,
  kFork,
  kDisconnect,
  kError,
  kOrder,
  kTrade,
  kCancelOrder,
  kOrderbookSync,  ///< request or response: known, without meaning here
};
inline constexpr std::size_t kMessageTypes = 17;

MessageType type_of(const MessageBody& body);
/// As on the wire; "orderbook_sync_request" for kOrderbookSync.
std::string_view to_text(MessageType type);

/// How a peer writes what can be written in two ways: shown by its handshake, used towards it.
struct Spelling {
  bool envelope_all = false;      ///< every message as {type, from, to, timestamp, payload}
  bool design_documents = false;  ///< capabilities as an array, `peerexchange`, orders, trades and
                                  ///< cancels in envelopes
  std::string peer_name;          ///< the envelope's `to`
};

/// Appends compact JSON.
void write_message(std::string& out, std::string_view sender, std::int64_t timestamp_ms,
                   const MessageBody& body, const Spelling& spelling = {});
std::string encode_message(const Message& message, const Spelling& spelling = {});

struct Decoded {
  Decoded() {}  // NOLINT(modernize-use-equals-default): as Message's

  MessageType type = MessageType::kOrderbookSync;
  std::optional<Message> message;  ///< nothing for kOrderbookSync
  Spelling spelling;               ///< as far as this message shows it
};

/// The errors name the member that is missing or wrong.
base::Result<Decoded> decode_message(std::string_view text);

using base::printable;

}  // namespace syrah::p2p
