// A hand-driven peer that speaks only the basic dialect, against a node.

#include <gtest/gtest.h>

#include <set>

#include "json/reader.h"
#include "p2p/limits.h"
#include "p2p/peer_manager.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::identity_of;
using tests::Wire;

const std::string kHello =
    R"({"type":"handshake","nodeId":"js","timestamp":5,"version":"1.0.0","port":4000,)"
    R"("capabilities":{"supportsOrderMatching":true,"supportsPeerExchange":true,)"
    R"("supportsOrderbookSync":true}})";
const std::string kHelloOfTheDocuments =
    R"({"type":"handshake","nodeId":"js","timestamp":5,"version":"1.0.0","port":4000,)"
    R"("capabilities":["order","trade","peerexchange"]})";
const std::string kAck = R"({"type":"handshake_ack","nodeId":"js","timestamp":5})";

class BasicPeerTest : public testing::Test {
 protected:
  BasicPeerTest() : js_(wire_.add_raw("192.0.2.9", 4000)) {}

  Wire::Host& node(BasicPeers basic = BasicPeers::kShow, std::vector<Endpoint> bootstrap = {}) {
    Config config;
    config.node_name = "alice";
    config.basic_peers = basic;
    config.bootstrap = std::move(bootstrap);
    return wire_.add("192.0.2.1", 1, config);
  }

  /// The basic peer dials; returns its end of the connection.
  ConnectionId dial_in(const std::string& hello) {
    const ConnectionId connection = wire_.dial(js_, {"192.0.2.1", 3000});
    wire_.run_for(50);
    wire_.say(js_, connection, hello);
    wire_.run_for(50);
    return connection;
  }

  static std::vector<std::string> types(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    for (const std::string& text : texts) {
      all.emplace_back(json::parse(text)->string("type").value_or("?"));
    }
    return all;
  }

  Wire wire_;
  Wire::Host& js_;
};

TEST_F(BasicPeerTest, DialsAndIsAnswered) {
  auto& alice = node();
  const ConnectionId connection = dial_in(kHello);
  const auto texts = Wire::hear(js_, connection);
  ASSERT_GE(texts.size(), 1U);
  EXPECT_EQ(texts[0].find("syrah"), std::string::npos);
  EXPECT_EQ(types(texts),
            (std::vector<std::string>{"handshake", "heartbeat", "peer_exchange_request"}));
  ASSERT_EQ(alice.ups.size(), 1U);
  EXPECT_FALSE(alice.ups[0].peer.id.has_value());
  EXPECT_EQ(alice.ups[0].peer.name, "js");
  EXPECT_EQ(alice.ups[0].peer.listens->text(), "192.0.2.9:4000");
  wire_.say(js_, connection, kAck);
  wire_.run_for(50);
  EXPECT_TRUE(alice.downs.empty());
}

TEST_F(BasicPeerTest, IsDialledAndAnswers) {
  auto& alice = node(BasicPeers::kShow, {{"192.0.2.9", 4000}});
  wire_.run_for(100);
  const ConnectionId accepted = 1;
  EXPECT_EQ(types(Wire::hear(js_, accepted)), std::vector<std::string>{"handshake"});
  wire_.say(js_, accepted, kHello);
  wire_.run_for(50);
  const auto texts = Wire::hear(js_, accepted);
  EXPECT_EQ(types(texts),
            (std::vector<std::string>{"handshake_ack", "heartbeat", "peer_exchange_request"}));
  EXPECT_EQ(texts[0].find("syrah"), std::string::npos);
  EXPECT_EQ(alice.ups.size(), 1U);
}

TEST_F(BasicPeerTest, OrdersComeUpInEitherShape) {
  auto& alice = node();
  const ConnectionId connection = dial_in(kHello);
  wire_.say(js_, connection,
            R"({"type":"order","nodeId":"js","timestamp":6,"order":{"id":"o1","userId":"u",)"
            R"("side":"buy","amount":"1.5","price":"50000","pair":"BTC/USD","timestamp":6,)"
            R"("status":"pending"}})");
  wire_.say(js_, connection,
            R"({"type":"cancel_order","from":"js","to":"alice","timestamp":7,)"
            R"("payload":{"orderId":"o1"}})");
  wire_.say(js_, connection, R"({"type":"orderbook_sync_request","nodeId":"js","timestamp":7})");
  wire_.run_for(50);
  ASSERT_EQ(alice.messages.size(), 2U);
  EXPECT_EQ(std::get<BasicOrder>(alice.messages[0].message.body).price, "50000");
  EXPECT_EQ(std::get<BasicCancel>(alice.messages[1].message.body).order_id, "o1");
  EXPECT_FALSE(alice.messages[0].id.has_value());
  EXPECT_TRUE(alice.downs.empty());
}

TEST_F(BasicPeerTest, IsAnsweredInItsOwnSpelling) {
  auto& alice = node();
  const ConnectionId connection = dial_in(kHelloOfTheDocuments);
  EXPECT_NE(Wire::hear(js_, connection)[0].find(R"("capabilities":["order","trade")"),
            std::string::npos);
  wire_.say(js_, connection, R"({"type":"peer_exchange_request","nodeId":"js","timestamp":7})");
  wire_.with(alice, [&](auto& m, auto& out) {
    m.send(alice.ups[0].peer.connection, BasicCancel{"o9"}, Urgency::kBook, {}, wire_.now(), out);
  });
  wire_.run_for(50);
  const auto texts = Wire::hear(js_, connection);
  ASSERT_EQ(types(texts), (std::vector<std::string>{"cancel_order", "peerexchange"}));
  EXPECT_NE(texts[0].find(R"("payload":{"orderId":"o9"})"), std::string::npos);
}

TEST_F(BasicPeerTest, IsNeverSentWhatWouldMakeItHangUp) {
  auto& alice = node();
  const ConnectionId connection = dial_in(kHello);
  const ConnectionId here = alice.ups[0].peer.connection;
  wire_.with(alice, [&](auto& m, auto& out) {
    m.set_heads({feed::sign_head(identity_of(1), 0, {}, {5, 0})}, true, wire_.now(), out);
    m.send(here, FeedRequest{identity_of(1).id(), 1}, Urgency::kBook, {}, wire_.now(), out);
    m.send(here, SnapshotRequest{}, Urgency::kBook, {}, wire_.now(), out);
  });
  for (int i = 0; i < 10; ++i) {
    wire_.say(js_, connection, R"({"type":"heartbeat","nodeId":"js","timestamp":7})");
    wire_.run_for(30'000);
  }
  const std::set<std::string> known{"handshake",     "handshake_ack", "heartbeat",
                                    "heartbeat_ack", "disconnect",    "peer_exchange_request",
                                    "peer_exchange"};
  for (const std::string& text : Wire::hear(js_, connection)) {
    EXPECT_TRUE(known.contains(types({text})[0])) << text;
    EXPECT_EQ(text.find("heads"), std::string::npos);
  }
  EXPECT_TRUE(alice.downs.empty());
  EXPECT_TRUE(alice.messages.empty()) << "its heartbeats carry no heads";
}

TEST_F(BasicPeerTest, SilenceIsToleratedForTwoOfItsHeartbeats) {
  auto& alice = node();
  dial_in(kHello);
  wire_.run_for(kSilenceBasicMs - 100);
  EXPECT_TRUE(alice.downs.empty());
  wire_.run_for(200);
  ASSERT_EQ(alice.downs.size(), 1U);
  EXPECT_EQ(alice.downs[0].reason, "no sign of life");
}

TEST_F(BasicPeerTest, IsRefusedWhereTheOperatorSaysSo) {
  auto& alice = node(BasicPeers::kRefuse);
  const ConnectionId connection = dial_in(kHello);
  const auto heard = Wire::hear_messages(js_, connection);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(std::get<ErrorMessage>(heard[0].body).code, "AUTHENTICATION_FAILED");
  EXPECT_TRUE(alice.ups.empty());
  EXPECT_FALSE(js_.open[connection]);
}

TEST_F(BasicPeerTest, OfAnotherVersionIsToldSo) {
  node();
  const ConnectionId connection =
      dial_in(R"({"type":"handshake","nodeId":"js","timestamp":5,"version":"1.1.0","port":4000})");
  const auto heard = Wire::hear_messages(js_, connection);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(std::get<ErrorMessage>(heard[0].body).code, "PROTOCOL_VERSION_MISMATCH");
}

TEST_F(BasicPeerTest, CannotPassForAFullPeer) {
  auto& alice = node();
  Config config;
  config.node_name = "bob";
  config.listen_port = 5000;
  config.bootstrap = {{"192.0.2.1", 3000}};
  wire_.add("192.0.2.2", 2, config);
  wire_.run_for(500);
  ASSERT_EQ(alice.ups.size(), 1U);
  for (const std::string name : {"bob", "alice"}) {
    const ConnectionId connection = dial_in(R"({"type":"handshake","nodeId":")" + name +
                                            R"(","timestamp":5,"version":"1.0.0","port":4000})");
    const auto heard = Wire::hear_messages(js_, connection);
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(std::get<ErrorMessage>(heard[0].body).code, "AUTHENTICATION_FAILED");
  }
  EXPECT_EQ(alice.ups.size(), 1U);
}

TEST_F(BasicPeerTest, AFullPeersAddressIsNotServedByABasicOne) {
  Config config;
  config.node_name = "bob";
  config.listen_port = 5000;
  auto& bob = wire_.add("192.0.2.2", 2, config);
  auto& alice = node(BasicPeers::kShow, {{"192.0.2.2", 5000}});
  wire_.run_for(500);
  ASSERT_EQ(alice.ups.size(), 1U);
  wire_.kill(bob);
  auto& stripped = wire_.add_raw("192.0.2.2", 5000);
  wire_.run_for(1'500);
  ASSERT_TRUE(stripped.open[1]);
  wire_.say(stripped, 1, kHello);
  wire_.run_for(100);
  EXPECT_EQ(alice.ups.size(), 1U) << "somebody took the proof out of the handshake";
  EXPECT_FALSE(stripped.open[1]);
}

TEST_F(BasicPeerTest, ASecondConnectionReplacesTheFirstOnlyFromTheSamePlace) {
  auto& alice = node();
  dial_in(kHello);
  dial_in(kHello);
  EXPECT_EQ(alice.ups.size(), 2U);
  EXPECT_EQ(alice.manager->peers().size(), 1U);
  auto& thief = wire_.add_raw("198.51.100.1", 4000);
  const ConnectionId connection = wire_.dial(thief, {"192.0.2.1", 3000});
  wire_.run_for(50);
  wire_.say(thief, connection, kHello);
  wire_.run_for(50);
  EXPECT_EQ(alice.ups.size(), 2U);
  EXPECT_FALSE(thief.open[connection]);
}

TEST_F(BasicPeerTest, NonsenseEndsTheSession) {
  auto& alice = node();
  const ConnectionId connection = dial_in(kHello);
  wire_.say(js_, connection, R"({"type":"steal","nodeId":"js","timestamp":5})");
  wire_.run_for(100);
  ASSERT_EQ(alice.downs.size(), 1U);
  EXPECT_EQ(alice.downs[0].reason, "message: type 'steal' is not known here");
  // A public address that did so is not let in again.
  const ConnectionId again = wire_.dial(js_, {"192.0.2.1", 3000});
  wire_.run_for(50);
  EXPECT_FALSE(js_.open[again]);
}

TEST_F(BasicPeerTest, AComplaintAboutOneOrderIsNotTheEnd) {
  auto& alice = node();
  const ConnectionId connection = dial_in(kHello);
  wire_.say(js_, connection,
            R"({"type":"error","nodeId":"js","timestamp":5,"error":{"code":"INVALID_ORDER",)"
            R"("message":"no such pair"}})");
  wire_.run_for(100);
  EXPECT_TRUE(alice.downs.empty());
  wire_.say(js_, connection,
            R"({"type":"error","nodeId":"js","timestamp":5,"error":{"code":"PEER_LIMIT_REACHED",)"
            R"("message":"full"}})");
  wire_.run_for(100);
  EXPECT_EQ(alice.downs.size(), 1U);
}

}  // namespace
}  // namespace syrah::p2p
