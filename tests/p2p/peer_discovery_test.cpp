#include "p2p/peer_discovery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "p2p/limits.h"
#include "seed.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::config_of;
using tests::Wire;

SourceView of(const Wire::Host& host, Source source) {
  return host.manager->sources()[static_cast<std::size_t>(source)];
}

void tell(Wire& wire, Wire::Host& host, const Endpoint& endpoint, Source source,
          Route route = Route::kDirect) {
  wire.with(host, [&](auto& m, auto& out) {
    m.found(endpoint, source, route, std::nullopt, wire.now(), out);
  });
}

TEST(PeerDiscovery, CountsWhatBecameOfEachSource) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  wire.add("192.0.2.2", 2, config_of("bob"));
  EXPECT_TRUE(alice.manager->hungry());
  wire.run_for(500);
  tell(wire, alice, {"192.0.2.2", 3000}, Source::kMdns);
  tell(wire, alice, {"192.0.2.2", 3000}, Source::kMdns);
  tell(wire, alice, {"192.0.2.77", 3000}, Source::kGrenache);
  wire.run_for(500);
  const SourceView mdns = of(alice, Source::kMdns);
  EXPECT_EQ(mdns.name, "mdns");
  EXPECT_EQ(mdns.found, 1U) << "a repetition is nothing new";
  EXPECT_EQ(mdns.tried, 1U);
  EXPECT_EQ(mdns.connected, 1U);
  EXPECT_EQ(mdns.failed, 0U);
  EXPECT_EQ(mdns.first_connection_ms, 500 + 3 * Wire::kLatencyUs / 1000);
  const SourceView grenache = of(alice, Source::kGrenache);
  EXPECT_EQ(grenache.found, 1U);
  EXPECT_EQ(grenache.connected, 0U);
  EXPECT_GE(grenache.failed, 1U);
  EXPECT_EQ(grenache.first_connection_ms, -1);
  EXPECT_EQ(alice.ups[0].peer.source, "mdns");
}

TEST(PeerDiscovery, OneselfAndDeadAddressesDropOut) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  tell(wire, alice, {"192.0.2.1", 3000}, Source::kMdns);
  tell(wire, alice, {"192.0.2.77", 3000}, Source::kMdns);
  wire.run_for(300'000);
  EXPECT_EQ(alice.dialled.size(), 1 + kFailuresMax);
  EXPECT_TRUE(alice.ups.empty());
}

TEST(PeerDiscovery, WhoKnowsOnePeerKnowsANetworkOfTwentyWithinTwoRounds) {
  Wire wire;
  std::vector<Wire::Host*> nodes;
  for (std::uint8_t i = 0; i < 20; ++i) {
    std::vector<Endpoint> first;
    if (i > 0) first.push_back(nodes.front()->endpoint());
    nodes.push_back(&wire.add("10.0.0." + std::to_string(i + 1), static_cast<std::uint8_t>(i + 1),
                              config_of("n" + std::to_string(i), first)));
  }
  wire.run_for(10'000);
  auto& late = wire.add("10.0.0.200", 200, config_of("late", {nodes[7]->endpoint()}));
  wire.run_for(2 * kExchangeMs + 1'000);
  EXPECT_GE(late.manager->peers().size(), kOutboundMax);
  std::set<std::string> known;
  for (const PeerView& peer : late.manager->peers()) known.insert(peer.name);
  const std::size_t told = of(late, Source::kExchange).found;
  EXPECT_GE(told + known.size(), 20U);
}

TEST(PeerDiscovery, WhoFindsNoPlaceIsToldOfOthers) {
  Wire wire;
  Config few = config_of("alice");
  few.peers_max = 2;
  const auto& alice = wire.add("192.0.2.1", 1, few);
  wire.add("198.51.100.2", 2, config_of("bob", {alice.endpoint()}));
  wire.add("198.51.100.3", 3, config_of("carol", {alice.endpoint()}));
  wire.run_for(900);
  const auto& dave = wire.add("203.0.113.4", 4, config_of("dave", {alice.endpoint()}));
  wire.run_for(5'000);
  EXPECT_FALSE(dave.manager->peers().empty());
  for (const PeerView& peer : dave.manager->peers()) EXPECT_NE(peer.name, "alice");
}

/// Poisoned, stale and doubled addresses through everything that strangers can speak through.
TEST(PeerDiscovery, AmongJunkTheRealPeersAreFoundWithinAMinute) {
  base::Random random(tests::seed());
  Wire wire;
  wire.swallow("198.51.");  // dials there are never answered
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob"));
  auto& carol = wire.add("192.0.2.3", 3, config_of("carol"));
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice", {bob.endpoint()}));
  auto& liar = wire.add_raw("192.0.2.66", 3000);
  bob.listens = carol.listens = false;  // not there yet

  const auto junk = [&](bool swallowed) -> Endpoint {
    if (random.chance(50'000)) return {"192.0.2.1", 3000};  // itself
    return {(swallowed ? "198.51." : "203.0.") + std::to_string(random.below(100)) + "." +
                std::to_string(random.below(250)),
            static_cast<std::uint16_t>(1 + random.below(50'000))};
  };
  for (int i = 0; i < 10'000; ++i) {
    tell(wire, alice, junk(i % 2 == 0), i % 3 == 0 ? Source::kMdns : Source::kGrenache);
  }
  const ConnectionId connection = wire.dial(liar, alice.endpoint());
  wire.run_for(50);
  wire.say(liar, connection,
           R"({"type":"handshake","nodeId":"liar","timestamp":5,"version":"1.0.0","port":3000})");
  wire.run_for(50);
  PeerExchange lies;
  for (std::size_t i = 0; i < kExchangePeersMax; ++i) lies.peers.push_back({"x", junk(true)});
  wire.say(liar, connection, Message{"liar", 5, lies});
  wire.run_for(30'000);

  bob.listens = carol.listens = true;
  wire.with(carol, [&](auto& m, auto& out) {
    EXPECT_TRUE(m.connect(bob.endpoint(), wire.now(), out).ok());
  });
  wire.run_for(60'000);
  std::set<std::string> names;
  for (const PeerView& peer : alice.manager->peers()) names.insert(peer.name);
  EXPECT_TRUE(names.contains("bob"));
  EXPECT_TRUE(names.contains("carol")) << "through bob, whose word is one of many";
  const SourceView grenache = of(alice, Source::kGrenache);
  EXPECT_LE(grenache.found, 10'000U);
  EXPECT_EQ(of(alice, Source::kBootstrap).connected, 1U);
}

TEST(PeerDiscovery, ARealPeerAmongTheJunkOfItsOwnSourceIsFound) {
  Wire wire;
  base::Random random(tests::seed());
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  wire.add("192.0.2.2", 2, config_of("bob"));
  for (int i = 0; i < 300; ++i) {
    if (i == 150) tell(wire, alice, {"192.0.2.2", 3000}, Source::kGrenache);
    tell(wire, alice,
         {"203.0.113." + std::to_string(random.below(250)), static_cast<std::uint16_t>(i + 1)},
         Source::kGrenache);
  }
  wire.run_for(60'000);
  EXPECT_EQ(alice.manager->peers().size(), 1U);
}

TEST(PeerDiscovery, NobodyIsToldOfPrivateAddressesOutsideNorOfMoreThanAllowed) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  for (std::uint8_t i = 0; i < 30; ++i) {
    wire.add(i % 10 == 0 ? "10.0.0." + std::to_string(i + 1) : "198." + std::to_string(i) + ".0.1",
             static_cast<std::uint8_t>(10 + i),
             config_of("n" + std::to_string(i), {alice.endpoint()}));
  }
  wire.run_for(2'000);
  EXPECT_EQ(alice.manager->peers().size(), 30U);
  auto& js = wire.add_raw("192.0.2.9", 4000);
  const ConnectionId connection = wire.dial(js, alice.endpoint());
  wire.run_for(50);
  wire.say(js, connection,
           R"({"type":"handshake","nodeId":"js","timestamp":5,"version":"1.0.0","port":1})");
  wire.say(js, connection, R"({"type":"peer_exchange_request","nodeId":"js","timestamp":5})");
  wire.run_for(50);
  std::size_t answers = 0;
  for (const Message& message : Wire::hear_messages(js, connection)) {
    const auto* told = std::get_if<PeerExchange>(&message.body);
    if (told == nullptr) continue;
    ++answers;
    EXPECT_EQ(told->peers.size(), kExchangePeersBasicMax);
    for (const auto& peer : told->peers) EXPECT_NE(peer.endpoint.host.substr(0, 3), "10.");
  }
  EXPECT_EQ(answers, 1U);
}

TEST(PeerDiscovery, BootstrapPeersAreAskedAtOnceWhenTheLastPeerIsGone) {
  Wire wire;
  Config config = config_of("alice", {{"192.0.2.2", 3000}});
  config.reconnect_interval_ms = 3'600'000;
  auto& alice = wire.add("192.0.2.1", 1, config);
  auto& carol = wire.add("192.0.2.3", 3, config_of("carol", {alice.endpoint()}));
  wire.run_for(3'600'000);
  wire.add("192.0.2.2", 2, config_of("bob"));
  wire.kill(carol);
  wire.run_for(1'000);
  ASSERT_EQ(alice.manager->peers().size(), 1U);
  EXPECT_EQ(alice.manager->peers()[0].name, "bob");
}

}  // namespace
}  // namespace syrah::p2p
