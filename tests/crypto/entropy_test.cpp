#include "crypto/entropy.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace syrah::crypto {
namespace {

TEST(Entropy, FillsAllBytesAndNeverRepeats) {
  std::set<std::array<std::uint8_t, 32>> seen;
  std::array<bool, 32> touched{};
  for (int round = 0; round < 64; ++round) {
    std::array<std::uint8_t, 32> bytes{};
    fill_random(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
    for (std::size_t i = 0; i < bytes.size(); ++i) touched[i] = touched[i] || bytes[i] != 0;
  }
  for (const bool byte : touched) EXPECT_TRUE(byte);
  fill_random({});
}

}  // namespace
}  // namespace syrah::crypto
