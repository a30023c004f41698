#include "p2p/message_reader.h"

#include <limits>
#include <utility>

#include "p2p/limits.h"
#include "p2p/peer_exchange.h"

namespace syrah::p2p {
namespace {

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
  body.identity = std::move(identity);
  return body;
}

HandshakeAck read_handshake_ack(MessageMembers& in) {
  HandshakeAck body;
  const json::Value* const extra = in.find("syrah");
  if (extra == nullptr) return body;
  MessageMembers syrah = in.within(*extra);
  if (syrah.has("proof")) syrah.hex("proof", body.proof.emplace());
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

PeerExchange read_peer_exchange(MessageMembers& in) {
  return read_peers(in.items_or("peers", std::numeric_limits<std::size_t>::max()));
}

ErrorMessage read_error(MessageMembers& in) {
  // The documents put code and message inside `error`, some texts show them outside.
  MessageMembers error = in.within_or_same(in.find("error"));
  ErrorMessage body;
  body.code = printable(error.text_or("code", kReasonBytesMax), kWordBytesMax);
  body.text = printable(error.text_or("message", kStringBytesMax), kReasonBytesMax);
  body.others = read_peer_exchange(in);
  return body;
}

BasicOrder read_order(MessageMembers& in) {
  MessageMembers order = in.within_or_same(in.find("order"));
  return {.id = std::string(order.text("id", kNameBytesMax)),
          .user_id = std::string(order.text_or("userId", kNameBytesMax)),
          .buy = order.buy("side"),
          .amount = std::string(order.amount("amount")),
          .price = std::string(order.amount("price")),
          .pair = std::string(order.text("pair", kWordBytesMax)),
          .timestamp_ms = order.time_or("timestamp"),
          .status = std::string(order.text_or("status", kWordBytesMax))};
}

BasicTrade read_trade(MessageMembers& in) {
  MessageMembers trade = in.within_or_same(in.find("trade"));
  return {.id = std::string(trade.text("id", kNameBytesMax)),
          .buy_order_id = std::string(trade.text_or("buyOrderId", kNameBytesMax)),
          .sell_order_id = std::string(trade.text_or("sellOrderId", kNameBytesMax)),
          .amount = std::string(trade.amount("amount")),
          .price = std::string(trade.amount("price")),
          .timestamp_ms = trade.time_or("timestamp")};
}

}  // namespace

void read_body(MessageType type, MessageMembers& in, MessageBody& body) {
  switch (type) {
    case MessageType::kHandshake:
      body = read_handshake(in);
      return;
    case MessageType::kHandshakeAck:
      body = read_handshake_ack(in);
      return;
    case MessageType::kHeartbeat:
      body = read_heartbeat(in);
      return;
    case MessageType::kPeerExchangeRequest:
      body = PeerExchangeRequest{};
      return;
    case MessageType::kPeerExchange:
      body = read_peer_exchange(in);
      return;
    case MessageType::kFeedBatch:
      body = FeedBatch{read_batch(in)};
      return;
    case MessageType::kFeedRequest:
      body = FeedRequest{in.node("home"), in.seq("from")};
      return;
    case MessageType::kSnapshotRequest:
      body = SnapshotRequest{in.node("home"), in.seq("seq"), in.number32("page")};
      return;
    case MessageType::kSnapshotPage:
      body = read_snapshot_page(in);
      return;
    case MessageType::kFork:
      body = read_fork_notice(in);
      return;
    case MessageType::kDisconnect:
      body = Disconnect{printable(in.text_or("reason", kStringBytesMax), kReasonBytesMax)};
      return;
    case MessageType::kError:
      body = read_error(in);
      return;
    case MessageType::kOrder:
      body = read_order(in);
      return;
    case MessageType::kTrade:
      body = read_trade(in);
      return;
    case MessageType::kCancelOrder:
      body = BasicCancel{std::string(in.text("orderId", kNameBytesMax))};
      return;
    case MessageType::kHeartbeatAck:
    case MessageType::kOrderbookSync:
      body = HeartbeatAck{};
  }
}

}  // namespace syrah::p2p
