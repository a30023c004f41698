#include "net/gzip.h"

#include <gtest/gtest.h>

namespace syrah::net {
namespace {

constexpr std::size_t kBytesMax = 64 * 1024;

/// What Node's zlib.gzipSync makes of `["rid","key",{"a":1}]`.
constexpr std::string_view kFromNode(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x8b\x56\x2a\xca\x4c\x51\xd2\x51\xca\x4e\xad\x54"
    "\xd2\xa9\x56\x4a\x54\xb2\x32\xac\x8d\x05\x00\x9f\x4d\x29\x05\x15\x00\x00\x00",
    41);

TEST(Gzip, WhatIsPackedUnpacksToTheSame) {
  std::string counted;
  for (int i = 0; counted.size() < kBytesMax - 10; ++i) {
    counted += std::to_string(i);
  }
  for (const std::string& text :
       {std::string(), std::string("a"), std::string(3, '\0'), std::string(kBytesMax, ' '),
        std::string(16 * 1024, 'x'), counted}) {
    const auto unpacked = gunzip(gzip(text), kBytesMax);
    ASSERT_TRUE(unpacked) << unpacked.error().message;
    EXPECT_EQ(*unpacked, text);
  }
  EXPECT_LT(gzip(std::string(kBytesMax, ' ')).size(), 1000U);
}

TEST(Gzip, TakesWhatNodePacks) {
  const auto unpacked = gunzip(kFromNode, kBytesMax);
  ASSERT_TRUE(unpacked) << unpacked.error().message;
  EXPECT_EQ(*unpacked, R"(["rid","key",{"a":1}])");
}

TEST(Gzip, NothingBeyondTheLimitIsUnpacked) {
  EXPECT_TRUE(gunzip(gzip(std::string(kBytesMax, 'x')), kBytesMax));
  for (const std::size_t size : {kBytesMax + 1, std::size_t{20'000'000}}) {
    const auto unpacked = gunzip(gzip(std::string(size, 'x')), kBytesMax);
    ASSERT_FALSE(unpacked);
    EXPECT_EQ(unpacked.error().message, "the unpacked text is longer than 65536 bytes");
  }
}

TEST(Gzip, BrokenTextsAreErrors) {
  const std::string good = gzip("[\"rid\",\"key\",null]");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(gunzip(good.substr(0, size), kBytesMax)) << size;
  }
  std::string wrong_sum = good;
  wrong_sum[good.size() - 8] ^= 1;
  EXPECT_FALSE(gunzip(wrong_sum, kBytesMax));
  EXPECT_FALSE(gunzip(good + "x", kBytesMax));
  EXPECT_FALSE(gunzip(good + good, kBytesMax));
  EXPECT_FALSE(gunzip("[\"rid\",\"key\",null]", kBytesMax));
  // The zlib format, which is not gzip.
  EXPECT_FALSE(gunzip(std::string_view("\x78\x9c\x03\x00\x00\x00\x00\x01", 8), kBytesMax));
}

}  // namespace
}  // namespace syrah::net
