#include "cli/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stand_in.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using tests::StandIn;

TEST(Client, SignsAsTheApiExpects) {
  // The same known answer as in tests/api/auth_test.cpp.
  const Key key{"k1", "phrase", "c2VjcmV0"};
  EXPECT_EQ(*signature(key, "1700000000.123", "POST", "/orders", R"({"size":"0.5"})"),
            "cKDKkWaFblbA4sokomGDUBMW/6rsAogtJfAm9iq0VWo=");
  EXPECT_FALSE(signature({"k", "p", "?"}, "1", "GET", "/", "").ok());

  StandIn world;
  world.answer(200, "[]");
  ASSERT_EQ(world.run({"orders"}), kExitDone);
  EXPECT_EQ(world.header("CB-ACCESS-KEY"), "k1");
  EXPECT_EQ(world.header("CB-ACCESS-PASSPHRASE"), "phrase");
  EXPECT_EQ(world.header("CB-ACCESS-TIMESTAMP"), "1700000000.123");
  EXPECT_EQ(world.header("CB-ACCESS-SIGN"),
            *signature(key, "1700000000.123", "GET", "/orders?limit=1000&status=open", ""));
}

TEST(Client, PublicQuestionsNeedNoKey) {
  StandIn world;
  world.files().clear();
  EXPECT_EQ(world.run({"status"}), kExitDone);
  EXPECT_TRUE(world.calls().at(0).headers.empty());
}

TEST(Client, ARefusalIsToldInTheNodesWords) {
  StandIn world;
  world.answer(409, R"({"message":"client order id a was used for another order"})");
  EXPECT_EQ(world.run({"buy", "BTC-USD", "1", "2"}), kExitRefused);
  EXPECT_EQ(world.err(), "syrah: client order id a was used for another order\n");
  EXPECT_EQ(world.out(), "");
  world.answer(500, "<html>");
  EXPECT_EQ(world.run({"status"}), kExitRefused);
  EXPECT_THAT(world.err(), HasSubstr("status 500"));
}

TEST(Client, AnUnreachableNodeHasAnExitStatusOfItsOwn) {
  StandIn world;
  world.vanish();
  EXPECT_EQ(world.run({"book", "BTC-USD"}), kExitUnreachable);
  EXPECT_EQ(world.err(), "syrah: no node answers at http://127.0.0.1:8080: connection refused\n");
}

TEST(Client, SomethingElseThatAnswersIsNoNode) {
  StandIn world;
  world.answer(200, "It works!");
  EXPECT_EQ(world.run({"status"}), kExitRefused);
  EXPECT_THAT(world.err(), HasSubstr("no Syrah node"));
}

TEST(Client, ABadKeyFileIsNamed) {
  StandIn world;
  for (const char* text : {"", "[]", R"({"key":"k","passphrase":"p"})",
                           R"({"key":"","passphrase":"p","secret":"c2VjcmV0"})",
                           R"({"key":"k","passphrase":"p","secret":"?"})"}) {
    world.files()["./data/api-key.json"] = text;
    EXPECT_EQ(world.run({"orders"}), kExitUsage) << text;
    EXPECT_TRUE(world.calls().empty()) << text;
    EXPECT_FALSE(world.err().empty());
  }
}

TEST(Client, UrlsAreEncoded) {
  EXPECT_EQ(url_encoded("a-1:/?&%\xc3\xa9"), "a-1:%2F%3F%26%25%C3%A9");
}

}  // namespace
}  // namespace syrah::cli
