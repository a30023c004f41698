#include "p2p/eviction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "p2p/limits.h"
#include "seed.h"

namespace syrah::p2p {
namespace {

std::vector<EvictionCandidate> alike(std::size_t count) {
  std::vector<EvictionCandidate> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back({i + 1, i, 1'000, 0, static_cast<std::int64_t>(i)});
  }
  return all;
}

TEST(Eviction, AFewAreAllKept) {
  EXPECT_FALSE(choose_eviction({}));
  EXPECT_FALSE(choose_eviction(alike(kKeptByNetwork + kKeptByRoundTrip)));
}

TEST(Eviction, TheYoungestOfTheLargestNetworkGoes) {
  auto all = alike(64);
  EXPECT_EQ(choose_eviction(all), ConnectionId{64});
  // The youngest thirty but one share one network.
  for (std::size_t i = 33; i < 63; ++i) all[i].network = 1'000;
  EXPECT_EQ(choose_eviction(all), ConnectionId{63});
}

TEST(Eviction, WhoAnswersFastestOrBringsNewsIsKept) {
  auto all = alike(64);
  all[63].round_trip_us = 1;
  EXPECT_EQ(choose_eviction(all), ConnectionId{63});
  all[62].useful_us = 5;
  EXPECT_EQ(choose_eviction(all), ConnectionId{62});
  all[61].round_trip_us = -1;
  EXPECT_EQ(choose_eviction(all), ConnectionId{62}) << "not knowing is not fast";
}

/// reliability.md A11: a thousand attackers in 32 networks, who answer faster than anybody and
/// bring as much, against 32 honest peers in as many networks, for a day with an attempt a second.
TEST(Eviction, ASiegeLeavesThreeQuartersOfTheOldPeers) {
  base::Random random(tests::seed());
  for (int round = 0; round < 2; ++round) {
    std::vector<EvictionCandidate> all;
    for (ConnectionId i = 1; i <= 32; ++i) {
      all.push_back({i, random.next(), random.between(20'000, 200'000),
                     random.chance(500'000) ? random.between(1, 1'000) : 0,
                     static_cast<std::int64_t>(i)});
    }
    std::vector<std::uint64_t> networks(32);
    for (std::uint64_t& network : networks) network = random.next();
    ConnectionId next = 1'000;
    const std::int64_t day_s = 24 * 3600;
    for (std::int64_t second = 0; second < day_s; second += kEvictionMs / 1000) {
      if (all.size() >= kInboundMax) {
        const auto chosen = choose_eviction(all);
        if (!chosen) continue;
        std::erase_if(all, [&](const auto& c) { return c.connection == *chosen; });
      }
      const std::int64_t now_us = 1'000'000 * (second + 1);
      all.push_back({next++, networks[random.below(networks.size())], 1, now_us, now_us});
    }
    const auto honest =
        std::count_if(all.begin(), all.end(), [](const auto& c) { return c.connection <= 32; });
    EXPECT_GE(honest, 24) << "round " << round;
  }
}

}  // namespace
}  // namespace syrah::p2p
