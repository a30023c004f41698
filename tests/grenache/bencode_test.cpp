#include "grenache/bencode.h"

#include <gtest/gtest.h>

#include <limits>

#include "grenache/limits.h"

namespace syrah::grenache {
namespace {

TEST(Bencode, ReadsWhatADhtNodeReplies) {
  const std::string id(20, '\x01');
  const std::string text =
      "d1:rd2:id20:" + id + "5:token3:abc6:valuesl6:ABCDEF6:GHIJKLee1:t2:aa1:y1:re";
  const auto message = BencodeValue::parse(text);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->bytes("t"), "aa");
  EXPECT_EQ(message->bytes("y"), "r");
  EXPECT_EQ(message->bytes("r"), std::nullopt) << "a dictionary";
  const BencodeValue* const reply = message->find("r");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->bytes("id"), id);
  ASSERT_EQ(reply->find("values")->items().size(), 2U);
  EXPECT_EQ(reply->find("values")->items()[1].bytes(), "GHIJKL");
  EXPECT_EQ(reply->find("nodes"), nullptr);
}

TEST(Bencode, ReadsIntegers) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{203},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    const auto value = BencodeValue::parse("i" + std::to_string(number) + "e");
    ASSERT_TRUE(value);
    EXPECT_EQ(value->integer(), number);
    EXPECT_EQ(value->bytes(), std::nullopt);
  }
}

TEST(Bencode, RefusesAllOtherTexts) {
  for (const char* text : {"",
                           "i",
                           "ie",
                           "i-e",
                           "i-0e",
                           "i01e",
                           "i1",
                           "i1.5e",
                           "i+1e",
                           "i 1e",
                           "i9223372036854775808e",
                           "3:ab",
                           "03:abc",
                           "-1:a",
                           ":a",
                           "99999999999999999999:a",
                           "l",
                           "li1e",
                           "d",
                           "d1:a",
                           "d1:ae",
                           "di1ei2ee",
                           "d1:bi1e1:ai2ee",
                           "d1:ai1e1:ai2ee",
                           "e",
                           "x",
                           "i1ei2e",
                           "i1e ",
                           "4294967297:a",
                           "18446744073709551615:a"}) {
    EXPECT_FALSE(BencodeValue::parse(text)) << text;
  }
}

TEST(Bencode, DepthAndSizeAreBounded) {
  const auto nested = [](int depth) {
    const auto count = static_cast<std::size_t>(depth);
    return std::string(count, 'l') + std::string(count, 'e');
  };
  EXPECT_TRUE(BencodeValue::parse(nested(kBencodeDepthMax)));
  EXPECT_FALSE(BencodeValue::parse(nested(kBencodeDepthMax + 1)));
  EXPECT_FALSE(BencodeValue::parse(std::string(kBencodeBytesMax, 'l')));
  const std::string text(kBencodeBytesMax - 5, 'x');
  EXPECT_TRUE(BencodeValue::parse("1495:" + text));
  EXPECT_FALSE(BencodeValue::parse("1496:x" + text));
}

TEST(Bencode, WritesDictionariesAndLists) {
  std::string text;
  {
    BencodeWriter writer(text);
    writer.begin_dict().integer("a", -7).key("b").begin_list().bytes("x").integer(0);
    writer.begin_dict().end().end().bytes("c", std::string("\0", 1)).end();
  }
  EXPECT_EQ(text, std::string("d1:ai-7e1:bl1:xi0edee1:c1:\0e", 28));
}

TEST(BencodeDeath, KeysOutOfOrderAreTheProgramsFault) {
  std::string text;
  EXPECT_DEATH(
      {
        BencodeWriter writer(text);
        writer.begin_dict().integer("b", 1).integer("a", 1);
      },
      "keys out of order");
}

}  // namespace
}  // namespace syrah::grenache
