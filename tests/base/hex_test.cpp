#include "base/hex.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace syrah::base {
namespace {

TEST(Hex, RoundTripsEveryByte) {
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const std::string text = to_hex(bytes);
  EXPECT_EQ(text.substr(0, 8), "00010203");
  EXPECT_EQ(text.substr(508), "feff");
  std::vector<std::uint8_t> read(256);
  EXPECT_TRUE(from_hex(text, read));
  EXPECT_EQ(read, bytes);
}

TEST(Hex, ReadsBothCases) {
  std::array<std::uint8_t, 2> bytes{};
  EXPECT_TRUE(from_hex("aBCd", bytes));
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 2>{0xAB, 0xCD}));
}

TEST(Hex, RefusesOtherTextAndSizes) {
  std::array<std::uint8_t, 2> bytes{};
  for (const std::string_view text : {"", "abc", "abcde", "abcdef", "ab g", "0x12", "12/4", "12:4",
                                      "12@4", "12G4", "12`4", "12g4", "-123"}) {
    EXPECT_FALSE(from_hex(text, bytes)) << text;
  }
  EXPECT_TRUE(from_hex("", std::span<std::uint8_t>()));
}

}  // namespace
}  // namespace syrah::base
