// Both ends of tunnels over a wire that delays, reorders, loses and repeats: what arrives is what
// was sent, or both ends are told of the end.

#include <gtest/gtest.h>

#include "base/random.h"
#include "seed.h"
#include "tunnel_wire.h"

namespace syrah::grenache::tests {
namespace {

using base::Random;

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random.next());
  return bytes;
}

std::size_t random_size(Random& random) {
  if (random.below(40) == 0) return random.below(2 * kTunnelBytesPerCallMax);
  if (random.below(4) == 0) return random.below(20'000);
  return 1 + random.below(100);
}

/// Random bytes from either end for a minute of virtual time.
void talk(TunnelWire& wire, Random& random, std::uint64_t connections) {
  const std::int64_t end_us = wire.now.steady_us + 60'000'000;
  while (wire.now.steady_us < end_us) {
    const std::uint64_t connection = 2 * (1 + random.below(connections));
    const std::string bytes = random_bytes(random, random_size(random));
    if (random.below(2) == 0) {
      wire.client_sends(connection, bytes);
    } else {
      wire.server_sends(connection, bytes);
    }
    const std::int64_t pause = random.below(10) == 0 ? 30'000 : 400;
    wire.run_ms(random.between(0, pause));
    if (testing::Test::HasFailure()) return;
  }
}

/// Every tunnel is open at both ends with all arrived, or over at both.
int count_open(TunnelWire& wire, std::uint64_t connections) {
  int open = 0;
  for (std::uint64_t i = 1; i <= connections; ++i) {
    End& client = wire.client_end(2 * i);
    End& server = wire.server_end(2 * i);
    EXPECT_EQ(client.opened && !client.over, server.opened && !server.over)
        << client.reason << " / " << server.reason;
    if (client.over || !client.opened) continue;
    ++open;
    EXPECT_TRUE(client.received == server.sent);
    EXPECT_TRUE(server.received == client.sent);
    EXPECT_EQ(client.told_sent, client.sent.size());
    EXPECT_EQ(server.told_sent, server.sent.size());
  }
  return open;
}

int play(std::uint64_t seed, const Faults& faults, std::uint64_t connections) {
  Random random(seed);
  TunnelWire wire(seed, faults);
  for (std::uint64_t i = 1; i <= connections; ++i) wire.dial(2 * i);
  wire.run_ms(100);
  talk(wire, random, connections);
  wire.faults = Faults{};
  wire.run_ms(60'000);
  return count_open(wire, connections);
}

TEST(TunnelRandom, NothingIsLostOnAWireThatOnlyReorders) {
  const std::uint64_t first = 1000 * syrah::tests::seed();
  Faults faults;
  faults.delay_max_us = 90'000;
  faults.repeat_request = 200'000;
  for (std::uint64_t seed = first; seed < first + 20; ++seed) {
    EXPECT_EQ(play(seed, faults, 2), 2) << "seed " << seed;
    if (HasFailure()) return;
  }
}

TEST(TunnelRandom, NothingIsLostWhenCallsBreakAndAreMadeAgain) {
  const std::uint64_t first = 1000 * syrah::tests::seed();
  Faults faults;
  faults.delay_max_us = 90'000;
  faults.repeat_request = 100'000;
  faults.lose_request = 50'000;
  faults.lose_reply = 50'000;
  for (std::uint64_t seed = first; seed < first + 20; ++seed) {
    EXPECT_EQ(play(seed, faults, 2), 2) << "seed " << seed;
    if (HasFailure()) return;
  }
}

TEST(TunnelRandom, OnABadWireATunnelWorksOrEndsAtBothEnds) {
  const std::uint64_t first = 1000 * syrah::tests::seed();
  int open = 0;
  for (std::uint64_t seed = first; seed < first + 60; ++seed) {
    Random random(seed);
    Faults faults;
    faults.delay_max_us = random.between(1'000, 3'000'000);
    faults.repeat_request = static_cast<std::uint32_t>(random.below(500'000));
    faults.lose_request = static_cast<std::uint32_t>(random.below(400'000));
    faults.lose_reply = static_cast<std::uint32_t>(random.below(400'000));
    faults.silent = static_cast<std::uint32_t>(random.below(1'000'000));
    open += play(seed, faults, 3);
    if (HasFailure()) {
      ADD_FAILURE() << "seed " << seed;
      return;
    }
  }
  std::printf("%d of 180 tunnels survived\n", open);
  EXPECT_GT(open, 30);
  EXPECT_LT(open, 180) << "the wire was not bad";
}

}  // namespace
}  // namespace syrah::grenache::tests
