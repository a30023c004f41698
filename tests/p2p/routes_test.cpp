// Peers behind tunnels: by which way they are reached, and which connection stays.

#include <gtest/gtest.h>

#include "p2p/limits.h"
#include "p2p/peer_manager.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::identity_of;
using tests::Wire;

Config config_of(const std::string& name, std::vector<Endpoint> bootstrap = {}) {
  Config config = tests::config_of(name, std::move(bootstrap));
  config.grenache_enabled = true;
  return config;
}

class Routes : public testing::Test {
 protected:
  Wire::Host& node(const std::string& ip, std::uint8_t key, const Config& config) {
    Wire::Host& host = wire_.add(ip, key, config);
    host.tunnel_port = 1'337;
    return host;
  }
  void tell(Wire::Host& host, const Endpoint& endpoint, Route route,
            const std::optional<base::NodeId>& whose = {}) {
    wire_.with(host, [&](auto& m, auto& out) {
      m.found(endpoint, Source::kGrenache, route, whose, wire_.now(), out);
    });
  }
  static void expect_only(const Wire::Host& host, Route route) {
    const auto peers = host.manager->peers();
    ASSERT_EQ(peers.size(), 1U) << host.ip;
    EXPECT_EQ(peers[0].route, route) << host.ip;
  }

  Wire wire_;
};

TEST_F(Routes, ATunnelIsUsedWhereThereIsNoDirectWay) {
  auto& alice = node("192.0.2.1", 1, config_of("alice"));
  auto& bob = node("192.0.2.2", 2, config_of("bob"));
  alice.listens = bob.listens = false;
  tell(alice, bob.endpoint(), Route::kDirect);
  tell(alice, bob.tunnel(), Route::kGrenache);
  wire_.run_for(kTunnelAfterMs - 10);
  EXPECT_TRUE(alice.ups.empty());
  wire_.run_for(1'000);
  expect_only(alice, Route::kGrenache);
  expect_only(bob, Route::kGrenache);
  EXPECT_TRUE(alice.manager->peers()[0].dialled);
  wire_.run_for(60'000);
  EXPECT_TRUE(alice.downs.empty());
}

TEST_F(Routes, ADirectConnectionTakesOverWhenItBecomesPossible) {
  for (const bool swapped : {false, true}) {
    Wire wire;
    const auto key = static_cast<std::uint8_t>(swapped ? 2 : 1);
    auto& alice = wire.add("192.0.2.1", key, config_of("alice"));
    auto& bob = wire.add("192.0.2.2", static_cast<std::uint8_t>(3 - key), config_of("bob"));
    bob.tunnel_port = 1'337;
    alice.listens = bob.listens = false;
    wire.with(alice, [&](auto& m, auto& out) {
      m.found(bob.tunnel(), Source::kGrenache, Route::kGrenache, std::nullopt, wire.now(), out);
    });
    wire.run_for(20'000);
    ASSERT_EQ(alice.ups.size(), 1U);
    bob.listens = true;
    wire.run_for(60'000);
    for (const Wire::Host* host : {&alice, &bob}) {
      const auto peers = host->manager->peers();
      ASSERT_EQ(peers.size(), 1U);
      EXPECT_EQ(peers[0].route, Route::kDirect);
      ASSERT_EQ(host->downs.size(), 1U);
    }
    const std::size_t dials = alice.dialled.size() + bob.dialled.size();
    wire.run_for(600'000);
    EXPECT_EQ(alice.dialled.size() + bob.dialled.size(), dials) << "and no more is tried";
  }
}

TEST_F(Routes, OfBothAtOnceBothSidesKeepTheDirectOne) {
  for (int who = 0; who < 4; ++who) {
    Wire wire;
    const auto key = static_cast<std::uint8_t>(1 + who % 2);
    auto& alice = wire.add("192.0.2.1", key, config_of("alice"));
    auto& bob = wire.add("192.0.2.2", static_cast<std::uint8_t>(3 - key), config_of("bob"));
    alice.tunnel_port = bob.tunnel_port = 1'337;
    auto& tunnels = who < 2 ? alice : bob;
    auto& other = who < 2 ? bob : alice;
    wire.with(tunnels, [&](auto& m, auto& out) {
      m.found(other.tunnel(), Source::kGrenache, Route::kGrenache, std::nullopt, wire.now(), out);
    });
    wire.run_for(kTunnelAfterMs);
    // Its tunnel is on its way; now the other one dials directly.
    wire.with(other, [&](auto& m, auto& out) {
      EXPECT_TRUE(m.connect(tunnels.endpoint(), wire.now(), out).ok());
    });
    wire.run_for(30'000);
    for (const Wire::Host* host : {&alice, &bob}) {
      const auto peers = host->manager->peers();
      ASSERT_EQ(peers.size(), 1U) << who;
      EXPECT_EQ(peers[0].route, Route::kDirect) << who;
    }
  }
}

TEST_F(Routes, ATunnelReplacesADirectConnectionOnlyWhenThatIsDead) {
  auto& alice = node("192.0.2.1", 1, config_of("alice"));
  auto& bob = node("192.0.2.2", 2, config_of("bob", {alice.endpoint()}));
  wire_.run_for(1'000);
  expect_only(alice, Route::kDirect);
  tell(alice, bob.tunnel(), Route::kGrenache, identity_of(2).id());
  wire_.run_for(60'000);
  expect_only(alice, Route::kDirect);
  EXPECT_TRUE(alice.dialled.empty()) << "not even tried";

  bob.listens = alice.listens = false;
  wire_.mute(alice, alice.ups[0].peer.connection);
  wire_.run_for(kSilenceMs + kTunnelAfterMs + 30'000);
  expect_only(alice, Route::kGrenache);
  expect_only(bob, Route::kGrenache);
}

TEST_F(Routes, WithoutDirectConnectionsOnlyTunnelsAreUsed) {
  Config legacy = config_of("alice", {{"192.0.2.2", 3000}});
  legacy.p2p_enabled = false;
  auto& alice = node("192.0.2.1", 1, legacy);
  auto& bob = node("192.0.2.2", 2, config_of("bob", {alice.endpoint()}));
  wire_.run_for(10'000);
  EXPECT_TRUE(alice.dialled.empty());
  EXPECT_TRUE(bob.ups.empty()) << "nor is anybody let in";
  tell(alice, bob.tunnel(), Route::kGrenache);
  wire_.run_for(1'000);
  expect_only(alice, Route::kGrenache);
}

TEST_F(Routes, WithoutGrenacheThereAreNoTunnels) {
  Config direct = config_of("bob");
  direct.grenache_enabled = false;
  auto& alice = node("192.0.2.1", 1, config_of("alice"));
  auto& bob = node("192.0.2.2", 2, direct);
  bob.listens = false;
  tell(bob, alice.tunnel(), Route::kGrenache);
  tell(alice, bob.tunnel(), Route::kGrenache);
  wire_.run_for(20'000);
  EXPECT_TRUE(bob.dialled.empty());
  EXPECT_TRUE(alice.ups.empty());
  EXPECT_TRUE(bob.ups.empty());
}

TEST_F(Routes, NobodyIsToldOfTunnels) {
  auto& alice = node("192.0.2.1", 1, config_of("alice"));
  auto& bob = node("192.0.2.2", 2, config_of("bob"));
  auto& carol = node("192.0.2.3", 3, config_of("carol", {alice.endpoint()}));
  bob.listens = false;
  tell(alice, bob.tunnel(), Route::kGrenache);
  wire_.run_for(300'000);
  EXPECT_EQ(alice.manager->peers().size(), 2U);
  for (const Endpoint& endpoint : carol.dialled) EXPECT_NE(endpoint, bob.tunnel());
}

TEST_F(Routes, MessagesAreCountedByTheirWay) {
  auto& alice = node("192.0.2.1", 1, config_of("alice"));
  auto& bob = node("192.0.2.2", 2, config_of("bob"));
  alice.listens = bob.listens = false;
  tell(alice, bob.tunnel(), Route::kGrenache);
  wire_.run_for(20'000);
  wire_.with(alice, [&](auto& m, auto& out) {
    const auto routed = m.send_to(identity_of(2).id(), FeedRequest{identity_of(1).id(), 1},
                                  Urgency::kBook, std::nullopt, wire_.now(), out);
    ASSERT_TRUE(routed.ok());
    EXPECT_EQ(*routed, Routing::kGrenache);
  });
  EXPECT_GT(alice.manager->route_counts().grenache, 0U);
  EXPECT_EQ(alice.manager->route_counts().direct, 0U);
}

}  // namespace
}  // namespace syrah::p2p
