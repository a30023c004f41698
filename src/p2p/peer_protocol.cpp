#include "p2p/peer_protocol.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "json/reader.h"
#include "json/writer.h"
#include "p2p/limits.h"
#include "p2p/message_members.h"
#include "p2p/message_reader.h"
#include "p2p/message_writer.h"

namespace syrah::p2p {
namespace {

constexpr json::Limits kJsonLimits{.depth_max = 8,
                                   .members_max = 64,
                                   .items_max = 1000,
                                   .nodes_max = 50'000,
                                   .string_bytes_max = kStringBytesMax,
                                   .number_digits_max = 20};

constexpr std::array<std::string_view, kMessageTypes> kTypeTexts{"handshake",
                                                                 "handshake_ack",
                                                                 "heartbeat",
                                                                 "heartbeat_ack",
                                                                 "peer_exchange_request",
                                                                 "peer_exchange",
                                                                 "feed_batch",
                                                                 "feed_request",
                                                                 "snapshot_request",
                                                                 "snapshot_page",
                                                                 "fork",
                                                                 "disconnect",
                                                                 "error",
                                                                 "order",
                                                                 "trade",
                                                                 "cancel_order",
                                                                 "orderbook_sync_request"};

struct TypeAlias {
  std::string_view text;
  MessageType type;
};
constexpr std::array<TypeAlias, 2> kTypeAliases{
    {{"peerexchange", MessageType::kPeerExchange},
     {"orderbook_sync_response", MessageType::kOrderbookSync}}};

std::optional<MessageType> type_from(std::string_view text) {
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    if (kTypeTexts[i] == text) return static_cast<MessageType>(i);
  }
  for (const TypeAlias& alias : kTypeAliases) {
    if (alias.text == text) return alias.type;
  }
  return std::nullopt;
}

bool is_application(MessageType type) {
  return type == MessageType::kOrder || type == MessageType::kTrade ||
         type == MessageType::kCancelOrder;
}

/// What this message shows of its sender's way to write.
Spelling spelling_of(const json::Value& members, bool in_envelope, const std::string& sender) {
  Spelling spelling;
  const json::Value* const capabilities = members.find("capabilities");
  spelling.envelope_all = in_envelope;
  spelling.design_documents = capabilities != nullptr && capabilities->is_array();
  spelling.peer_name = sender;
  return spelling;
}

base::Status read_message(std::string_view text, Decoded& decoded) {
  const base::Result<json::Document> parsed = json::parse(text, kJsonLimits);
  if (!parsed) return parsed.error();
  if (!parsed->is_object()) return base::invalid("message: must be a JSON object");
  json::MemberFinder members(*parsed);
  const std::string_view type_text = members.string("type").value_or("");
  const std::optional<MessageType> type = type_from(type_text);
  if (!type) {
    return base::invalid(
        fmt::format("message: type '{}' is not known here", printable(type_text, kWordBytesMax)));
  }

  const json::Value* const payload = parsed->find("payload");
  const bool in_envelope = payload != nullptr && payload->is_object();
  MessageMembers outer(members, type_text);
  Message& message = decoded.message.emplace();
  message.sender = outer.name(in_envelope && outer.has("from") ? "from" : "nodeId");
  message.timestamp_ms = outer.time("timestamp");
  if (base::Status sound = outer.status(); !sound) return sound.error();
  MessageMembers in = outer.within_or_same(payload);
  read_body(*type, in, message.body);
  if (base::Status sound = in.status(); !sound) return sound.error();

  decoded.type = *type;
  if (*type == MessageType::kHandshake) {
    decoded.spelling = spelling_of(in_envelope ? *payload : *parsed, in_envelope, message.sender);
  }
  if (*type == MessageType::kOrderbookSync) decoded.message.reset();
  return base::success();
}

}  // namespace

static_assert(std::variant_size_v<MessageBody> + 1 == kMessageTypes);

MessageType type_of(const MessageBody& body) { return static_cast<MessageType>(body.index()); }

std::string_view to_text(MessageType type) { return kTypeTexts[static_cast<std::size_t>(type)]; }

void write_message(std::string& text, std::string_view sender, std::int64_t timestamp_ms,
                   const MessageBody& body, const Spelling& spelling) {
  const MessageType type = type_of(body);
  const bool in_envelope =
      spelling.envelope_all || (spelling.design_documents && is_application(type));
  json::Writer out(text);
  out.begin_object();
  const bool short_exchange = type == MessageType::kPeerExchange && spelling.design_documents;
  out.string("type", short_exchange ? "peerexchange" : to_text(type));
  out.string(in_envelope ? "from" : "nodeId", sender);
  if (in_envelope) out.string("to", spelling.peer_name);
  out.integer("timestamp", timestamp_ms);
  if (in_envelope) out.key("payload").begin_object();
  write_body(out, body, spelling, in_envelope);
  if (in_envelope) out.end_object();
  out.end_object();
}

std::string encode_message(const Message& message, const Spelling& spelling) {
  std::string text;
  write_message(text, message.sender, message.timestamp_ms, message.body, spelling);
  return text;
}

base::Result<Decoded> decode_message(std::string_view text) {
  base::Result<Decoded> decoded(std::in_place);  // where it is returned: messages are large
  if (const base::Status read = read_message(text, *decoded); !read) decoded = read.error();
  return decoded;
}

}  // namespace syrah::p2p
