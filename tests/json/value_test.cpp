#include "json/value.h"

#include <gtest/gtest.h>

#include "json/reader.h"

namespace syrah::json {
namespace {

TEST(JsonValue, GivesAValueOnlyAsWhatItIs) {
  const Document text = *parse("\"5\"");
  EXPECT_EQ(text.string(), "5");
  EXPECT_EQ(text.integer(), std::nullopt);
  EXPECT_EQ(text.number_text(), std::nullopt);
  EXPECT_EQ(text.boolean(), std::nullopt);
  const Document number = *parse("5");
  EXPECT_EQ(number.integer(), 5);
  EXPECT_EQ(number.number_text(), "5");
  EXPECT_EQ(number.string(), std::nullopt);
  EXPECT_EQ(number.boolean(), std::nullopt);
  EXPECT_EQ(parse("null")->boolean(), std::nullopt);
  EXPECT_EQ(parse("[1]")->string(), std::nullopt);
}

TEST(JsonValue, GivesIntegersOfExactly64Bits) {
  EXPECT_EQ(parse("9223372036854775807")->integer(), 9223372036854775807);
  EXPECT_EQ(parse("-9223372036854775808")->integer(), -9223372036854775807 - 1);
  EXPECT_EQ(parse("9223372036854775808")->integer(), std::nullopt);
  EXPECT_EQ(parse("-9223372036854775809")->integer(), std::nullopt);
  EXPECT_EQ(parse("1.0")->integer(), std::nullopt);
  EXPECT_EQ(parse("1e2")->integer(), std::nullopt);
}

TEST(JsonValue, FindsMembersByName) {
  const Document value = *parse(R"({"name":"syrah","port":3000,"open":true,"nothing":null})");
  EXPECT_EQ(value.string("name"), "syrah");
  EXPECT_EQ(value.integer("port"), 3000);
  EXPECT_EQ(value.boolean("open"), true);
  EXPECT_EQ(value.string("port"), std::nullopt);
  EXPECT_EQ(value.integer("name"), std::nullopt);
  EXPECT_EQ(value.boolean("absent"), std::nullopt);
  EXPECT_EQ(value.string("absent"), std::nullopt);
  EXPECT_EQ(value.integer("absent"), std::nullopt);
  EXPECT_EQ(value.string("nothing"), std::nullopt);
  EXPECT_EQ(parse("[1]")->find("name"), nullptr);
}

}  // namespace
}  // namespace syrah::json
