#include "json/special_marks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "seed.h"

namespace syrah::json {
namespace {

bool is_special(char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\'; }

/// Long runs of what stands for itself, now and then interrupted.
std::string random_text(std::mt19937_64& random) {
  constexpr std::string_view kRare = "\"\\\x01\x1F\n\x7F\x80\xFF";
  std::string text(random() % 300, ' ');
  const std::uint64_t rarity = 1 + random() % 100;
  for (char& c : text) {
    c = random() % rarity == 0 ? kRare[random() % kRare.size()]
                               : static_cast<char>(' ' + random() % 95);
  }
  return text;
}

template <class AnyBlocks>
void expect_marks(const std::string& text) {
  // What was there before must not matter.
  std::vector<char> copy(copy_bytes(text.size()), 'x');
  std::vector<std::uint8_t> marks(mark_bytes(text.size()), 0xFF);
  const bool unescaped_ascii = copy_and_mark<AnyBlocks>(text, copy.data(), marks.data());

  EXPECT_TRUE(std::equal(text.begin(), text.end(), copy.begin()));
  EXPECT_EQ(unescaped_ascii, std::all_of(text.begin(), text.end(), [](char c) {
              return static_cast<unsigned char>(c) < 0x80 && c != '\\';
            }));
  for (std::size_t from = 0; from <= text.size(); ++from) {
    const auto first =
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), is_special);
    ASSERT_EQ(next_special(marks.data(), from), static_cast<std::size_t>(first - text.begin()))
        << from << " in " << testing::PrintToString(text);
  }
}

template <class T>
class SpecialMarks : public testing::Test {};
using AllBlocks = testing::Types<PortableBlocks, Blocks>;
TYPED_TEST_SUITE(SpecialMarks, AllBlocks);

TYPED_TEST(SpecialMarks, AreOfEachByteThatDoesNotStandForItself) {
  std::mt19937_64 random(tests::seed());
  for (int i = 0; i < 500; ++i) expect_marks<TypeParam>(random_text(random));
}

TYPED_TEST(SpecialMarks, EndTextsOfAnySize) {
  for (std::size_t size = 0; size < 200; ++size) expect_marks<TypeParam>(std::string(size, 'a'));
}

TYPED_TEST(SpecialMarks, KnowEveryByte) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  expect_marks<TypeParam>(all);
}

}  // namespace
}  // namespace syrah::json
