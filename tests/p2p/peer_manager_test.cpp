#include "p2p/peer_manager.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "p2p/limits.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::config_of;
using tests::identity_of;
using tests::Wire;

std::set<std::string> connected_names(const Wire::Host& host) {
  std::set<std::string> names;
  for (const PeerView& peer : host.manager->peers()) names.insert(peer.name);
  return names;
}

Endpoint at(const std::string& ip) { return {ip, 3000}; }

TEST(PeerManager, TwoNodesConnectAndKnowEachOther) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  ASSERT_EQ(alice.ups.size(), 1U);
  ASSERT_EQ(bob.ups.size(), 1U);
  EXPECT_EQ(alice.ups[0].peer.id, identity_of(2).id());
  EXPECT_EQ(alice.ups[0].peer.name, "bob");
  EXPECT_EQ(alice.ups[0].peer.source, "inbound");
  EXPECT_EQ(alice.ups[0].peer.listens->text(), "192.0.2.2:3000");
  EXPECT_FALSE(alice.ups[0].peer.dialled);
  EXPECT_EQ(bob.ups[0].peer.source, "bootstrap");
  EXPECT_TRUE(bob.ups[0].peer.dialled);
  EXPECT_EQ(bob.count_lines("peer connected"), 1U);
  EXPECT_EQ(bob.manager->connection_to(identity_of(1).id()), bob.ups[0].peer.connection);
  EXPECT_EQ(bob.ups[0].peer.connection % 2, 0U) << "even: dialled here";

  wire.run_for(120'000);
  EXPECT_TRUE(alice.downs.empty());
  EXPECT_TRUE(bob.downs.empty());
  EXPECT_EQ(alice.manager->peers()[0].round_trip_us, 2 * Wire::kLatencyUs);
}

TEST(PeerManager, MessagesArriveAndHeartbeatsCarryHeads) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  bob.messages.clear();
  const feed::Head head =
      feed::sign_head(identity_of(1), 0, feed::genesis_hash(identity_of(1).id()), {5, 0});
  wire.with(alice, [&](auto& m, auto& out) { m.set_heads({head}, true, wire.now(), out); });
  wire.with(alice, [&](auto& m, auto& out) {
    m.send(alice.ups[0].peer.connection, FeedRequest{identity_of(1).id(), 7}, Urgency::kBook, {},
           wire.now(), out);
  });
  wire.run_for(100);
  ASSERT_EQ(bob.messages.size(), 2U);
  const auto& beat = std::get<Heartbeat>(bob.messages[0].message.body);
  ASSERT_EQ(beat.heads.size(), 1U);
  EXPECT_EQ(beat.heads[0], head);
  EXPECT_EQ(beat.direct, std::vector{identity_of(2).id()});
  EXPECT_EQ(std::get<FeedRequest>(bob.messages[1].message.body).from, 7U);
  EXPECT_EQ(bob.messages[1].id, identity_of(1).id());
  EXPECT_EQ(bob.messages[0].message.timestamp_ms / 1'000, wire.now().wall_ms() / 1'000);
}

TEST(PeerManager, ManyHeadsTakeTurns) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  bob.messages.clear();
  std::vector<feed::Head> heads(3 * kHeartbeatHeadsMax);
  for (std::size_t i = 0; i < heads.size(); ++i) heads[i].seq = i + 1;
  heads[77].home = identity_of(1).id();
  wire.with(alice, [&](auto& m, auto& out) { m.set_heads(heads, false, wire.now(), out); });
  wire.run_for(5 * kHeartbeatMs);
  std::set<base::Seq> heard;
  for (const PeerMessage& message : bob.messages) {
    const auto& beat = std::get<Heartbeat>(message.message.body);
    EXPECT_EQ(beat.heads.size(), kHeartbeatHeadsMax);
    EXPECT_EQ(beat.heads[0].home, identity_of(1).id()) << "the own head is in each";
    for (const feed::Head& head : beat.heads) heard.insert(head.seq);
  }
  EXPECT_EQ(heard.size(), heads.size());
}

TEST(PeerManager, WhoDialEachOtherAtOnceKeepTheSameConnection) {
  for (const bool swapped : {false, true}) {
    Wire wire;
    const std::uint8_t first = swapped ? 2 : 1;
    auto& alice = wire.add("192.0.2.1", first, config_of("alice", {at("192.0.2.2")}));
    auto& bob = wire.add("192.0.2.2", static_cast<std::uint8_t>(3 - first),
                         config_of("bob", {at("192.0.2.1")}));
    wire.run_for(300'000);
    ASSERT_EQ(alice.manager->peers().size(), 1U);
    ASSERT_EQ(bob.manager->peers().size(), 1U);
    const bool alice_is_smaller =
        identity_of(first).id() < identity_of(static_cast<std::uint8_t>(3 - first)).id();
    EXPECT_EQ(alice.manager->peers()[0].dialled, alice_is_smaller);
    EXPECT_EQ(bob.manager->peers()[0].dialled, !alice_is_smaller);
    EXPECT_LE(alice.dialled.size() + bob.dialled.size(), 2U) << "and it stays so";
  }
}

TEST(PeerManager, ASecondConnectionFromTheSameSideReplacesTheFirst) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  // Bob's machine fails and comes back before Alice notices.
  wire.mute(bob, bob.ups[0].peer.connection);
  bob.manager.reset();
  auto& bob_again = wire.add("192.0.2.3", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  EXPECT_EQ(alice.ups.size(), 2U);
  ASSERT_EQ(alice.downs.size(), 1U);
  EXPECT_EQ(alice.downs[0].reason, "replaced by a newer connection");
  EXPECT_EQ(alice.manager->peers().size(), 1U);
  EXPECT_EQ(bob_again.manager->peers().size(), 1U);
}

TEST(PeerManager, ADeadPeerIsGivenUpAtExactlyItsDeadline) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  // Alice's own bytes still leave, nothing comes back.
  auto& raw_bob = bob;
  raw_bob.manager.reset();
  const std::int64_t last_heard_us = alice.manager->peers()[0].last_heard_wall_us;
  const std::int64_t left_ms = (last_heard_us + kSilenceMs * 1000 - wire.now().wall_us) / 1000;
  wire.run_for(left_ms - 1);
  EXPECT_TRUE(alice.downs.empty());
  wire.run_for(2);
  ASSERT_EQ(alice.downs.size(), 1U);
  EXPECT_EQ(alice.downs[0].reason, "no sign of life");
}

TEST(PeerManager, APeerThatNeverReadsIsDropped) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  bob.reads = false;
  wire.run_for(kHeartbeatMs + kProgressMs + 1'000);
  ASSERT_EQ(alice.downs.size(), 1U);
  EXPECT_EQ(alice.downs[0].reason, "it does not read what it is sent");
}

TEST(PeerManager, AFullSendQueueEndsTheSession) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  bob.reads = false;
  SnapshotPage page;
  page.text = std::string(60'000, 'x');
  const ConnectionId connection = alice.ups[0].peer.connection;
  std::size_t most = 0;
  for (int i = 0; i < 40; ++i) {
    wire.with(alice, [&](auto& m, auto& out) {
      m.send(connection, page, Urgency::kBulk, {}, wire.now(), out);
    });
    most = std::max(most, alice.manager->queued_bytes(connection));
  }
  ASSERT_EQ(alice.downs.size(), 1U);
  EXPECT_EQ(alice.downs[0].reason, "its send queue is full");
  EXPECT_LE(most, kQueueBytesMax);
  EXPECT_GT(most, kQueueBytesMax - 61'000);
}

TEST(PeerManager, WhatIsTooLargeIsNotSentAndSaid) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  SnapshotPage page;
  page.text = std::string(kFrameBytesMax, 'x');
  wire.with(alice, [&](auto& m, auto& out) {
    m.send(alice.ups[0].peer.connection, page, Urgency::kBulk, {}, wire.now(), out);
  });
  EXPECT_EQ(alice.count_lines("message too large to send"), 1U);
  EXPECT_TRUE(alice.downs.empty());
}

TEST(PeerManager, BeyondMaxPeersTheAnswerIsAnError) {
  Wire wire;
  Config few = config_of("alice");
  few.peers_max = 2;
  auto& alice = wire.add("192.0.2.1", 1, few);
  wire.add("198.51.100.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.add("198.51.100.3", 3, config_of("carol", {at("192.0.2.1")}));
  wire.run_for(900);
  auto& dave = wire.add_raw("198.51.100.4", 3000);
  const ConnectionId connection = wire.dial(dave, at("192.0.2.1"));
  wire.run_for(50);
  wire.say(dave, connection,
           R"({"type":"handshake","nodeId":"dave","timestamp":5,"version":"1.0.0","port":1})");
  wire.run_for(50);
  const auto heard = Wire::hear_messages(dave, connection);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(std::get<ErrorMessage>(heard[0].body).code, "PEER_LIMIT_REACHED");
  EXPECT_FALSE(dave.open[connection]);
  EXPECT_EQ(connected_names(alice), (std::set<std::string>{"bob", "carol"}));
  EXPECT_GE(alice.count_lines("peer refused", "2 peers are connected"), 1U);
}

TEST(PeerManager, OthersCannotTakeAllPlacesByDialling) {
  Wire wire;
  Config config = config_of("alice");
  config.peers_max = 10;
  auto& alice = wire.add("192.0.2.1", 1, config);
  for (std::uint8_t i = 0; i < 12; ++i) {
    wire.add("10.0.0." + std::to_string(i), static_cast<std::uint8_t>(10 + i),
             config_of("n" + std::to_string(i), {at("192.0.2.1")}));
  }
  wire.run_for(20'000);
  const auto peers = alice.manager->peers();
  EXPECT_LE(std::count_if(peers.begin(), peers.end(), [](const auto& p) { return !p.dialled; }), 8);
}

TEST(PeerManager, AChainOfFiveBecomesAMesh) {
  Wire wire;
  std::vector<Wire::Host*> nodes;
  for (std::uint8_t i = 0; i < 5; ++i) {
    std::vector<Endpoint> previous;
    if (i > 0) previous.push_back(nodes.back()->endpoint());
    nodes.push_back(&wire.add("192.0.2." + std::to_string(i + 1), static_cast<std::uint8_t>(i + 1),
                              config_of("n" + std::to_string(i), previous)));
  }
  wire.run_for(5 * kExchangeMs);
  for (const Wire::Host* node : nodes) {
    EXPECT_EQ(node->manager->peers().size(), 4U) << node->ip;
    EXPECT_TRUE(node->dialled.size() < 10) << "and they do not go on dialling";
  }
}

TEST(PeerManager, ItsOwnAddressIsRecognised) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice", {at("192.0.2.1")}));
  wire.run_for(600'000);
  EXPECT_EQ(alice.dialled.size(), 1U);
  EXPECT_TRUE(alice.ups.empty());
  EXPECT_GE(alice.count_lines("peer refused", "this is the node itself"), 1U);
  EXPECT_EQ(alice.count_lines("another node uses this node's key"), 0U);
}

TEST(PeerManager, TwoNodesWithOneKeyAreToldSo) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  wire.add("192.0.2.2", 1, config_of("alice2", {at("192.0.2.1")}));
  wire.run_for(900);
  EXPECT_TRUE(alice.ups.empty());
  EXPECT_EQ(alice.count_lines("another node uses this node's key"), 1U);
}

TEST(PeerManager, AfterARestartItFindsItsPeersByTheFile) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(20'000);
  const std::string file = bob.manager->peers_file();
  wire.kill(bob);
  auto& again = wire.add("192.0.2.3", 2, config_of("bob"), file);
  EXPECT_TRUE(wire.load_status().ok());
  wire.run_for(1'000);
  EXPECT_EQ(connected_names(again), std::set<std::string>{"alice"});
  EXPECT_EQ(again.ups[0].peer.source, "stored");
  EXPECT_EQ(connected_names(alice), std::set<std::string>{"bob"});
}

TEST(PeerManager, WithADamagedFileTheBootstrapPeersRemain) {
  Wire wire;
  wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}), "{\"version\":1,\"pee");
  EXPECT_FALSE(wire.load_status().ok());
  EXPECT_NE(wire.load_status().error().message.find("peers file"), std::string::npos);
  wire.run_for(1'000);
  EXPECT_EQ(bob.manager->peers().size(), 1U);
}

TEST(PeerManager, LostPeersAreDialledAgain) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(20'000);
  wire.kill(alice);
  wire.run_for(600'000);
  EXPECT_TRUE(bob.manager->peers().empty());
  EXPECT_GE(bob.dialled.size(), 20U) << "a bootstrap peer is tried for ever";
  EXPECT_LE(bob.dialled.size(), 35U) << "and not too often";
  auto& back = wire.add("192.0.2.1", 1, config_of("alice"));
  wire.run_for(40'000);
  EXPECT_EQ(bob.manager->peers().size(), 1U);
  EXPECT_EQ(back.manager->peers().size(), 1U);
}

TEST(PeerManager, WhoBreaksTheRulesStaysAwayForADay) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("198.51.100.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  wire.with(alice, [&](auto& m, auto& out) {
    m.drop(alice.ups[0].peer.connection, "INVALID_MESSAGE", "a forged entry", true, wire.now(),
           out);
  });
  wire.run_for(kDiscouragedMs - 2'000);
  EXPECT_TRUE(alice.manager->peers().empty());
  EXPECT_TRUE(bob.manager->peers().empty());
  EXPECT_TRUE(alice.dialled.empty()) << "nor is it dialled";
  wire.run_for(60'000);
  EXPECT_EQ(alice.manager->peers().size(), 1U);
}

TEST(PeerManager, TheUserMayForgiveAndDial) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("198.51.100.2", 2, config_of("bob"));
  wire.with(alice, [&](auto& m, auto& out) {
    EXPECT_TRUE(m.connect(bob.endpoint(), wire.now(), out).ok());
  });
  wire.run_for(1'000);
  ASSERT_EQ(alice.manager->peers().size(), 1U);
  EXPECT_EQ(alice.ups[0].peer.source, "user");
  wire.with(alice, [&](auto& m, auto& out) {
    EXPECT_FALSE(m.connect(bob.endpoint(), wire.now(), out).ok()) << "connected already";
    m.drop(alice.ups[0].peer.connection, "INVALID_MESSAGE", "nonsense", true, wire.now(), out);
    EXPECT_TRUE(m.connect(bob.endpoint(), wire.now(), out).ok());
  });
  wire.run_for(1'000);
  EXPECT_EQ(alice.manager->peers().size(), 1U);
}

TEST(PeerManager, WhoBrokeTheRulesIsRememberedOverARestart) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("198.51.100.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  wire.with(alice, [&](auto& m, auto& out) {
    m.drop(alice.ups[0].peer.connection, "INVALID_MESSAGE", "a forged entry", true, wire.now(),
           out);
  });
  const std::string file = alice.manager->peers_file();
  wire.kill(alice);
  auto& again = wire.add("192.0.2.1", 1, config_of("alice"), file);
  wire.run_for(600'000);
  EXPECT_TRUE(again.ups.empty());
  EXPECT_TRUE(bob.manager->peers().empty());
}

TEST(PeerManager, TheUserEndsAConnectionAndItStaysEnded) {
  for (const std::string& who :
       {identity_of(2).id().text(), std::string("bob"), std::string("192.0.2.2:3000")}) {
    Wire wire;
    auto& bob = wire.add("192.0.2.2", 2, config_of("bob"));
    auto& alice = wire.add("192.0.2.1", 1, config_of("alice", {bob.endpoint()}));
    wire.run_for(20'000);
    bob.listens = false;  // so that only Alice could bring it back
    alice.listens = false;
    wire.with(alice, [&](auto& m, auto& out) {
      EXPECT_FALSE(m.disconnect("nobody", wire.now(), out).ok());
      EXPECT_TRUE(m.disconnect(who, wire.now(), out).ok());
    });
    bob.listens = true;
    wire.run_for(600'000);
    EXPECT_TRUE(alice.manager->peers().empty()) << who;
    ASSERT_EQ(bob.downs.size(), 1U);
    EXPECT_EQ(bob.downs[0].reason, "it said goodbye: its user ended the connection");
    EXPECT_EQ(alice.dialled.size(), 1U);
    wire.with(alice, [&](auto& m, auto& out) {
      EXPECT_TRUE(m.connect(bob.endpoint(), wire.now(), out).ok());
    });
    wire.run_for(1'000);
    EXPECT_EQ(alice.manager->peers().size(), 1U);
  }
}

TEST(PeerManager, AnAnchorOfTheLastRunIsMarkedInTheFile) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {alice.endpoint()}));
  wire.run_for(1'000);
  EXPECT_NE(bob.manager->peers_file().find("\"anchor\":true"), std::string::npos);
  wire.with(bob, [&](auto& m, auto& out) { m.shut_down(wire.now(), out); });
  EXPECT_NE(bob.manager->peers_file().find("\"anchor\":true"), std::string::npos);
}

/// A siege by those who dial in: the honest peers that were here before keep their places.
TEST(PeerManager, NewcomersDoNotPushOutThoseWhoWereHereBefore) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  const auto who_wants_one = [&](const std::string& name) {
    Config config = config_of(name, {alice.endpoint()});
    config.peers_max = 1;
    return config;
  };
  for (std::uint8_t i = 0; i < 30; ++i) {
    wire.add(std::to_string(20 + i) + ".0.0.1", static_cast<std::uint8_t>(10 + i),
             who_wants_one("friend" + std::to_string(i)));
  }
  wire.run_for(20'000);
  ASSERT_EQ(alice.manager->peers().size(), 30U);
  for (std::uint8_t i = 0; i < 30; ++i) {
    wire.add("77." + std::to_string(i) + ".0.1", static_cast<std::uint8_t>(100 + i),
             who_wants_one("enemy" + std::to_string(i)));
    wire.run_for(2'000);
  }
  wire.run_for(20'000);
  const auto names = connected_names(alice);
  EXPECT_GE(std::count_if(names.begin(), names.end(),
                          [](const auto& name) { return name.substr(0, 6) == "friend"; }),
            23);
}

TEST(PeerManager, OtherNetworksRefuseEachOther) {
  Wire wire;
  Config other = config_of("bob", {at("192.0.2.1")});
  other.network = "test";
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, other);
  wire.run_for(900);
  EXPECT_TRUE(alice.ups.empty());
  EXPECT_TRUE(bob.ups.empty());
  EXPECT_GE(alice.count_lines("peer refused", "network 'test'"), 1U);
}

TEST(PeerManager, ShuttingDownSaysGoodbye) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  wire.with(alice, [&](auto& m, auto& out) { m.shut_down(wire.now(), out); });
  wire.run_for(100);
  EXPECT_TRUE(alice.manager->peers().empty());
  ASSERT_EQ(bob.downs.size(), 1U);
  EXPECT_EQ(bob.downs[0].reason, "it said goodbye: shutdown");
  wire.run_for(10'000);
  EXPECT_TRUE(bob.manager->peers().empty()) << "it takes no more connections";
}

TEST(PeerManager, WithoutPeersNothingIsDialledOrTaken) {
  Wire wire;
  Config off = config_of("alice", {at("192.0.2.2")});
  off.p2p_enabled = false;
  auto& alice = wire.add("192.0.2.1", 1, off);
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(10'000);
  EXPECT_TRUE(alice.dialled.empty());
  EXPECT_TRUE(bob.ups.empty());
}

TEST(PeerManager, ManyStrangersWhoSayNothingLeaveRoomAfterFiveSeconds) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& crowd = wire.add_raw("10.0.0.9", 1);
  for (std::size_t i = 0; i < 3 * kUnauthenticatedMax; ++i) wire.dial(crowd, at("192.0.2.1"));
  wire.run_for(100);
  EXPECT_EQ(std::count_if(crowd.open.begin(), crowd.open.end(), [](auto& e) { return e.second; }),
            static_cast<std::ptrdiff_t>(kUnauthenticatedMax));
  wire.run_for(kHandshakeMs);
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  EXPECT_EQ(bob.ups.size(), 1U);
  EXPECT_EQ(alice.ups.size(), 1U);
}

}  // namespace
}  // namespace syrah::p2p
