#include "json/writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>

#include "base/random.h"
#include "json/reader.h"
#include "seed.h"

namespace syrah::json {
namespace {

std::string written(std::string_view text) {
  std::string out;
  Writer(out).string(text);
  return out;
}

TEST(JsonWriter, WritesCompactTextInTheOrderOfTheCalls) {
  std::string out = "before ";
  Writer writer(out);
  writer.begin_object()
      .string("type", "heartbeat")
      .integer("timestamp", -5)
      .boolean("ok", true)
      .raw("body", "{\"x\" : 1}")
      .key("list")
      .begin_array()
      .integer(1)
      .null()
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .string("a")
      .boolean(false)
      .raw("[2]")
      .end_array()
      .string("last", "")
      .end_object();
  EXPECT_EQ(out, R"(before {"type":"heartbeat","timestamp":-5,"ok":true,"body":{"x" : 1},)"
                 R"("list":[1,null,{},[],"a",false,[2]],"last":""})");
}

TEST(JsonWriter, WritesEveryInteger) {
  std::string out;
  Writer(out)
      .begin_array()
      .integer(std::numeric_limits<std::int64_t>::min())
      .integer(std::numeric_limits<std::int64_t>::max())
      .integer(0)
      .end_array();
  EXPECT_EQ(out, "[-9223372036854775808,9223372036854775807,0]");
}

TEST(JsonWriter, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(written("a\"b\\c/\n\r\t"), R"("a\"b\\c/\n\r\t")");
  EXPECT_EQ(written(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(written("\xC3\xA9\xF0\x9F\x8D\x87"), "\"\xC3\xA9\xF0\x9F\x8D\x87\"");
  std::string out;
  Writer(out).begin_object().integer(std::string_view("a\""), 1).end_object();
  EXPECT_EQ(out, R"({"a\"":1})");
}

TEST(JsonWriter, FindsWhatMustBeEscapedWhereverItStands) {
  const std::pair<char, std::string> escapes[] = {{'"', "\\\""},       {'\\', "\\\\"},
                                                  {'\n', "\\n"},       {'\x1f', "\\u001f"},
                                                  {'\x7f', "\\u007f"}, {'\x80', "\xEF\xBF\xBD"}};
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t position = 0; position < size; ++position) {
      for (const auto& [special, escaped] : escapes) {
        const std::string before(position, '~');
        const std::string after(size - position - 1, ' ');
        EXPECT_EQ(written(before + special + after), '"' + before + escaped + after + '"');
      }
    }
  }
}

TEST(JsonWriter, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(written("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(written("\xC3"), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(written("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonWriter, WritesOnlyWhatTheReaderAccepts) {
  base::Random random(tests::seed(31));
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint64_t size = random.below(20); size > 0; --size) {
      text += static_cast<char>(random.below(256));
    }
    const std::string out = written(text);
    const base::Result<Document> read = parse(out);
    ASSERT_TRUE(read.ok()) << read.error().message << ": " << out;
    ASSERT_EQ(written(*read->string()), out);  // what was replaced stays the same from here on
  }
}

TEST(JsonWriterDeathTest, StopsOnCallsThatCannotGiveJson) {
  std::string out;
  EXPECT_DEATH(Writer(out).begin_object().integer(1), "needs a key");
  EXPECT_DEATH(Writer(out).begin_object().key("a").end_object(), "key without a value");
  EXPECT_DEATH(Writer(out).begin_object().key("a").key("b"), "two keys");
  EXPECT_DEATH(Writer(out).begin_array().key("a"), "outside of an object");
  EXPECT_DEATH(Writer(out).key("a"), "outside of an object");
  EXPECT_DEATH(Writer(out).begin_array().end_object(), "not what was begun last");
  EXPECT_DEATH(Writer(out).end_array(), "not what was begun last");
  EXPECT_DEATH(Writer(out).integer(1).integer(2), "one value");
  EXPECT_DEATH(Writer(out).begin_array(), "was not ended");
  EXPECT_DEATH(Writer(out).raw(""), "nothing is not JSON");
}

}  // namespace
}  // namespace syrah::json
