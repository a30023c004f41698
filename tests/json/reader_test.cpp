#include "json/reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace syrah::json {
namespace {

using Kind = Value::Kind;

std::string repeat(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string error_of(std::string_view text, const Limits& limits = {}) {
  const base::Result<Document> value = parse(text, limits);
  return value.ok() ? "accepted" : value.error().message;
}

TEST(JsonReader, ReadsEveryKindOfValue) {
  EXPECT_EQ(parse("null")->kind(), Kind::kNull);
  EXPECT_EQ(parse(" true ")->boolean(), true);
  EXPECT_EQ(parse("false")->boolean(), false);
  EXPECT_EQ(parse("-12")->integer(), -12);
  EXPECT_EQ(parse("\"a\\n\\u00e9\\ud83c\\udf47\"")->string(), "a\n\xC3\xA9\xF0\x9F\x8D\x87");
  EXPECT_TRUE(parse("[]")->is_array());
  EXPECT_TRUE(parse("{}")->is_object());
}

TEST(JsonReader, ReadsStringsOfAnySizeWhereverTheyStand) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t size = 0; size < 150; ++size) {
      const std::string plain(size, 'a');
      const std::string text = std::string(before, ' ') + "[\"" + plain + "\",\"" + plain +
                               "\\\"\xC3\xA9\",\"" + plain + "\"]";
      const base::Result<Document> read = parse(text);
      ASSERT_TRUE(read.ok()) << read.error().message << ": " << text;
      EXPECT_EQ(read->items()[0].string(), plain);
      EXPECT_EQ(read->items()[1].string(), plain + "\"\xC3\xA9");
      EXPECT_EQ(read->items()[2].string(), plain);
    }
  }
}

TEST(JsonReader, KeepsTheOrderOfMembersAndItems) {
  const Document value = *parse(R"({"b":1,"a":[3,2,1]})");
  ASSERT_EQ(value.members().size(), 2U);
  EXPECT_EQ(value.members()[0].name, "b");
  EXPECT_EQ(value.members()[1].name, "a");
  ASSERT_EQ(value.find("a")->items().size(), 3U);
  EXPECT_EQ(value.find("a")->items()[0].integer(), 3);
  EXPECT_EQ(value.find("c"), nullptr);
}

TEST(JsonReader, KeepsNumbersAsTheyWereWritten) {
  for (const std::string_view text : {"0", "-0", "1.50", "1e5", "1E+5", "0.1e-7", "42000.10",
                                      "12345678901234567890", "-0.000000000000000001"}) {
    EXPECT_EQ(parse(text)->number_text(), text);
  }
}

TEST(JsonReader, RefusesWhatIsNotANumber) {
  for (const std::string_view text :
       {"01", "+1", ".5", "1.", "1e", "1e+", "--1", "0x10", "NaN", "Infinity", "-", "1_0", "-01"}) {
    EXPECT_NE(error_of(text), "accepted") << text;
  }
}

TEST(JsonReader, BoundsTheDigitsOfNumbers) {
  EXPECT_TRUE(parse("-1.23456789012345678e+90").ok());  // 20 digits with those of the exponent
  EXPECT_NE(error_of("-1.234567890123456789e+90"), "accepted");
  EXPECT_TRUE(parse("12345678901234567890").ok());
  EXPECT_EQ(error_of("123456789012345678901"), "JSON: more than 20 digits in a number at byte 21");
  EXPECT_NE(error_of("1.2345678901234567890e1"), "accepted");
  EXPECT_NE(error_of(repeat("9", 100'000)), "accepted");
  // Crash the parser underneath when it is used with its defaults.
  EXPECT_NE(error_of("0.00000000000000000001e-2147483639"), "accepted");
  EXPECT_NE(error_of("1e99999999999999999999"), "accepted");
  EXPECT_NE(error_of("1e-99999999999999999999"), "accepted");
}

TEST(JsonReader, RefusesDuplicateNames) {
  EXPECT_EQ(error_of(R"({"id":1,"ix":2,"id":3})"), "JSON: duplicate name \"id\" at byte 19");
  EXPECT_NE(error_of(R"({"a":1,"\u0061":2})"), "accepted");
  EXPECT_EQ(error_of(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"), "accepted");
}

TEST(JsonReader, RefusesDuplicateNamesInLargeObjects) {
  Limits limits;
  limits.members_max = 10'000;
  for (const std::size_t repeated : {0U, 31U, 32U, 33U, 4998U}) {
    std::string text = "{";
    for (std::size_t i = 0; i < 5000; ++i) text += "\"n" + std::to_string(i) + "\":0,";
    EXPECT_EQ(error_of(text + "\"x\":0}", limits), "accepted");
    EXPECT_NE(error_of(text + "\"n" + std::to_string(repeated) + "\":0}", limits), "accepted");
  }
}

TEST(JsonReader, QuotesNoNameThatCouldDisturbALog) {
  const std::string escape = error_of(R"({"\u001b[2J":1,"\u001b[2J":2})");
  EXPECT_EQ(escape.find('\x1b'), std::string::npos);
  const std::string name = repeat("n", 5000);
  EXPECT_LT(error_of("{\"" + name + "\":1,\"" + name + "\":2}").size(), 100U);
}

TEST(JsonReader, RefusesTextThatIsNotUtf8) {
  for (const std::string_view text :
       {"\"\x80\"", "\"\xC3\"", "\"\xC0\xAF\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"",
        "\"\xF5\x80\x80\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xFF\"", "\xFF", "{\"\xFF\":1}"}) {
    EXPECT_NE(error_of(text), "accepted");
  }
  EXPECT_EQ(error_of("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8D\x87\""), "accepted");
}

TEST(JsonReader, RefusesLoneSurrogates) {
  EXPECT_NE(error_of(R"("\ud800")"), "accepted");
  EXPECT_NE(error_of(R"("\udddd")"), "accepted");
  EXPECT_NE(error_of(R"("\ud800\u0041")"), "accepted");
  EXPECT_NE(error_of(R"("\ud800\ud800")"), "accepted");
  EXPECT_NE(error_of(R"({"\udddd":1})"), "accepted");
}

TEST(JsonReader, AllowsEscapedZeroBytesOnly) {
  EXPECT_EQ(parse(R"("a\u0000b")")->string(), std::string_view("a\0b", 3));
  EXPECT_NE(error_of(std::string_view("\"a\0b\"", 5)), "accepted");
  EXPECT_NE(error_of("\"a\nb\""), "accepted");
}

TEST(JsonReader, RefusesAnythingAfterTheValue) {
  EXPECT_NE(error_of("{} {}"), "accepted");
  EXPECT_NE(error_of("1 2"), "accepted");
  EXPECT_NE(error_of("{}x"), "accepted");
  EXPECT_EQ(error_of(std::string_view("{}\0garbage", 10)), "JSON: a zero byte at byte 2");
  EXPECT_NE(error_of(std::string_view("\0{}", 3)), "accepted");
  EXPECT_NE(error_of(std::string_view("[1\0]", 4)), "accepted");
  EXPECT_EQ(error_of(" {} \r\n\t"), "accepted");
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const std::string_view text : {"",           " ",          "{",         "[",
                                      "}",          "]",          "{]",        "[}",
                                      "[1,]",       "{\"a\":1,}", "{\"a\"}",   "{a:1}",
                                      "{1:2}",      "{'a':1}",    "[1 2]",     "{\"a\":1 \"b\":2}",
                                      "\"a",        "\"\\x\"",    "\"\\u12\"", "tru",
                                      "nul",        "True",       "/* */1",    "// \n1",
                                      ",",          ":",          "[,1]",      "\xEF\xBB\xBF{}",
                                      "\xBB\xBF{}", "\xBF{}"}) {
    EXPECT_NE(error_of(text), "accepted") << text;
  }
}

TEST(JsonReader, BoundsDepth) {
  EXPECT_TRUE(parse("[[[[[[[[1]]]]]]]]").ok());
  EXPECT_EQ(error_of("[[[[[[[[[1]]]]]]]]]"), "JSON: more than 8 levels of nesting at byte 8");
  EXPECT_NE(error_of(repeat("[", 5'000'000)), "accepted");
  EXPECT_NE(error_of(repeat("{\"a\":", 1'000'000)), "accepted");
  EXPECT_EQ(parse("[[[[[[[[[1]]]]]]]]]").error().code, base::ErrorCode::kLimit);
}

TEST(JsonReader, RefusesWhatOnlyBegins) {
  for (std::size_t levels = 1; levels <= kNestingMax; ++levels) {
    for (const std::string_view bracket : {"[", "{\"\":"}) {
      const std::string text = repeat(bracket, levels);
      EXPECT_FALSE(parse(text, {.depth_max = kNestingMax}).ok()) << text;
    }
  }
}

TEST(JsonReader, BoundsMembersItemsAndValues) {
  Limits limits;
  limits.members_max = 2;
  limits.items_max = 3;
  limits.nodes_max = 8;
  EXPECT_EQ(error_of(R"({"a":1,"b":2})", limits), "accepted");
  EXPECT_EQ(error_of(R"({"a":1,"b":2,"c":3})", limits),
            "JSON: more than 2 members in an object at byte 16");
  EXPECT_EQ(error_of("[1,2,3]", limits), "accepted");
  EXPECT_EQ(error_of("[1,2,3,4]", limits), "JSON: more than 3 items in an array at byte 8");
  EXPECT_EQ(error_of("[[],[],[],[]]", limits), "JSON: more than 3 items in an array at byte 10");
  EXPECT_EQ(error_of("[[1,2],[1,2],3]", limits), "accepted");
  EXPECT_EQ(error_of("[[1,2],[1,2],[3]]", limits), "JSON: more than 8 values at byte 15");
}

TEST(JsonReader, BoundsStringsAndNames) {
  Limits limits;
  limits.string_bytes_max = 4;
  EXPECT_EQ(error_of("\"abcd\"", limits), "accepted");
  EXPECT_EQ(error_of("\"abcde\"", limits), "JSON: more than 4 bytes in a string at byte 7");
  EXPECT_EQ(error_of("{\"abcd\":1}", limits), "accepted");
  EXPECT_EQ(error_of("{\"abcde\":1}", limits), "JSON: more than 4 bytes in a name at byte 8");
  EXPECT_EQ(error_of("\"\\u0061bcd\"", limits), "accepted");  // counted as meant, not as written
}

TEST(JsonReader, GivesTheVeryBytesOfObjectsAndArrays) {
  const std::string text = R"(  { "a" : [ 1 , { "b" : "]}" } , [ ] ], "c":{} ,"d":"x\"}" }  )";
  const Document value = *parse(text);
  EXPECT_EQ(value.raw(), R"({ "a" : [ 1 , { "b" : "]}" } , [ ] ], "c":{} ,"d":"x\"}" })");
  const Value& a = *value.find("a");
  EXPECT_EQ(a.raw(), R"([ 1 , { "b" : "]}" } , [ ] ])");
  EXPECT_EQ(a.items()[1].raw(), R"({ "b" : "]}" })");
  EXPECT_EQ(a.items()[2].raw(), "[ ]");
  EXPECT_EQ(value.find("c")->raw(), "{}");
  EXPECT_EQ(value.find("d")->raw(), "");
  EXPECT_EQ(value.raw().data(), text.data() + 2);  // a view into the text, not a copy
}

TEST(JsonReader, CanReadFromTheMiddleOfABuffer) {
  const std::string buffer = "{\"a\":12}";
  EXPECT_EQ(parse(std::string_view(buffer).substr(5, 1))->integer(), 1);
  const std::vector<char> exact = {'1', '2'};  // nothing after it that may be read
  EXPECT_EQ(parse({exact.data(), exact.size()})->integer(), 12);
  EXPECT_FALSE(parse(std::string_view()).ok());
}

}  // namespace
}  // namespace syrah::json
