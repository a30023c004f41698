// What people see.

#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stand_in.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using tests::StandIn;

std::string order(std::string_view state) {
  return R"({"id":"o1","product_id":"BTC-USD","side":"buy","type":"limit","price":"42000.00",)"
         R"("size":"0.5","created_at":"2026-11-21T07:30:00.123456Z",)" +
         std::string(state) + "}";
}

TEST(Commands, WhatBecameOfAnOrderIsOneLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("status":"open","filled_size":"0.0","remaining_size":"0.5","pending_size":"0.0")",
       "open  buy 0.5 BTC-USD at 42000.00: nothing filled, 0.5 left in the book  (order o1)\n"},
      {R"("status":"open","filled_size":"0.2","remaining_size":"0.3","pending_size":"0.0")",
       "open  buy 0.5 BTC-USD at 42000.00: 0.2 filled, 0.3 left in the book  (order o1)\n"},
      {R"("status":"active","stop":"entry","stop_price":"43000.00","filled_size":"0.0")",
       "waits  buy 0.5 BTC-USD at 42000.00: for a trade at 43000.00  (order o1)\n"},
      {R"("status":"pending","filled_size":"0.2","remaining_size":"0.3","pending_size":"0.1")",
       "pending  buy 0.5 BTC-USD at 42000.00: 0.1 waits for the answer of another node, 0.2 filled"
       "  (order o1)\n"},
      {R"("status":"done","done_reason":"filled","close_reason":"filled","filled_size":"0.5")",
       "filled  buy 0.5 BTC-USD at 42000.00  (order o1)\n"},
      {R"("status":"done","done_reason":"canceled","close_reason":"immediate","filled_size":"0.2")",
       "closed  buy 0.5 BTC-USD at 42000.00: 0.2 filled, the rest could not be filled at once"
       "  (order o1)\n"},
  };
  StandIn world;
  for (const auto& [state, line] : cases) {
    world.answer(200, order(state));
    EXPECT_EQ(world.run({"buy", "BTC-USD", "0.5", "42000"}), kExitDone);
    EXPECT_EQ(world.out(), line);
  }
}

TEST(Commands, JsonIsPrintedAsItCame) {
  StandIn world;
  const std::string body = R"([ {"id": "x", "n": 1.50} ])";
  world.answer(200, body);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"buy", "X-Y", "1", "--json"},
                                             {"cancel", "a", "--json"},
                                             {"cancel", "--all", "--json"},
                                             {"replace", "a", "--price", "1", "--json"},
                                             {"book", "X-Y", "--json"},
                                             {"orders", "--json"},
                                             {"trades", "X-Y", "--json"},
                                             {"fills", "--json"},
                                             {"peers", "--json"},
                                             {"status", "--json"},
                                             {"connect", "a:1", "--json"}}) {
    EXPECT_EQ(world.run(arguments), kExitDone);
    EXPECT_EQ(world.out(), body + "\n") << arguments[0];
  }
}

TEST(Commands, OrdersAreATable) {
  StandIn world;
  world.answer(200, "[" + order(R"("status":"pending","filled_size":"0.0","pending_size":"0.1")") +
                        "," +
                        order(R"("status":"done","close_reason":"expired","filled_size":"0.2",)"
                              R"("pending_size":"0.0")") +
                        "]");
  EXPECT_EQ(world.run({"orders", "--all"}), kExitDone);
  EXPECT_EQ(
      world.out(),
      "order  created              instrument  side     price  size  filled  pending  status\n"
      "o1     2026-11-21 07:30:00  BTC-USD     buy   42000.00   0.5     0.0      0.1  pending\n"
      "o1     2026-11-21 07:30:00  BTC-USD     buy   42000.00   0.5     0.2           done, "
      "expired\n");
  world.answer(200, "[]");
  world.run({"orders"});
  EXPECT_EQ(world.out(), "no open orders\n");
}

TEST(Commands, TradesTellWhoTook) {
  StandIn world;
  world.answer(200, R"([{"trade_id":1,"side":"sell","price":"9","size":"2","time":"t"}])");
  world.run({"trades", "X-Y"});
  EXPECT_EQ(world.out(), "time  taker  price  size\nt     buy        9     2\n");
}

TEST(Commands, TradesWithBasicPeersAreSaidToBeUnconfirmed) {
  StandIn world;
  world.answer(200, R"([{"product_id":"X-Y","side":"sell","price":"9","size":"2",)"
                    R"("liquidity":"M","order_id":"o","created_at":"2026-11-21T07:30:00Z",)"
                    R"("counterparty":"old\u001b[2J","unconfirmed":true}])");
  world.run({"fills", "--unconfirmed"});
  EXPECT_THAT(world.out(), HasSubstr("order  state        peer\n"));
  EXPECT_THAT(world.out(), HasSubstr("9     2  maker  o      unconfirmed  old"));
  EXPECT_EQ(world.out().find('\x1b'), std::string::npos) << "a peer names itself";
  world.answer(200, "[]");
  world.run({"fills", "--unconfirmed"});
  EXPECT_EQ(world.out(), "no unconfirmed trades\n");
}

TEST(Commands, FillsAndCancellationsAreSaid) {
  StandIn world;
  world.answer(200, R"([{"product_id":"X-Y","side":"sell","price":"9","size":"2",)"
                    R"("liquidity":"M","order_id":"o","created_at":"2026-11-21T07:30:00Z"}])");
  world.run({"fills"});
  EXPECT_THAT(world.out(),
              HasSubstr("2026-11-21 07:30:00  X-Y         sell      9     2  maker  o\n"));
  world.answer(200, R"(["a","b"])");
  world.run({"cancel", "--all"});
  EXPECT_EQ(world.out(), "cancelled  order a\ncancelled  order b\n");
  world.answer(200, "[]");
  world.run({"cancel", "--all"});
  EXPECT_EQ(world.out(), "no open orders\n");
  world.answer(200, "\"a\"");
  world.run({"cancel", "a"});
  EXPECT_EQ(world.out(), "cancelled  order a\n");
}

TEST(Commands, StatusShowsTheNodeAndItsFeeds) {
  StandIn world;
  world.answer(200, R"({"id":"i","name":"n","version":"1","mode":"pure","network":"w",)"
                    R"("state":"running","uptime_s":90,"peers":2,"instruments":["A-B","C-D"],)"
                    R"("feeds":[{"home":"0123456789","seq":7,"newest":9,"state":"silent",)"
                    R"("heard_ms_ago":1500}]})");
  EXPECT_EQ(world.run({"status"}), kExitDone);
  EXPECT_THAT(world.out(), HasSubstr("state       running\n"));
  EXPECT_THAT(world.out(), HasSubstr("up for      1 min\n"));
  EXPECT_THAT(world.out(), HasSubstr("instruments A-B, C-D\n"));
  EXPECT_THAT(world.out(), HasSubstr("01234567  silent        7       9  1.5 s ago\n"));
}

TEST(Commands, PeersAreATable) {
  StandIn world;
  world.answer(
      200,
      R"({"peers":[{"id":"0123456789","name":"","address":"a:1","direction":"in",)"
      R"("route":"direct","dialect":"full","source":"mdns","software":"syrah/1",)"
      R"("connected_s":5,"round_trip_us":1250,"messages_in":3,"messages_out":4}],)"
      R"("sources":[{"name":"mdns","found":3,"tried":2,"connected":1,"failed":1,)"
      R"("first_connection_ms":250},{"name":"grenache","found":0,"first_connection_ms":-1}]})");
  EXPECT_EQ(world.run({"peers"}), kExitDone);
  EXPECT_THAT(world.out(),
              HasSubstr("01234567  a:1      in   direct  full     mdns      syrah/1   5 s"));
  EXPECT_THAT(world.out(), HasSubstr("1.2 ms"));
  EXPECT_THAT(world.out(), HasSubstr("mdns        3      2          1       1     250"));
  EXPECT_THAT(world.out(), Not(HasSubstr("grenache")));
}

TEST(Commands, PeersAreWatchedUntilThatIsEnough) {
  StandIn world;
  world.answer(200, R"({"peers":[],"sources":[]})");
  EXPECT_EQ(world.run({"peers", "--watch"}), kExitDone);
  EXPECT_EQ(world.out(), "no peers\nno peers\nno peers\n");
}

}  // namespace
}  // namespace syrah::cli
