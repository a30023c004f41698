// API keys, the dead man's switch and what the node tells of orders and feeds, as people see it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.h"
#include "stand_in.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using tests::StandIn;

constexpr const char* kMade =
    R"({"key":"k9","label":"bot","account":"alice","permissions":["view","trade"],)"
    R"("created_at":"2026-11-21T07:30:00Z","passphrase":"open","secret":"c2VjcmV0"})";

TEST(KeysCommand, AKeyIsShownOnceOrWrittenToANewFile) {
  StandIn world;
  world.answer(200, kMade);
  EXPECT_EQ(world.run({"keys", "create"}), kExitDone);
  EXPECT_EQ(world.call(),
            "POST http://127.0.0.1:8080/node/keys {\"permissions\":[\"view\",\"trade\"]}");
  EXPECT_THAT(world.out(), HasSubstr("secret      c2VjcmV0\n"));
  EXPECT_THAT(world.out(), HasSubstr("not shown again"));

  EXPECT_EQ(world.run({"keys", "create", "--permissions", "view", "--label", "my bot", "--account",
                       "robots", "--out", "bot.json"}),
            kExitDone);
  EXPECT_THAT(world.call(), HasSubstr(R"({"permissions":["view"],"label":"my bot",)"
                                      R"("account":"robots"})"));
  EXPECT_EQ(world.out(), "made  key k9 of account alice (view, trade) in bot.json\n");
  EXPECT_EQ(world.files()["bot.json"],
            "{\"key\":\"k9\",\"passphrase\":\"open\",\"secret\":\"c2VjcmV0\","
            "\"account\":\"alice\"}\n");
  EXPECT_EQ(world.run({"keys", "create", "--out", "bot.json"}), kExitUsage);
  EXPECT_TRUE(world.calls().empty()) << "no key is made for nothing";
  // The file is one that --key-file takes.
  world.answer(200, "[]");
  EXPECT_EQ(world.run({"orders", "--key-file", "bot.json"}), kExitDone);
  EXPECT_EQ(world.header("CB-ACCESS-KEY"), "k9");
}

TEST(KeysCommand, WrongUsageIsSaid) {
  StandIn world;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"keys"},
                                             {"keys", "create", "--permissions", "view,rule"},
                                             {"keys", "revoke"},
                                             {"cancel-after"},
                                             {"cancel-after", "-1"},
                                             {"cancel-after", "86401"},
                                             {"why"}}) {
    EXPECT_EQ(world.run(words), kExitUsage) << words.back();
    EXPECT_TRUE(world.calls().empty());
  }
}

TEST(KeysCommand, KeysAreListedAndRevoked) {
  StandIn world;
  world.answer(200,
               R"([{"key":"k1","label":"","account":"alice","permissions":["view","trade",)"
               R"("manage"],"first":true},{"key":"k9","label":"bot","account":"alice",)"
               R"("permissions":["view"],"created_at":"2026-11-21T07:30:00Z","first":false}])");
  EXPECT_EQ(world.run({"keys", "list"}), kExitDone);
  EXPECT_EQ(world.out(),
            "key  label                 account  permissions          created\n"
            "k1   (of the data folder)  alice    view, trade, manage\n"
            "k9   bot                   alice    view                 2026-11-21\n");
  world.answer(200, R"({"key":"k9","revoked":true})");
  EXPECT_EQ(world.run({"keys", "revoke", "k9"}), kExitDone);
  EXPECT_EQ(world.call(), "DELETE http://127.0.0.1:8080/node/keys/k9");
  EXPECT_EQ(world.out(), "revoked  key k9\n");
}

TEST(KeysCommand, TheSwitchSaysWhatItDoes) {
  StandIn world;
  world.answer(200, R"({"account":"alice","timeout":60,"cancels_at":"2026-11-21T07:30:00Z"})");
  EXPECT_EQ(world.run({"cancel-after", "60"}), kExitDone);
  EXPECT_EQ(world.call(), "POST http://127.0.0.1:8080/orders/cancel-after {\"timeout\":60}");
  EXPECT_THAT(world.out(), StartsWith("on  this key's open orders of account alice"));
  world.answer(200, R"({"account":"alice","timeout":0})");
  EXPECT_EQ(world.run({"cancel-after", "0"}), kExitDone);
  EXPECT_THAT(world.out(), StartsWith("off"));
}

TEST(TraceCommands, ANameIsForgotten) {
  StandIn world;
  world.answer(200, R"({"name":"alice","forgotten":true})");
  EXPECT_EQ(world.run({"forget", "alice"}), kExitDone);
  EXPECT_EQ(world.call(), "DELETE http://127.0.0.1:8080/node/names/alice");
  EXPECT_EQ(world.out(), "forgotten  the next node that is called alice may be so\n");
}

TEST(TraceCommands, WhyIsAnswered) {
  StandIn world;
  world.answer(200, R"({"id":"o1","home":"0123456789","home_name":"alice","product_id":"BTC-USD",)"
                    R"("side":"buy","price":"9","size":"2","filled_size":"0","status":"open",)"
                    R"("reasons":[{"reason":"first","message":"it is the first"}]})");
  EXPECT_EQ(world.run({"why", "o1"}), kExitDone);
  EXPECT_EQ(world.call(), "GET http://127.0.0.1:8080/node/orders/o1/why");
  EXPECT_EQ(world.out(),
            "open  buy 2 BTC-USD at 9, 0 filled  (order o1 of alice)\n- it is the first\n");
  world.answer(200, R"({"id":"o1","home":"0123456789abc","home_name":"","status":"unknown",)"
                    R"("reasons":[{"reason":"over","message":"it is over"}]})");
  world.run({"why", "o1"});
  EXPECT_EQ(world.out(), "order o1 of 01234567\n- it is over\n");
}

TEST(TraceCommands, FeedsAndHowTheyCame) {
  StandIn world;
  const std::string feed =
      R"("home":"0123456789","name":"alice","state":"silent","seq":7,"missing":2,"orders":3,)"
      R"("holds":1,"heard_ms_ago":1500)";
  world.answer(200, "[{" + feed + "}]");
  EXPECT_EQ(world.run({"feeds"}), kExitDone);
  EXPECT_EQ(world.out(),
            "feed      home   state   entries  missing  orders  holds  heard\n"
            "01234567  alice  silent        7        2       3      1  1.5 s\n");
  world.answer(200, "{" + feed +
                        R"(,"arrivals":[{"how":"peer","peer":"99887766aa","peer_name":"bob",)"
                        R"("route":"direct","first":5,"last":7,"after_ms":12,"arrived_at":"t"}]})");
  EXPECT_EQ(world.run({"feeds", "alice"}), kExitDone);
  EXPECT_EQ(world.call(), "GET http://127.0.0.1:8080/node/feeds/alice");
  EXPECT_THAT(world.out(), HasSubstr("5-7      bob         direct  peer  t        12 ms\n"));
}

TEST(TraceCommands, HoldsSayWhatTheyWaitFor) {
  StandIn world;
  world.answer(200, R"([{"hold":5,"order_id":"o1","product_id":"BTC-USD","side":"buy",)"
                    R"("price":"9","size":"1","age_ms":2500,"message":"waits for bob"}])");
  EXPECT_EQ(world.run({"holds"}), kExitDone);
  EXPECT_THAT(world.out(), HasSubstr("2.5 s  waits for bob\n"));
  world.answer(200, "[]");
  world.run({"holds"});
  EXPECT_EQ(world.out(), "nothing is in doubt\n");
}

}  // namespace
}  // namespace syrah::cli
