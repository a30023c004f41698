#include "p2p/connection_policy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "p2p/limits.h"
#include "seed.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

constexpr ConnectionPolicy::Room kRoom{100, 100, 100};

base::Time at_ms(std::int64_t ms) { return {ms * 1000, 1'700'000'000'000'000 + ms * 1000}; }

Endpoint host(int number) { return {"192.0.2." + std::to_string(number), 3000}; }

TEST(ConnectionPolicy, WaitsDoubleUpToTheIntervalWithJitter) {
  ConnectionPolicy policy(30'000, tests::seed());
  policy.add(host(1), Source::kBootstrap, at_ms(0));
  std::int64_t now_ms = 0;
  for (const std::int64_t expected :
       {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000, 30'000, 30'000, 30'000}) {
    ASSERT_EQ(policy.take_due(kRoom, at_ms(now_ms)).size(), 1U) << "bootstrap peers are kept";
    EXPECT_EQ(policy.next_due_us(kRoom), std::numeric_limits<std::int64_t>::max()) << "in use";
    policy.failed(host(1), at_ms(now_ms));
    const std::int64_t wait_ms = policy.next_due_us(kRoom) / 1000 - now_ms;
    EXPECT_GE(wait_ms, expected * 3 / 4);
    EXPECT_LE(wait_ms, expected * 5 / 4);
    EXPECT_TRUE(policy.take_due(kRoom, at_ms(now_ms + wait_ms - 1)).empty());
    now_ms += wait_ms;
  }
}

TEST(ConnectionPolicy, AddressesThatNeverWorkedAreForgotten) {
  ConnectionPolicy policy(1'000, 1);
  policy.add(host(1), Source::kUser, at_ms(0));
  policy.add(host(2), Source::kUser, at_ms(0));
  policy.opened(host(2), std::nullopt, "js", at_ms(0));
  std::size_t dialled = 0;
  for (std::int64_t ms = 0; ms < 60'000; ms += 500) {
    for (const Endpoint& endpoint : policy.take_due(kRoom, at_ms(ms))) {
      if (endpoint == host(1)) ++dialled;
      policy.failed(endpoint, at_ms(ms));
    }
  }
  EXPECT_EQ(dialled, kFailuresMax);
  EXPECT_LT(policy.next_due_us(kRoom), at_ms(62'000).steady_us) << "the other one is still tried";
}

TEST(ConnectionPolicy, BoundsHold) {
  ConnectionPolicy policy(1'000, 1);
  policy.add(host(1), Source::kBootstrap, at_ms(0));
  for (int i = 2; i < 30; ++i) policy.add(host(i), Source::kInbound, at_ms(0));
  EXPECT_EQ(policy.take_due({4, 100, 8}, at_ms(0)).size(), 4U);
  EXPECT_EQ(policy.take_due({0, 100, 8}, at_ms(0)).size(), 0U);
  EXPECT_EQ(policy.take_due({100, 3, 8}, at_ms(0)).size(), 3U);
  EXPECT_EQ(policy.take_due({100, 100, 5}, at_ms(0)).size(), 5U);
  policy.failed(host(1), at_ms(0));
  const auto bootstrap = policy.take_due({100, 100, 0}, at_ms(5'000));
  ASSERT_EQ(bootstrap.size(), 1U) << "bootstrap peers do not count as outbound";
  EXPECT_EQ(bootstrap[0], host(1));
}

TEST(ConnectionPolicy, WhoIsConnectedIsLeftAlone) {
  ConnectionPolicy policy(1'000, 1);
  const base::NodeId id = tests::identity_of(1).id();
  policy.restore({host(1), id, "a", "stored", 5, 0});
  policy.add(host(2), Source::kExchange, at_ms(0));
  policy.connected(id, host(2));
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(0)).empty());
  EXPECT_EQ(policy.next_due_us(kRoom), std::numeric_limits<std::int64_t>::max());
  policy.disconnected(id, host(2));
  EXPECT_EQ(policy.take_due(kRoom, at_ms(0)).size(), 2U);
}

TEST(ConnectionPolicy, ItsOwnAddressIsNotTriedAgain) {
  ConnectionPolicy policy(1'000, 1);
  policy.add(host(1), Source::kBootstrap, at_ms(0));
  ASSERT_EQ(policy.take_due(kRoom, at_ms(0)).size(), 1U);
  policy.is_self(host(1));
  policy.failed(host(1), at_ms(0));
  policy.add(host(1), Source::kExchange, at_ms(0));
  EXPECT_TRUE(policy.take_due(kRoom, at_ms(1'000'000)).empty());
}

TEST(ConnectionPolicy, NoTellerFillsTheTable) {
  ConnectionPolicy policy(1'000, 1);
  for (int i = 0; i < 250; ++i)
    policy.add_told({"198.51.100.1", static_cast<std::uint16_t>(i + 1)}, "a", at_ms(0));
  EXPECT_EQ(policy.take_due(kRoom, at_ms(0)).size(), kHeardPerTellerMax);
  for (int teller = 0; teller < 50; ++teller) {
    for (int i = 0; i < 60; ++i) {
      policy.add_told({"10.0.0." + std::to_string(teller), static_cast<std::uint16_t>(i + 1)},
                      std::to_string(teller), at_ms(0));
    }
  }
  ConnectionPolicy::Room wide{10'000, 10'000, 10'000};
  EXPECT_EQ(policy.take_due(wide, at_ms(0)).size(), kHeardAddressesMax - kHeardPerTellerMax);
}

TEST(ConnectionPolicy, TheTableIsBoundedAndKeepsWhatWorked) {
  ConnectionPolicy policy(1'000, 1);
  policy.restore({host(1), std::nullopt, "good", "stored", 1'699'999'999'000, 0});
  for (int i = 0; i < 2'000; ++i) {
    policy.add({"198.51.100.1", static_cast<std::uint16_t>(i + 1)}, Source::kInbound, at_ms(0));
  }
  ConnectionPolicy::Room wide{10'000, 10'000, 10'000};
  const auto due = policy.take_due(wide, at_ms(0));
  EXPECT_EQ(due.size(), kStoredPeersMax);
  EXPECT_NE(std::find(due.begin(), due.end(), host(1)), due.end());
}

TEST(ConnectionPolicy, ADiscouragedOnesAddressesRestADay) {
  ConnectionPolicy policy(1'000, 1);
  policy.restore({{"8.8.8.8", 1}, std::nullopt, "a", "stored", 5, 0});
  policy.restore({{"8.8.8.8", 2}, std::nullopt, "b", "stored", 5, 0});
  policy.restore({{"10.0.0.1", 3}, std::nullopt, "c", "stored", 5, 0});
  policy.postpone(std::nullopt, "8.8.8.8", at_ms(0));
  policy.postpone(std::nullopt, "10.0.0.1", at_ms(0));
  const auto due = policy.take_due(kRoom, at_ms(kDiscouragedMs - 1));
  ASSERT_EQ(due.size(), 1U) << "others live behind a private address";
  EXPECT_EQ(due[0].port, 3);
  EXPECT_EQ(policy.take_due(kRoom, at_ms(kDiscouragedMs)).size(), 2U);
}

}  // namespace
}  // namespace syrah::p2p
