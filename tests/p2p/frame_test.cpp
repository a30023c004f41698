#include "p2p/frame.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "seed.h"

namespace syrah::p2p {
namespace {

TEST(Frame, StartsWithTheLengthInBigEndian) {
  EXPECT_EQ(encode_frame("{}"), std::string("\0\0\0\x02{}", 6));
  EXPECT_EQ(encode_frame(std::string(0x010203, 'x')).substr(0, 4), std::string("\0\1\2\3", 4));
}

TEST(Frame, FramesComeOutWholeHoweverTheBytesArrive) {
  base::Random random(tests::seed());
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts;
    std::string bytes;
    for (std::uint64_t i = random.below(5) + 1; i > 0; --i) {
      texts.emplace_back(random.below(300) + 1, static_cast<char>('a' + random.below(26)));
      bytes += encode_frame(texts.back());
    }
    FrameReader reader(300);
    std::vector<std::string> read;
    for (std::size_t at = 0; at < bytes.size();) {
      std::string piece = bytes.substr(at, random.below(50) + 1);
      at += piece.size();
      std::string_view rest = piece;
      while (!rest.empty()) {
        auto text = reader.take(rest);
        ASSERT_TRUE(text.ok());
        if (*text) read.emplace_back(**text);
      }
    }
    EXPECT_EQ(read, texts);
    EXPECT_FALSE(reader.within_frame());
  }
}

TEST(Frame, LengthIsJudgedByItsFourBytesAlone) {
  for (const std::string& header : {std::string("\0\0\1\1", 4), std::string("\xFF\xFF\xFF\xFF", 4),
                                    std::string("\x80\0\0\0", 4), std::string("\0\0\0\0", 4)}) {
    FrameReader reader(256);
    std::string_view bytes = header;
    EXPECT_FALSE(reader.take(bytes).ok());
  }
  FrameReader reader(256);
  std::string_view bytes("\0\0\1\0", 4);
  EXPECT_TRUE(reader.take(bytes).ok()) << "the limit itself is allowed";
  EXPECT_TRUE(reader.within_frame());
}

TEST(Frame, TooLargeIsToldFromBad) {
  FrameReader reader(256);
  std::string_view large("\0\0\1\1", 4);
  EXPECT_EQ(reader.take(large).error().code, base::ErrorCode::kLimit);
  FrameReader other(256);
  std::string_view empty("\0\0\0\0", 4);
  EXPECT_EQ(other.take(empty).error().code, base::ErrorCode::kInvalid);
}

TEST(Frame, KnowsWhetherOneHasBegun) {
  FrameReader reader(256);
  EXPECT_FALSE(reader.within_frame());
  std::string_view one("\0", 1);
  ASSERT_TRUE(reader.take(one).ok());
  EXPECT_TRUE(reader.within_frame());
}

}  // namespace
}  // namespace syrah::p2p
