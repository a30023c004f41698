#include "p2p/peer_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "json/reader.h"
#include "json/writer.h"
#include "p2p/limits.h"
#include "p2p/message_members.h"
#include "p2p/peer_exchange.h"

namespace syrah::p2p {
namespace {

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

// ---- writing -----------------------------------------------------------------------------------

/// Writes the members of one body after those that all messages have.
class BodyWriter {
 public:
  BodyWriter(json::Writer& out, const Spelling& spelling, bool in_envelope)
      : out_(out), spelling_(spelling), in_envelope_(in_envelope) {}

  void operator()(const Handshake& body) {
    out_.string("version", body.version);
    out_.integer("port", body.port);
    out_.key("capabilities");
    if (spelling_.design_documents) {
      out_.begin_array().string("order").string("trade").string("peerexchange").end_array();
    } else {
      out_.begin_object();
      out_.boolean("supportsOrderMatching", true);
      out_.boolean("supportsPeerExchange", true);
      out_.boolean("supportsOrderbookSync", true);
      out_.end_object();
    }
    if (!body.identity) return;
    const Handshake::Identity& identity = *body.identity;
    out_.key("syrah").begin_object();
    out_.string("id", identity.id.text());
    write_hex(out_, "nonce", identity.nonce);
    out_.string("network", identity.network);
    out_.string("software", identity.software);
    if (identity.advertise) out_.string("advertise", identity.advertise->text());
    if (identity.proof) write_hex(out_, "proof", *identity.proof);
    out_.end_object();
  }

  void operator()(const HandshakeAck& body) {
    if (!body.proof) return;
    out_.key("syrah").begin_object();
    write_hex(out_, "proof", *body.proof);
    out_.end_object();
  }

  void operator()(const Heartbeat& body) {
    if (!body.heads.empty()) {
      out_.key("heads").begin_array();
      for (const feed::Head& head : body.heads) feed::write_head(out_, head);
      out_.end_array();
    }
    if (!body.direct.empty()) {
      out_.key("direct").begin_array();
      for (const base::NodeId& id : body.direct) out_.string(id.text());
      out_.end_array();
    }
  }

  void operator()(const HeartbeatAck&) {}
  void operator()(const PeerExchangeRequest&) {}

  void operator()(const PeerExchange& body) {
    out_.key("peers").begin_array();
    for (const PeerExchange::Peer& peer : body.peers) {
      out_.begin_object();
      out_.string("nodeId", peer.name);
      out_.string("address", peer.endpoint.host);
      out_.integer("port", peer.endpoint.port);
      out_.end_object();
    }
    out_.end_array();
  }

  void operator()(const FeedBatch& body) {
    out_.key("batch");
    feed::write_batch(out_, body.batch);
  }

  void operator()(const FeedRequest& body) {
    out_.string("home", body.home.text());
    number("from", body.from);
  }

  void operator()(const SnapshotRequest& body) {
    out_.string("home", body.home.text());
    number("seq", body.seq);
    number("page", body.page);
  }

  void operator()(const SnapshotPage& body) {
    out_.string("home", body.home.text());
    number("seq", body.seq);
    number("page", body.page);
    number("pages", body.pages);
    if (body.batch) {
      out_.key("batch");
      feed::write_batch(out_, *body.batch);
    }
    out_.string("text", body.text);
  }

  void operator()(const ForkNotice& body) {
    out_.key("proof");
    feed::write_fork(out_, body.proof);
  }

  void operator()(const Disconnect& body) { out_.string("reason", body.reason); }

  void operator()(const ErrorMessage& body) {
    out_.key("error").begin_object();
    out_.string("code", body.code);
    out_.string("message", body.text);
    out_.end_object();
  }

  void operator()(const BasicOrder& body) {
    begin_named("order");
    out_.string("id", body.id);
    out_.string("userId", body.user_id);
    out_.string("side", body.buy ? "buy" : "sell");
    out_.string("amount", body.amount);
    out_.string("price", body.price);
    out_.string("pair", body.pair);
    out_.integer("timestamp", body.timestamp_ms);
    out_.string("status", body.status);
    end_named();
  }

  void operator()(const BasicTrade& body) {
    begin_named("trade");
    out_.string("id", body.id);
    out_.string("buyOrderId", body.buy_order_id);
    out_.string("sellOrderId", body.sell_order_id);
    out_.string("amount", body.amount);
    out_.string("price", body.price);
    out_.integer("timestamp", body.timestamp_ms);
    end_named();
  }

  void operator()(const BasicCancel& body) { out_.string("orderId", body.order_id); }

 private:
  void number(std::string_view name, std::uint64_t value) {
    out_.integer(name, static_cast<std::int64_t>(value));
  }

  /// An envelope's payload is the order or trade itself.
  void begin_named(std::string_view name) {
    if (!in_envelope_) out_.key(name).begin_object();
  }
  void end_named() {
    if (!in_envelope_) out_.end_object();
  }

  json::Writer& out_;
  const Spelling& spelling_;
  bool in_envelope_;
};

bool is_application(MessageType type) {
  return type == MessageType::kOrder || type == MessageType::kTrade ||
         type == MessageType::kCancelOrder;
}

// ---- reading -----------------------------------------------------------------------------------

constexpr json::Limits kJsonLimits{.depth_max = 8,
                                   .members_max = 64,
                                   .items_max = 1000,
                                   .nodes_max = 50'000,
                                   .string_bytes_max = kStringBytesMax,
                                   .number_digits_max = 20};

Handshake read_handshake(MessageMembers& in) {
  Handshake body;
  body.version = in.text("version", kWordBytesMax);
  body.port = static_cast<std::uint16_t>(in.number_or("port", 0, 65'535));
  const json::Value* const extra = in.find("syrah");
  if (extra == nullptr) return body;
  MessageMembers syrah = in.within(*extra);
  Handshake::Identity identity;
  identity.id = syrah.node("id");
  syrah.hex("nonce", identity.nonce);
  identity.network = syrah.text("network", kWordBytesMax);
  identity.software = printable(syrah.text_or("software", kWordBytesMax), kWordBytesMax);
  if (syrah.has("advertise")) {
    const auto endpoint = Endpoint::parse(syrah.text("advertise", base::kHostBytesMax + 8));
    if (endpoint) {
      identity.advertise = *endpoint;
    } else {
      syrah.fail("advertise", "must be host:port");
    }
  }
  if (syrah.has("proof")) syrah.hex("proof", identity.proof.emplace());
  in.adopt(syrah);
  body.identity = std::move(identity);
  return body;
}

HandshakeAck read_handshake_ack(MessageMembers& in) {
  HandshakeAck body;
  const json::Value* const extra = in.find("syrah");
  if (extra == nullptr) return body;
  MessageMembers syrah = in.within(*extra);
  if (syrah.has("proof")) syrah.hex("proof", body.proof.emplace());
  in.adopt(syrah);
  return body;
}

Heartbeat read_heartbeat(MessageMembers& in) {
  Heartbeat body;
  const auto& heads = in.items_or("heads", kHeartbeatHeadsMax);
  body.heads.reserve(heads.size());
  for (const json::Value& item : heads) {
    base::Result<feed::Head> head = feed::read_head(item);
    if (!head) {
      in.fail("heads", head.error().message);
      return body;
    }
    body.heads.push_back(*head);
  }
  for (const json::Value& item : in.items_or("direct", kHeartbeatDirectMax)) {
    const auto id = base::NodeId::parse(item.string().value_or(""));
    if (!id) {
      in.fail("direct", "has a member that is no node id");
      return body;
    }
    body.direct.push_back(*id);
  }
  return body;
}

feed::Batch read_batch(MessageMembers& in) {
  const json::Value* const value = in.find("batch");
  if (value == nullptr) {
    in.fail("batch", "is missing");
    return {};
  }
  base::Result<feed::Batch> batch = feed::read_batch(*value);
  if (!batch) {
    in.fail("batch", batch.error().message);
    return {};
  }
  return std::move(*batch);
}

SnapshotPage read_snapshot_page(MessageMembers& in) {
  SnapshotPage body;
  body.home = in.node("home");
  body.seq = in.seq("seq");
  body.page = in.number32("page");
  body.pages = in.number32("pages");
  if (in.has("batch")) body.batch = read_batch(in);
  body.text = in.content("text");
  return body;
}

ForkNotice read_fork_notice(MessageMembers& in) {
  const json::Value* const value = in.find("proof");
  if (value == nullptr) {
    in.fail("proof", "is missing");
    return {};
  }
  base::Result<feed::ForkProof> proof = feed::read_fork(*value);
  if (!proof) {
    in.fail("proof", proof.error().message);
    return {};
  }
  return {std::move(*proof)};
}

ErrorMessage read_error(MessageMembers& in) {
  // The documents put code and message inside `error`, some texts show them outside.
  const json::Value* const inner = in.find("error");
  MessageMembers error = inner != nullptr && inner->is_object() ? in.within(*inner) : in;
  ErrorMessage body;
  body.code = printable(error.text_or("code", kReasonBytesMax), kWordBytesMax);
  body.text = printable(error.text_or("message", kStringBytesMax), kReasonBytesMax);
  in.adopt(error);
  return body;
}

BasicOrder read_order(MessageMembers& in) {
  MessageMembers order = in.within_or_same("order");
  BasicOrder body;
  body.id = order.text("id", kNameBytesMax);
  body.user_id = order.text_or("userId", kNameBytesMax);
  const std::string side = order.text("side", kWordBytesMax);
  body.buy = side == "buy";
  if (!body.buy && side != "sell") order.fail("side", "must be buy or sell");
  body.amount = order.amount("amount");
  body.price = order.amount("price");
  body.pair = order.text("pair", kWordBytesMax);
  body.timestamp_ms = order.time_or("timestamp");
  body.status = order.text_or("status", kWordBytesMax);
  in.adopt(order);
  return body;
}

BasicTrade read_trade(MessageMembers& in) {
  MessageMembers trade = in.within_or_same("trade");
  BasicTrade body;
  body.id = trade.text("id", kNameBytesMax);
  body.buy_order_id = trade.text_or("buyOrderId", kNameBytesMax);
  body.sell_order_id = trade.text_or("sellOrderId", kNameBytesMax);
  body.amount = trade.amount("amount");
  body.price = trade.amount("price");
  body.timestamp_ms = trade.time_or("timestamp");
  in.adopt(trade);
  return body;
}

PeerExchange read_peer_exchange(MessageMembers& in) {
  return read_peers(in.items_or("peers", std::numeric_limits<std::size_t>::max()));
}

MessageBody read_body(MessageType type, MessageMembers& in) {
  switch (type) {
    case MessageType::kHandshake:
      return read_handshake(in);
    case MessageType::kHandshakeAck:
      return read_handshake_ack(in);
    case MessageType::kHeartbeat:
      return read_heartbeat(in);
    case MessageType::kPeerExchangeRequest:
      return PeerExchangeRequest{};
    case MessageType::kPeerExchange:
      return read_peer_exchange(in);
    case MessageType::kFeedBatch:
      return FeedBatch{read_batch(in)};
    case MessageType::kFeedRequest:
      return FeedRequest{in.node("home"), in.seq("from")};
    case MessageType::kSnapshotRequest:
      return SnapshotRequest{in.node("home"), in.seq("seq"), in.number32("page")};
    case MessageType::kSnapshotPage:
      return read_snapshot_page(in);
    case MessageType::kFork:
      return read_fork_notice(in);
    case MessageType::kDisconnect:
      return Disconnect{printable(in.text_or("reason", kStringBytesMax), kReasonBytesMax)};
    case MessageType::kError:
      return read_error(in);
    case MessageType::kOrder:
      return read_order(in);
    case MessageType::kTrade:
      return read_trade(in);
    case MessageType::kCancelOrder:
      return BasicCancel{in.text("orderId", kNameBytesMax)};
    case MessageType::kHeartbeatAck:
    case MessageType::kOrderbookSync:
      break;
  }
  return HeartbeatAck{};
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

}  // namespace

static_assert(std::variant_size_v<MessageBody> + 1 == kMessageTypes);

MessageType type_of(const MessageBody& body) { return static_cast<MessageType>(body.index()); }

std::string_view to_text(MessageType type) { return kTypeTexts[static_cast<std::size_t>(type)]; }

std::string encode_message(const Message& message, const Spelling& spelling) {
  const MessageType type = type_of(message.body);
  const bool in_envelope =
      spelling.envelope_all || (spelling.design_documents && is_application(type));
  std::string text;
  json::Writer out(text);
  out.begin_object();
  const bool short_exchange = type == MessageType::kPeerExchange && spelling.design_documents;
  out.string("type", short_exchange ? "peerexchange" : to_text(type));
  out.string(in_envelope ? "from" : "nodeId", message.sender);
  if (in_envelope) out.string("to", spelling.peer_name);
  out.integer("timestamp", message.timestamp_ms);
  if (in_envelope) out.key("payload").begin_object();
  std::visit(BodyWriter(out, spelling, in_envelope), message.body);
  if (in_envelope) out.end_object();
  out.end_object();
  return text;
}

base::Result<Decoded> decode_message(std::string_view text) {
  const base::Result<json::Value> parsed = json::parse(text, kJsonLimits);
  if (!parsed) return parsed.error();
  if (!parsed->is_object()) return base::invalid("message: must be a JSON object");
  const std::string_view type_text = parsed->string("type").value_or("");
  const std::optional<MessageType> type = type_from(type_text);
  if (!type) {
    return base::invalid(
        fmt::format("message: type '{}' is not known here", printable(type_text, kWordBytesMax)));
  }

  const json::Value* const payload = parsed->find("payload");
  const bool in_envelope = payload != nullptr && payload->is_object();
  MessageMembers outer(*parsed, type_text);
  MessageMembers in = in_envelope ? outer.within(*payload) : outer;
  Message message;
  message.sender = outer.name(in_envelope && outer.has("from") ? "from" : "nodeId");
  message.timestamp_ms = outer.time("timestamp");
  if (base::Status sound = outer.status(); !sound) return sound.error();
  message.body = read_body(*type, in);
  if (base::Status sound = in.status(); !sound) return sound.error();

  Decoded decoded{*type, std::nullopt, {}};
  if (*type == MessageType::kHandshake) {
    decoded.spelling = spelling_of(in_envelope ? *payload : *parsed, in_envelope, message.sender);
  }
  if (*type != MessageType::kOrderbookSync) decoded.message = std::move(message);
  return decoded;
}

std::string printable(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) {
    // Not in the middle of a UTF-8 sequence.
    while (size_max > 0 && (static_cast<unsigned char>(text[size_max]) & 0xC0) == 0x80) --size_max;
    text = text.substr(0, size_max);
  }
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return clean;
}

}  // namespace syrah::p2p
