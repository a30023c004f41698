#include "p2p/peer_protocol.h"

#include <gtest/gtest.h>

#include <vector>

#include "feed/limits.h"
#include "p2p/limits.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

Nonce nonce_of(std::uint8_t number) {
  Nonce nonce;
  nonce.fill(number);
  return nonce;
}

feed::Batch batch_of(const crypto::Identity& identity) {
  feed::Batch batch;
  batch.previous = feed::genesis_hash(identity.id());
  batch.entries =
      std::vector{*feed::read_entry(R"({"seq":1,"time":[5,0],"event":"lease","until":9})")};
  const auto hash = feed::next_hash(batch.previous, batch.entries[0].text);
  batch.head = feed::sign_head(identity, 1, hash, {5, 0});
  return batch;
}

Handshake full_handshake() {
  Handshake body;
  body.port = 3000;
  body.identity = Handshake::Identity{.id = tests::identity_of(1).id(),
                                      .nonce = nonce_of(7),
                                      .network = "main",
                                      .software = "syrah 0.1.0",
                                      .advertise = Endpoint{"203.0.113.5", 3001},
                                      .proof = crypto::Signature{}};
  return body;
}

std::vector<MessageBody> every_body() {
  const crypto::Identity identity = tests::identity_of(1);
  const feed::Batch batch = batch_of(identity);
  return {full_handshake(),
          Handshake{},
          HandshakeAck{crypto::Signature{}},
          HandshakeAck{},
          Heartbeat{{batch.head}, {identity.id()}},
          Heartbeat{},
          HeartbeatAck{},
          PeerExchangeRequest{},
          PeerExchange{{{"bob", {"192.0.2.1", 3000}}, {"", {"2001:db8::1", 1}}}},
          FeedBatch{batch},
          FeedRequest{identity.id(), 12},
          SnapshotRequest{identity.id(), 12, 3},
          SnapshotPage{identity.id(), 12, 0, 4, batch, "line \"one\"\nline two\n"},
          SnapshotPage{identity.id(), 12, 1, 4, std::nullopt, ""},
          ForkNotice{{batch, batch}},
          Disconnect{"shutdown"},
          ErrorMessage{"INVALID_MESSAGE", "what was wrong"},
          BasicOrder{"o1", "u1", true, "1.5", "50000", "BTC/USD", 1700000000000, "pending"},
          BasicTrade{"t1", "o1", "o2", "1", "2.5", 1700000000001},
          BasicCancel{"o1"}};
}

TEST(PeerProtocol, EveryMessageIsReadBackAsItWasWritten) {
  Spelling spellings[4];
  spellings[1].envelope_all = true;
  spellings[2].design_documents = true;
  spellings[3] = {true, true, "bob"};
  for (const Spelling& spelling : spellings) {
    for (const MessageBody& body : every_body()) {
      const std::string text = encode_message({"alice", 1700000000000, body}, spelling);
      const auto decoded = decode_message(text);
      ASSERT_TRUE(decoded.ok()) << decoded.error().message << "\n" << text;
      ASSERT_TRUE(decoded->message.has_value());
      EXPECT_EQ(decoded->message->sender, "alice");
      EXPECT_EQ(decoded->message->timestamp_ms, 1700000000000);
      EXPECT_EQ(decoded->type, type_of(body));
      EXPECT_EQ(encode_message(*decoded->message, spelling), text);
    }
  }
}

TEST(PeerProtocol, AHandshakeIsWhatTheDocumentSays) {
  Handshake body;
  body.port = 3000;
  EXPECT_EQ(encode_message({"alice", 5, body}),
            R"({"type":"handshake","nodeId":"alice","timestamp":5,"version":"1.0.0","port":3000,)"
            R"("capabilities":{"supportsOrderMatching":true,"supportsPeerExchange":true,)"
            R"("supportsOrderbookSync":true}})");
}

TEST(PeerProtocol, BothShapesAndSpellingsMeanTheSame) {
  const auto flat = decode_message(
      R"({"type":"order","nodeId":"js","timestamp":5,"order":{"id":"o1","userId":"u",)"
      R"("side":"sell","amount":"1.5","price":"50000","pair":"BTC/USD","timestamp":5,)"
      R"("status":"pending"}})");
  const auto envelope = decode_message(
      R"({"type":"order","from":"js","to":"me","timestamp":5,"payload":{"id":"o1","userId":"u",)"
      R"("side":"sell","amount":"1.5","price":"50000","pair":"BTC/USD","timestamp":5,)"
      R"("status":"pending"}})");
  const auto nested = decode_message(
      R"({"type":"order","from":"js","to":"me","timestamp":5,"payload":{"order":{"id":"o1",)"
      R"("userId":"u","side":"sell","amount":1.5,"price":50000,"pair":"BTC/USD","timestamp":5,)"
      R"("status":"pending"}}})");
  for (const auto* decoded : {&flat, &envelope, &nested}) {
    ASSERT_TRUE(decoded->ok()) << decoded->error().message;
    EXPECT_EQ((*decoded)->message->sender, "js");
    EXPECT_EQ(encode_message(*(*decoded)->message), encode_message(*flat->message));
  }
  const auto exchange =
      decode_message(R"({"type":"peerexchange","nodeId":"js","timestamp":5,"peers":[]})");
  ASSERT_TRUE(exchange.ok());
  EXPECT_EQ(exchange->type, MessageType::kPeerExchange);
}

TEST(PeerProtocol, AHandshakeShowsHowItsSenderWrites) {
  const auto flat = decode_message(
      R"({"type":"handshake","nodeId":"js","timestamp":5,"version":"1.0.0","port":1,)"
      R"("capabilities":{"supportsPeerExchange":true}})");
  ASSERT_TRUE(flat.ok());
  EXPECT_FALSE(flat->spelling.design_documents);
  EXPECT_FALSE(flat->spelling.envelope_all);
  EXPECT_EQ(flat->spelling.peer_name, "js");
  EXPECT_FALSE(std::get<Handshake>(flat->message->body).identity.has_value());

  const auto documents = decode_message(
      R"({"type":"handshake","nodeId":"js","timestamp":5,"version":"1.0.0","port":1,)"
      R"("capabilities":["order","trade","peerexchange"]})");
  ASSERT_TRUE(documents.ok());
  EXPECT_TRUE(documents->spelling.design_documents);
  const std::string order = encode_message({"me", 5, BasicCancel{"o1"}}, documents->spelling);
  EXPECT_EQ(order, R"({"type":"cancel_order","from":"me","to":"js","timestamp":5,)"
                   R"("payload":{"orderId":"o1"}})");
  EXPECT_NE(encode_message({"me", 5, PeerExchange{}}, documents->spelling).find("peerexchange"),
            std::string::npos);

  const auto envelope = decode_message(R"({"type":"handshake","from":"js","to":"","timestamp":5,)"
                                       R"("payload":{"version":"1.0.0","port":1}})");
  ASSERT_TRUE(envelope.ok());
  EXPECT_TRUE(envelope->spelling.envelope_all);
}

TEST(PeerProtocol, WhatIsKnownWithoutMeaningIsAcceptedAndDropped) {
  for (const std::string type : {"orderbook_sync_request", "orderbook_sync_response"}) {
    const auto decoded =
        decode_message(R"({"type":")" + type + R"(","nodeId":"js","timestamp":5,"x":[1]})");
    ASSERT_TRUE(decoded.ok());
    EXPECT_FALSE(decoded->message.has_value());
  }
}

TEST(PeerProtocol, MalformedMessagesAreErrors) {
  const std::string start = R"({"nodeId":"js","timestamp":5,"type":)";
  for (
      const std::string& text : std::vector<std::string>{
          "",
          "[]",
          "5",
          "{",
          "{}",
          R"({"type":"heartbeat"})",
          R"({"type":"heartbeat","nodeId":"js"})",
          R"({"type":"heartbeat","nodeId":"js","timestamp":0})",
          R"({"type":"heartbeat","nodeId":"js","timestamp":0.0})",
          R"({"type":"heartbeat","nodeId":"js","timestamp":"5"})",
          R"({"type":"heartbeat","nodeId":"js","timestamp":null})",
          R"({"type":"heartbeat","nodeId":"js","timestamp":1e400})",
          R"({"type":"heartbeat","nodeId":"","timestamp":5})",
          R"({"type":"heartbeat","nodeId":5,"timestamp":5})",
          "{\"type\":\"heartbeat\",\"nodeId\":\"a\\nb\",\"timestamp\":5}",
          R"({"type":"heartbeat","timestamp":5,"nodeId":")" + std::string(129, 'x') + R"("})",
          start + R"("unknown"})",
          start + R"(5})",
          start + R"("handshake","port":1})",
          start + R"("handshake","version":1,"port":1})",
          start + R"("handshake","version":"1.0.0","port":-1})",
          start + R"("handshake","version":"1.0.0","port":65536})",
          start + R"("handshake","version":"1.0.0","port":1,"syrah":{}})",
          start + R"("handshake","version":"1.0.0","port":1,"syrah":5})",
          start + R"("handshake_ack","syrah":{"proof":"00"}})",
          start + R"("heartbeat","heads":{}})",
          start + R"("heartbeat","heads":[{}]})",
          start + R"("heartbeat","direct":["x"]})",
          start + R"("peer_exchange","peers":5})",
          start + R"("feed_batch"})",
          start + R"("feed_batch","batch":{}})",
          start + R"("feed_batch","batch":[]})",
          start + R"("feed_request","home":"x","from":1})",
          start + R"("feed_request","home":")" + std::string(64, 'a') + R"(","from":-1})",
          start + R"("feed_request","home":")" + std::string(64, 'a') + R"(","from":1.5})",
          start + R"("snapshot_request","home":")" + std::string(64, 'a') + R"(","seq":1})",
          start + R"("snapshot_page","home":")" + std::string(64, 'a') +
              R"(","seq":1,"page":0,"pages":4294967296,"text":""})",
          start + R"("fork","proof":{}})",
          start + R"("fork"})",
          start + R"("disconnect","reason":5})",
          start + R"("error","error":{"code":5}})",
          start + R"("order"})",
          start +
              R"("order","order":{"id":"x","side":"both","amount":"1","price":"1","pair":"A/B"}})",
          start +
              R"("order","order":{"id":"x","side":"buy","amount":"-1","price":"1","pair":"A/B"}})",
          start +
              R"("order","order":{"id":"x","side":"buy","amount":"1e9","price":"1","pair":"A/B"}})",
          start +
              R"("order","order":{"id":"x","side":"buy","amount":"1","price":"","pair":"A/B"}})",
          start + R"("trade","trade":{"id":"x"}})",
          start + R"("cancel_order"})",
          start + R"("heartbeat","x":[[[[[[[[1]]]]]]]]})",
      }) {
    const auto decoded = decode_message(text);
    EXPECT_FALSE(decoded.ok()) << text;
    if (!decoded.ok()) {
      EXPECT_FALSE(decoded.error().message.empty());
    }
  }
}

TEST(PeerProtocol, UnknownMembersAndOddPeersDoNoHarm) {
  EXPECT_TRUE(
      decode_message(R"({"type":"heartbeat","nodeId":"js","timestamp":5.5,"more":{"a":1}})").ok());
  const auto decoded =
      decode_message(R"({"type":"peer_exchange","nodeId":"js","timestamp":5,"peers":[5,{},)"
                     R"({"address":"x y","port":1},)"
                     R"({"address":"1.2.3.4","port":0},{"address":"1.2.3.4","port":70000},)"
                     R"({"nodeId":"ok","address":"::ffff:1.2.3.4","port":3000,"lastSeen":5}]})");
  ASSERT_TRUE(decoded.ok());
  const auto& peers = std::get<PeerExchange>(decoded->message->body).peers;
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_EQ(peers[0].endpoint.text(), "1.2.3.4:3000");
}

TEST(PeerProtocol, StrangersTextsAreFitForALog) {
  EXPECT_EQ(printable("a\nb\x1b[1m", 100), "a?b?[1m");
  EXPECT_EQ(printable("abcdef", 3), "abc");
  EXPECT_EQ(printable("ab\xC3\xA4", 3), "ab") << "not half a character";
  const auto decoded =
      decode_message(R"({"type":"disconnect","nodeId":"js","timestamp":5,"reason":"a\nb"})");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(std::get<Disconnect>(decoded->message->body).reason, "a?b");
}

TEST(PeerProtocol, TheLargestForkProofAndHeartbeatFitIntoAFrame) {
  const crypto::Identity identity = tests::identity_of(1);
  feed::Batch large;
  std::vector<feed::Entry> entries;
  for (std::size_t seq = 1; seq <= feed::kBatchEntriesMax; ++seq) {
    std::string text = R"({"seq":)" + std::to_string(seq) + R"(,"time":[5,0],"x":")";
    text += std::string(feed::kBatchBytesMax / feed::kBatchEntriesMax - text.size() - 2, 'x');
    entries.push_back({seq, {5, 0}, text + "\"}"});
  }
  large.entries = entries;
  large.head = feed::sign_head(identity, feed::kBatchEntriesMax, {}, {5, 0});
  EXPECT_LE(encode_message({"a", 5, ForkNotice{{large, large}}}).size(), kFrameBytesMax);

  large.head.seq = std::numeric_limits<std::int64_t>::max();
  const Heartbeat beat{std::vector(kHeartbeatHeadsMax, large.head),
                       std::vector(kHeartbeatDirectMax, identity.id())};
  EXPECT_LE(encode_message({"a", 5, beat}).size(), kFrameBytesMax);
}

}  // namespace
}  // namespace syrah::p2p
