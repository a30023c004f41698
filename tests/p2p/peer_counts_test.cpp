#include "p2p/peer_counts.h"

#include <gtest/gtest.h>

#include "p2p/session.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::config_of;
using tests::identity_of;
using tests::Wire;

const RouteTraffic& direct(const Wire::Host& host) {
  return host.manager->counts().traffic.at(static_cast<std::size_t>(Route::kDirect));
}

std::uint64_t messages(const Traffic& traffic, MessageType type) {
  return traffic.of_type.at(static_cast<std::size_t>(type)).messages;
}

TEST(PeerCounts, WhatOneSaidIsWhatTheOtherHeard) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {{"192.0.2.1", 3000}}));
  wire.run_for(60'000);
  ASSERT_EQ(bob.ups.size(), 1U);
  EXPECT_EQ(messages(direct(bob).out, MessageType::kHandshake), 1U);
  EXPECT_EQ(messages(direct(bob).out, MessageType::kHandshakeAck), 1U);
  EXPECT_GE(messages(direct(bob).out, MessageType::kHeartbeat), 2U);
  std::uint64_t bytes = 0;
  for (std::size_t type = 0; type < kCountedTypes; ++type) {
    EXPECT_EQ(direct(bob).out.of_type[type].messages, direct(alice).in.of_type[type].messages);
    EXPECT_EQ(direct(bob).out.of_type[type].bytes, direct(alice).in.of_type[type].bytes);
    EXPECT_EQ(direct(alice).out.of_type[type].messages, direct(bob).in.of_type[type].messages);
    bytes += direct(bob).out.of_type[type].bytes;
  }
  EXPECT_EQ(bytes, bob.manager->peers().at(0).bytes_out) << "every byte belongs to a type";
  EXPECT_TRUE(bob.manager->counts().ended.empty());
}

TEST(PeerCounts, TheyStayWhenTheSessionHasEndedAndTheEndIsCountedOnce) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {{"192.0.2.1", 3000}}));
  wire.run_for(1'000);
  wire.with(alice, [&](auto& manager, auto& out) {
    manager.drop(alice.ups.at(0).peer.connection, "INVALID_MESSAGE", "for a test", true, wire.now(),
                 out);
  });
  wire.run_for(1'000);  // bob dials once more, and is turned away
  EXPECT_TRUE(alice.manager->peers().empty());
  EXPECT_EQ(messages(direct(alice).out, MessageType::kError), 2U);
  EXPECT_EQ(messages(direct(bob).in, MessageType::kError), 2U);
  EXPECT_EQ(messages(direct(bob).out, MessageType::kHandshake), 2U);
  EXPECT_EQ(alice.manager->counts().ended.at("INVALID_MESSAGE"), 1U);
  EXPECT_EQ(bob.manager->counts().ended.at(""), 2U);
}

TEST(PeerCounts, WhatCannotBeReadIsCountedAsSuch) {
  RouteTraffic traffic;
  const crypto::Identity identity = identity_of(1);
  Handshake own;
  own.identity = Handshake::Identity{.id = identity.id(),
                                     .nonce = {},
                                     .network = "main",
                                     .software = "test",
                                     .advertise = std::nullopt,
                                     .proof = std::nullopt};
  Session session(Role::kAnswering, identity, "alice", own, {1, 1}, &traffic);
  const std::string frame = encode_frame("{}");
  std::string_view bytes = frame;
  const auto event = session.receive(bytes, {2, 2});
  ASSERT_TRUE(event && std::holds_alternative<MustEnd>(*event));
  EXPECT_EQ(traffic.in.of_type[kUnreadable].messages, 1U);
  EXPECT_EQ(traffic.in.of_type[kUnreadable].bytes, frame.size());
}

}  // namespace
}  // namespace syrah::p2p
