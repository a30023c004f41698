#include "api/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/limits.h"

namespace syrah::api {
namespace {

using testing::ElementsAre;

TEST(Target, IsTakenApart) {
  const auto target = parse_target("/products/BTC-USD/book?level=2&status=open&status=done&flag");
  ASSERT_TRUE(target.ok());
  EXPECT_THAT(target->segments, ElementsAre("products", "BTC-USD", "book"));
  EXPECT_EQ(target->parameter("level"), "2");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_EQ(target->parameter("none"), std::nullopt);
  EXPECT_THAT(target->all("status"), ElementsAre("open", "done"));
}

TEST(Target, PercentEncodingIsUndone) {
  const auto target = parse_target("/orders/client:a%2Fb+c?x=%3D+%26&y%3D=1");
  ASSERT_TRUE(target.ok());
  EXPECT_THAT(target->segments, ElementsAre("orders", "client:a/b+c"));
  EXPECT_EQ(target->parameter("x"), "= &");
  EXPECT_EQ(target->parameter("y="), "1");
}

TEST(Target, OneSlashAtTheEndAndAFragmentDoNotMatter) {
  EXPECT_THAT(parse_target("/time/")->segments, ElementsAre("time"));
  EXPECT_THAT(parse_target("/time#now?x=1")->segments, ElementsAre("time"));
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Target, WrongOnesAreRefused) {
  for (const char* text : {"", "time", "*", "/a%", "/a%2", "/a%zz", "/%ff", "/a?x=%80"}) {
    EXPECT_FALSE(parse_target(text).ok()) << text;
  }
}

TEST(Target, IsBounded) {
  std::string query = "/x?";
  for (std::size_t i = 0; i < kQueryParametersMax; ++i) query += "a=1&";
  EXPECT_TRUE(parse_target(query).ok());
  EXPECT_FALSE(parse_target(query + "a=1").ok());
  std::string path;
  for (std::size_t i = 0; i < kPathSegmentsMax; ++i) path += "/a";
  EXPECT_TRUE(parse_target(path).ok());
  EXPECT_FALSE(parse_target(path + "/a").ok());
}

TEST(Target, WholeNumbers) {
  const auto target = parse_target("/x?a=7&b=7.0&c=&d=-1&e=99999999999999999999&f=0x7");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(**target->integer("a", 1, 7), 7);
  EXPECT_EQ(*target->integer("z", 1, 7), std::nullopt);
  EXPECT_FALSE(target->integer("a", 1, 6).ok());
  for (const char* name : {"b", "c", "d", "e", "f"}) {
    EXPECT_FALSE(target->integer(name, 0, 1000).ok()) << name;
  }
}

}  // namespace
}  // namespace syrah::api
