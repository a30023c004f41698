#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stand_in.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using tests::StandIn;

struct Case {
  std::vector<std::string> arguments;
  std::string call;
};

TEST(CommandLine, ArgumentsBecomeRequests) {
  const std::string api = "http://127.0.0.1:8080";
  const std::vector<Case> cases = {
      {{"buy", "BTC-USD", "0.5", "42000"},
       "POST " + api +
           R"(/orders {"type":"limit","side":"buy","product_id":"BTC-USD",)"
           R"("size":"0.5","price":"42000"})"},
      {{"sell", "BTC-USD", "0.50"},
       "POST " + api +
           R"(/orders {"type":"market","side":"sell","product_id":"BTC-USD",)"
           R"("size":"0.50"})"},
      {{"sell", "BTC-USD", "1", "2", "--tif", "gtd", "--until", "2027-01-01T00:00:00Z",
        "--post-only", "--client-id", "a", "--stp", "cb"},
       "POST " + api +
           R"(/orders {"type":"limit","side":"sell","product_id":"BTC-USD",)"
           R"("size":"1","price":"2","time_in_force":"GTT",)"
           R"("expire_time":"2027-01-01T00:00:00Z","post_only":true,"stp":"cb",)"
           R"("client_oid":"a"})"},
      {{"sell", "BTC-USD", "1", "--stop", "9"},
       "POST " + api +
           R"(/orders {"type":"market","side":"sell","product_id":"BTC-USD",)"
           R"("size":"1","stop_price":"9"})"},
      {{"buy", "BTC-USD", "1", "2", "--tif", "ioc"},
       "POST " + api +
           R"(/orders {"type":"limit","side":"buy","product_id":"BTC-USD",)"
           R"("size":"1","price":"2","time_in_force":"IOC"})"},
      {{"cancel", "abc"}, "DELETE " + api + "/orders/abc"},
      {{"cancel", "client:a/b c"}, "DELETE " + api + "/orders/client:a%2Fb%20c"},
      {{"cancel", "--all"}, "DELETE " + api + "/orders"},
      {{"cancel", "--all", "--instrument", "BTC-USD"},
       "DELETE " + api + "/orders?product_id=BTC-USD"},
      {{"replace", "abc", "--price", "7"}, "PUT " + api + R"(/orders/abc {"price":"7"})"},
      {{"replace", "abc", "--stop", "9"}, "PUT " + api + R"(/orders/abc {"stop_price":"9"})"},
      {{"replace", "abc", "--quantity", "1", "--price", "7"},
       "PUT " + api + R"(/orders/abc {"price":"7","size":"1"})"},
      {{"book", "BTC-USD"}, "GET " + api + "/products/BTC-USD/book?level=2"},
      {{"orders"}, "GET " + api + "/orders?limit=1000&status=open"},
      {{"orders", "--all", "--instrument", "X-Y"},
       "GET " + api + "/orders?limit=1000&status=all&product_id=X-Y"},
      {{"trades", "BTC-USD", "--limit", "7"}, "GET " + api + "/products/BTC-USD/trades?limit=7"},
      {{"fills"}, "GET " + api + "/fills?limit=20"},
      {{"fills", "--unconfirmed", "--limit", "7"},
       "GET " + api + "/fills?limit=7&unconfirmed=true"},
      {{"peers"}, "GET " + api + "/node/peers"},
      {{"status"}, "GET " + api + "/node"},
      {{"disconnect", "old node"}, "DELETE " + api + "/node/peers/old%20node"},
      {{"connect", "a:1"}, "POST " + api + R"(/node/peers {"address":"a:1"})"},
      {{"status", "--api", "http://other:1/"}, "GET http://other:1/node"},
  };
  StandIn world;
  for (const Case& test : cases) {
    EXPECT_EQ(world.run(test.arguments), kExitDone) << world.err();
    EXPECT_EQ(world.call(), test.call);
  }
}

TEST(CommandLine, WrongUsageIsSaidAndNothingIsSent) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"bye"},
      {"buy"},
      {"buy", "BTC-USD"},
      {"buy", "BTC-USD", "1", "2", "3"},
      {"buy", "BTC-USD", "1", "2", "--tif", "day"},
      {"buy", "BTC-USD", "1", "2", "--tif", "gtd"},
      {"buy", "BTC-USD", "1", "2", "--until", "2027-01-01T00:00:00Z"},
      {"buy", "BTC-USD", "1", "2", "--stp", "no"},
      {"buy", "BTC-USD", "1", "2", "--what"},
      {"cancel"},
      {"cancel", "abc", "--all"},
      {"cancel", "abc", "--instrument", "BTC-USD"},
      {"replace", "abc"},
      {"book"},
      {"book", "BTC-USD", "--depth", "0"},
      {"trades", "BTC-USD", "--limit", "1001"},
      {"connect"},
  };
  StandIn world;
  for (const auto& arguments : wrong) {
    EXPECT_EQ(world.run(arguments), kExitUsage) << testing::PrintToString(arguments);
    EXPECT_FALSE(world.err().empty()) << testing::PrintToString(arguments);
    EXPECT_TRUE(world.calls().empty()) << testing::PrintToString(arguments);
  }
}

TEST(CommandLine, EveryCommandHasHelpWithAnExample) {
  StandIn world;
  EXPECT_EQ(world.run({"--help"}), kExitDone);
  for (const char* name : {"node", "buy", "sell", "cancel", "replace", "book", "orders", "trades",
                           "fills", "peers", "status", "connect"}) {
    EXPECT_THAT(world.out(), HasSubstr(name));
  }
  for (const std::string name : {"node", "buy", "sell", "cancel", "replace", "book", "orders",
                                 "trades", "fills", "peers", "status", "connect"}) {
    EXPECT_EQ(world.run({name, "--help"}), kExitDone);
    EXPECT_THAT(world.out(), HasSubstr("Example: ")) << name;
    EXPECT_THAT(world.out(), HasSubstr("syrah " + name)) << name;
  }
}

TEST(CommandLine, NodeRunsTheNode) {
  StandIn world;
  EXPECT_EQ(world.run({"node"}), 42);
  EXPECT_TRUE(world.calls().empty());
}

TEST(CommandLine, VariablesOfTheEnvironmentAreDefaults) {
  StandIn world;
  world.variables()["SYRAH_API"] = "https://node.example";
  world.variables()["DATA_DIR"] = "/var/lib/syrah";
  world.files()["/var/lib/syrah/api-key.json"] = world.files()["./data/api-key.json"];
  EXPECT_EQ(world.run({"cancel", "--all"}), kExitDone) << world.err();
  EXPECT_EQ(world.call(), "DELETE https://node.example/orders");
  world.variables()["SYRAH_API_KEY_FILE"] = "/nowhere";
  EXPECT_EQ(world.run({"cancel", "--all"}), kExitUsage);
  EXPECT_THAT(world.err(), HasSubstr("/nowhere"));
  EXPECT_EQ(world.run({"cancel", "--all", "--key-file", "./data/api-key.json"}), kExitDone);
}

}  // namespace
}  // namespace syrah::cli
