#include <gtest/gtest.h>

#include "base/random.h"
#include "p2p/feed_sync.h"
#include "seed.h"
#include "sync_net.h"

namespace syrah::p2p {
namespace {

using tests::SyncNet;

void heal(SyncNet& net) {
  net.copies_of = nullptr;
  for (int round = 0; round < 20; ++round) {
    net.beat_all();
    net.run();
    net.advance(2500);
    net.tick_all();
    net.run();
  }
}

/// Random topology (connected in the end), random losses, repeats and cuts; then all is whole
/// again.
void run_once(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  constexpr std::size_t kNodes = 5;
  SyncNet net(kNodes);
  net.snapshot_ahead = 40;
  for (std::size_t at = 1; at < kNodes; ++at) net.link(at, random.below(at));
  for (int extra = 0; extra < 3; ++extra) {
    const std::size_t a = random.below(kNodes), b = random.below(kNodes);
    if (a != b && !net.linked(a, b)) net.link(a, b);
  }
  net.copies_of = [&](const SyncNet::Wire&) {
    if (random.chance(250'000)) return 0;
    return random.chance(150'000) ? 2 : 1;
  };
  const auto links = net.links;
  for (int step = 0; step < 150; ++step) {
    const std::size_t at = random.below(kNodes);
    const std::uint64_t what = random.below(10);
    if (what < 6) net.write(at, 1 + random.below(4));
    if (what == 6) net.beat(at);
    if (what == 7) net.checkpoint(at, "state at " + std::to_string(step));
    if (what == 8 && !net.links.empty()) {
      const auto link = *net.links.begin();
      net.cut(link.first, link.second);
    }
    if (what == 9) {
      for (const auto& [a, b] : links) {
        if (!net.linked(a, b)) net.link(a, b);
      }
    }
    if (random.chance(500'000)) net.run();
    net.advance(static_cast<std::int64_t>(random.below(400)));
    net.tick_all();
  }
  for (const auto& [a, b] : links) {
    if (!net.linked(a, b)) net.link(a, b);
  }
  heal(net);
  for (std::size_t home = 0; home < kNodes; ++home) {
    for (std::size_t at = 0; at < kNodes; ++at) {
      EXPECT_TRUE(net[at].said<Misbehaved>().empty());
      EXPECT_TRUE(net[at].said<HomeForked>().empty());
      if (at == home) continue;
      EXPECT_EQ(net[at].seq_of(net[home].id()), net[home].feed.seq()) << at << " of " << home;
      EXPECT_FALSE(net[at].sync->silent(net[home].id()));
    }
  }
}

TEST(FeedSyncRandom, AllReplicasAreEqualInTheEnd) {
  const std::uint64_t seed = syrah::tests::seed(1);
  for (std::uint64_t run = 0; run < 30; ++run) run_once(seed + run);
}

}  // namespace
}  // namespace syrah::p2p
