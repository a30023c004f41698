#include "p2p/message_writer.h"

#include "p2p/message_members.h"

namespace syrah::p2p {
namespace {

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
      for (const base::NodeId& id : body.direct) out_.string(id.inline_text());
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
    out_.string("home", body.home.inline_text());
    number("from", body.from);
  }

  void operator()(const SnapshotRequest& body) {
    out_.string("home", body.home.inline_text());
    number("seq", body.seq);
    number("page", body.page);
  }

  void operator()(const SnapshotPage& body) {
    out_.string("home", body.home.inline_text());
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
    if (!body.others.peers.empty()) (*this)(body.others);
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
  void number(json::Name name, std::uint64_t value) {
    out_.integer(name, static_cast<std::int64_t>(value));
  }

  /// An envelope's payload is the order or trade itself.
  void begin_named(json::Name name) {
    if (!in_envelope_) out_.key(name).begin_object();
  }
  void end_named() {
    if (!in_envelope_) out_.end_object();
  }

  json::Writer& out_;
  const Spelling& spelling_;
  bool in_envelope_;
};

}  // namespace

void write_body(json::Writer& out, const MessageBody& body, const Spelling& spelling,
                bool in_envelope) {
  std::visit(BodyWriter(out, spelling, in_envelope), body);
}

}  // namespace syrah::p2p
