#include "p2p/connection_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "p2p/limits.h"
#include "seed.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

constexpr ConnectionPolicy::Room kRoom{100, 100};
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

base::Time at_ms(std::int64_t ms) { return {ms * 1000, 1'700'000'000'000'000 + ms * 1000}; }

AddressKey host(int number) {
  return {{"192.0.2." + std::to_string(number), 3000}, Route::kDirect};
}

ConnectionPolicy policy_with(std::int64_t interval_ms, std::uint64_t seed = 1) {
  return ConnectionPolicy({interval_ms, true, true}, seed);
}

void add(ConnectionPolicy& policy, const AddressKey& key, Source source, base::Time now) {
  policy.add({key, source, {}, std::string(to_text(source))}, now);
}

TEST(ConnectionPolicy, WaitsDoubleUpToTheIntervalWithJitter) {
  ConnectionPolicy policy = policy_with(30'000, tests::seed());
  add(policy, host(1), Source::kBootstrap, at_ms(0));
  std::int64_t now_ms = 0;
  for (const std::int64_t expected :
       {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000, 30'000, 30'000, 30'000}) {
    ASSERT_EQ(policy.take_due(kRoom, at_ms(now_ms)).size(), 1U) << "bootstrap peers are kept";
    EXPECT_EQ(policy.next_due_us(kRoom), kNever) << "in use";
    policy.failed(host(1), at_ms(now_ms));
    const std::int64_t wait_ms = policy.next_due_us(kRoom) / 1000 - now_ms;
    EXPECT_GE(wait_ms, expected * 3 / 4);
    EXPECT_LE(wait_ms, expected * 5 / 4);
    EXPECT_TRUE(policy.take_due(kRoom, at_ms(now_ms + wait_ms - 1)).empty());
    now_ms += wait_ms;
  }
}

TEST(ConnectionPolicy, AddressesThatNeverWorkedAreForgotten) {
  ConnectionPolicy policy = policy_with(1'000);
  add(policy, host(1), Source::kUser, at_ms(0));
  add(policy, host(2), Source::kUser, at_ms(0));
  policy.opened(host(2), std::nullopt, "js", at_ms(0));
  std::size_t dialled = 0;
  for (std::int64_t ms = 0; ms < 60'000; ms += 500) {
    for (const AddressKey& key : policy.take_due(kRoom, at_ms(ms))) {
      if (key == host(1)) ++dialled;
      policy.failed(key, at_ms(ms));
    }
  }
  EXPECT_EQ(dialled, kFailuresMax);
  EXPECT_LT(policy.next_due_us(kRoom), at_ms(62'000).steady_us) << "the other one is still tried";
}

TEST(ConnectionPolicy, WhatWasGivenUpIsNotNewWhenItIsToldAgain) {
  ConnectionPolicy policy = policy_with(1'000, tests::seed());
  std::vector<std::int64_t> dialled_ms;
  const auto run = [&](std::int64_t from_ms, std::int64_t until_ms) {
    for (std::int64_t ms = from_ms; ms < until_ms; ms += 500) {
      if (ms % 7'000 == 0) add(policy, host(1), Source::kGrenache, at_ms(ms));
      for (const AddressKey& key : policy.take_due(kRoom, at_ms(ms))) {
        dialled_ms.push_back(ms);
        policy.failed(key, at_ms(ms));
      }
    }
  };
  run(0, 3'600'000);
  ASSERT_GT(dialled_ms.size(), kFailuresMax);
  EXPECT_LE(dialled_ms.size(), kFailuresMax + 7U) << "waits that double from a minute to an hour";
  EXPECT_GE(dialled_ms[kFailuresMax] - dialled_ms[kFailuresMax - 1], kGivenUpMinMs);
  // The user's word counts at once.
  const std::size_t before = dialled_ms.size();
  add(policy, host(1), Source::kUser, at_ms(3'600'000));
  run(3'600'000, 3'601'000);
  EXPECT_GT(dialled_ms.size(), before);
}

TEST(GivenUp, IsBoundedAndForgets) {
  GivenUp given_up;
  for (int i = 0; i < 2 * static_cast<int>(kGivenUpMax); ++i) {
    given_up.add({{std::to_string(i) + ".example", 1}, Route::kDirect}, kFailuresMax, at_ms(i));
  }
  EXPECT_EQ(given_up.size(), kGivenUpMax);
  const AddressKey last{{std::to_string(2 * kGivenUpMax - 1) + ".example", 1}, Route::kDirect};
  ASSERT_NE(given_up.find(last, at_ms(10'000)), nullptr);
  EXPECT_EQ(given_up.find(last, at_ms(kGivenUpMinMs + kGivenUpMaxMs + 10'000)), nullptr);
}

TEST(ConnectionPolicy, BoundsHold) {
  ConnectionPolicy policy = policy_with(1'000);
  add(policy, host(1), Source::kBootstrap, at_ms(0));
  for (int i = 2; i < 30; ++i) add(policy, host(i), Source::kInbound, at_ms(0));
  EXPECT_EQ(policy.take_due({0, 8}, at_ms(0)).size(), 0U);
  const auto first = policy.take_due({100, 0}, at_ms(0));
  EXPECT_EQ(first, std::vector{host(1)}) << "bootstrap peers do not count as outbound";
  EXPECT_EQ(policy.take_due({1, 8}, at_ms(0)).size(), 1U);
  std::vector<AddressKey> dialling = policy.take_due({100, 8}, at_ms(0));
  EXPECT_EQ(dialling.size(), kDialsPerLaneMax - 1) << "a source has few dials at once";
  std::size_t open = 0;
  for (std::int64_t ms = 0; !dialling.empty(); ms += 100) {
    for (const AddressKey& key : dialling) policy.opened(key, std::nullopt, "js", at_ms(ms));
    open += dialling.size();
    dialling = policy.take_due({100, 8}, at_ms(ms));
  }
  EXPECT_EQ(open, 7U) << "eight outbound connections, one of them still under way";
}

TEST(ConnectionPolicy, WhoIsConnectedIsLeftAlone) {
  ConnectionPolicy policy = policy_with(1'000);
  const base::NodeId id = tests::identity_of(1).id();
  policy.restore({host(1).endpoint, id, "a", "stored", 1'700'000'000'000, 0});
  add(policy, host(2), Source::kExchange, at_ms(0));
  policy.connected(id, host(2).endpoint, Route::kDirect);
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(5'000)).empty());
  EXPECT_EQ(policy.next_due_us(kRoom), kNever);
  policy.disconnected(id, host(2).endpoint, Route::kDirect);
  EXPECT_EQ(policy.take_due(kRoom, at_ms(5'000)).size(), 2U);
}

TEST(ConnectionPolicy, ItsOwnAddressIsNotTriedAgain) {
  ConnectionPolicy policy = policy_with(1'000);
  add(policy, host(1), Source::kBootstrap, at_ms(0));
  ASSERT_EQ(policy.take_due(kRoom, at_ms(0)).size(), 1U);
  policy.is_self(host(1));
  add(policy, host(1), Source::kExchange, at_ms(0));
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(1'000'000)).empty());
}

TEST(ConnectionPolicy, ADiscouragedOnesAddressesRestADay) {
  ConnectionPolicy policy = policy_with(1'000);
  const std::int64_t lately_ms = 1'700'000'000'000;
  policy.restore({{"8.8.8.8", 1}, std::nullopt, "a", "stored", lately_ms, 0});
  policy.restore({{"8.8.8.8", 2}, std::nullopt, "b", "stored", lately_ms, 0});
  policy.restore({{"10.0.0.1", 3}, std::nullopt, "c", "stored", lately_ms, 0});
  policy.postpone(std::nullopt, "8.8.8.8", at_ms(0));
  policy.postpone(std::nullopt, "10.0.0.1", at_ms(0));
  const auto due = policy.take_due(kRoom, at_ms(kDiscouragedMs - 1));
  ASSERT_EQ(due.size(), 1U) << "others live behind a private address";
  EXPECT_EQ(due[0].endpoint.port, 3);
  EXPECT_EQ(policy.take_due(kRoom, at_ms(kDiscouragedMs)).size(), 2U);
}

TEST(ConnectionPolicy, TheLanesTakeTurnsInTheOrderOfTheSources) {
  ConnectionPolicy policy = policy_with(1'000);
  add(policy, host(5), Source::kExchange, at_ms(0));
  add(policy, host(3), Source::kMdns, at_ms(0));
  add(policy, host(4), Source::kGrenache, at_ms(0));
  add(policy, host(2), Source::kBootstrap, at_ms(0));
  policy.restore({host(1).endpoint, std::nullopt, "a", "stored", 1'700'000'000'000, 0});
  EXPECT_EQ(policy.take_due(kRoom, at_ms(0)),
            (std::vector{host(1), host(2), host(3), host(4), host(5)}));
}

TEST(ConnectionPolicy, WhatWasOnlyHeardWaitsAWhileForWhatWorkedBefore) {
  ConnectionPolicy policy = policy_with(1'000);
  add(policy, host(100), Source::kExchange, at_ms(0));
  add(policy, host(101), Source::kBootstrap, at_ms(0));
  for (int i = 1; i < 10; ++i) {
    policy.restore({host(i).endpoint, std::nullopt, "a", "stored", 1'700'000'000'000, 0});
  }
  const auto first = policy.take_due(kRoom, at_ms(kHeadStartMs - 1));
  EXPECT_EQ(first.size(), kDialsPerLaneMax + 1);
  EXPECT_EQ(std::count(first.begin(), first.end(), host(100)), 0);
  EXPECT_EQ(std::count(first.begin(), first.end(), host(101)), 1);
  EXPECT_EQ(policy.take_due(kRoom, at_ms(kHeadStartMs)), std::vector{host(100)});
}

/// Dead addresses of one source, each of them a dial that is never answered.
TEST(ConnectionPolicy, NoSourceKeepsAnotherWaiting) {
  for (const Source junk :
       {Source::kMdns, Source::kGrenache, Source::kInbound, Source::kExchange}) {
    ConnectionPolicy policy = policy_with(1'000);
    add(policy, host(1), Source::kBootstrap, at_ms(0));
    policy.restore({host(2).endpoint, std::nullopt, "a", "stored", 1'700'000'000'000, 0});
    for (int i = 0; i < 10'000; ++i) {
      add(policy,
          {{"198." + std::to_string(i % 200) + ".0.1", static_cast<std::uint16_t>(i + 1)},
           Route::kDirect},
          junk, at_ms(0));
    }
    const Source other = junk == Source::kMdns ? Source::kGrenache : Source::kMdns;
    add(policy, host(3), other, at_ms(0));
    EXPECT_LE(policy.book().size(Address::Table::kNew), kHeardPerTellerMax + 1);
    std::set<AddressKey> dialled;
    for (const std::int64_t ms : {0L, kHeadStartMs}) {
      for (const AddressKey& key : policy.take_due({100, 8}, at_ms(ms))) dialled.insert(key);
    }
    EXPECT_TRUE(dialled.contains(host(1)));
    EXPECT_TRUE(dialled.contains(host(2)));
    EXPECT_TRUE(dialled.contains(host(3))) << to_text(junk);
    EXPECT_LE(dialled.size(), 3 + kDialsPerLaneMax);
  }
}

TEST(ConnectionPolicy, AnAnchorIsDialledFirst) {
  ConnectionPolicy policy = policy_with(1'000, tests::seed());
  for (int i = 1; i <= 50; ++i) {
    StoredPeer peer{
        {std::to_string(i + 10) + ".0.0.1", 1}, std::nullopt, "", "stored", 1'700'000'000'000, 0};
    peer.anchor = i == 7 || i == 31;
    policy.restore(peer);
  }
  const auto first = policy.take_due({2, 8}, at_ms(0));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(std::set({first[0].endpoint.host, first[1].endpoint.host}),
            (std::set<std::string>{"17.0.0.1", "41.0.0.1"}));
}

TEST(ConnectionPolicy, FeelersTestWhatWasHeardWhileThereAreConnectionsEnough) {
  ConnectionPolicy policy = policy_with(1'000);
  EXPECT_FALSE(policy.take_feeler(kOutboundMax, at_ms(0))) << "there is more need of connections";
  for (int i = 0; i < 8; ++i) add(policy, host(i + 1), Source::kExchange, at_ms(0));
  for (int i = 0; i < 8; ++i) {
    for (const AddressKey& key : policy.take_due({100, 8}, at_ms(0))) {
      policy.opened(key, std::nullopt, "js", at_ms(0));
    }
  }
  add(policy, host(20), Source::kExchange, at_ms(0));
  add(policy, host(21), Source::kExchange, at_ms(0));
  EXPECT_TRUE(policy.take_due({100, 8}, at_ms(0)).empty());
  const auto feeler = policy.take_feeler(8, at_ms(0));
  ASSERT_TRUE(feeler);
  policy.tested(*feeler, tests::identity_of(1).id(), "alice", at_ms(0));
  EXPECT_EQ(policy.id_at(*feeler), tests::identity_of(1).id());
  EXPECT_FALSE(policy.take_feeler(8, at_ms(kFeelerMs * 3 / 4 - 1)));
  EXPECT_GE(policy.next_due_us({100, 8}), at_ms(kFeelerMs * 3 / 4).steady_us);
  const auto next = policy.take_feeler(8, at_ms(kFeelerMs * 5 / 4));
  ASSERT_TRUE(next);
  EXPECT_NE(*next, *feeler);
}

TEST(ConnectionPolicy, TunnelsAreForThoseWhoCannotBeReachedDirectly) {
  ConnectionPolicy policy = policy_with(1'000);
  const base::NodeId alice = tests::identity_of(1).id();
  const AddressKey tunnel{{"203.0.113.1", 1'337}, Route::kGrenache};
  policy.add({tunnel, Source::kGrenache, alice, "grenache"}, at_ms(0));
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(kTunnelAfterMs - 1)).empty()) << "direct ones go first";
  policy.connected(alice, host(1).endpoint, Route::kDirect);
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(kTunnelAfterMs)).empty());
  policy.disconnected(alice, host(1).endpoint, Route::kDirect);
  EXPECT_EQ(policy.take_due(kRoom, at_ms(kTunnelAfterMs)), std::vector{tunnel});
}

TEST(ConnectionPolicy, WithoutDirectConnectionsATunnelIsTriedAtOnce) {
  ConnectionPolicy policy({1'000, false, true}, 1);
  const AddressKey tunnel{{"203.0.113.1", 1'337}, Route::kGrenache};
  add(policy, host(1), Source::kBootstrap, at_ms(0));
  policy.add({tunnel, Source::kGrenache, {}, "grenache"}, at_ms(0));
  EXPECT_EQ(policy.take_due(kRoom, at_ms(0)), std::vector{tunnel});
}

TEST(ConnectionPolicy, DirectAddressesOfAPeerBehindATunnelAreStillTried) {
  ConnectionPolicy policy = policy_with(1'000);
  const base::NodeId alice = tests::identity_of(1).id();
  policy.restore({host(1).endpoint, alice, "alice", "stored", 1'700'000'000'000, 0});
  policy.connected(alice, Endpoint{"203.0.113.1", 1'337}, Route::kGrenache);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto due = policy.take_due({0, 0}, at_ms(60'000 * attempt));
    EXPECT_EQ(due, std::vector{host(1)}) << "even when there is no room for others";
    policy.failed(host(1), at_ms(60'000 * attempt));
  }
}

TEST(ConnectionPolicy, WhatAStrangerSaysOfAnOwnerSilencesNoAddress) {
  ConnectionPolicy policy = policy_with(1'000);
  const base::NodeId alice = tests::identity_of(1).id();
  policy.connected(alice, std::nullopt, Route::kDirect);
  policy.add({host(1), Source::kMdns, alice, "mdns"}, at_ms(0));
  EXPECT_EQ(policy.take_due(kRoom, at_ms(0)).size(), 1U);
}

TEST(ConnectionPolicy, WhomTheUserSentAwayIsNotDialled) {
  ConnectionPolicy policy = policy_with(1'000);
  const base::NodeId alice = tests::identity_of(1).id();
  policy.restore({host(1).endpoint, alice, "alice", "stored", 1'700'000'000'000, 0});
  policy.part(alice, {host(2).endpoint});
  add(policy, host(2), Source::kBootstrap, at_ms(0));
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(0)).empty());
  policy.reunite(alice, {host(2).endpoint});
  EXPECT_EQ(policy.take_due(kRoom, at_ms(0)).size(), 2U);
}

TEST(ConnectionPolicy, BootstrapPeersAreAskedAgainWhenNobodyIsLeft) {
  ConnectionPolicy policy = policy_with(30'000);
  add(policy, host(1), Source::kBootstrap, at_ms(0));
  for (std::int64_t ms = 0; ms < 200'000; ms += 100) {
    for (const AddressKey& key : policy.take_due(kRoom, at_ms(ms))) policy.failed(key, at_ms(ms));
  }
  const std::int64_t due_ms = policy.next_due_us(kRoom) / 1000;
  ASSERT_GT(due_ms, 201'000);
  policy.ask_bootstrap_again(at_ms(200'000));
  EXPECT_EQ(policy.take_due(kRoom, at_ms(200'000)).size(), 1U);
  policy.failed(host(1), at_ms(200'000));
  EXPECT_GT(policy.next_due_us(kRoom) / 1000, 220'000) << "its waits go on as they were";
}

}  // namespace
}  // namespace syrah::p2p
