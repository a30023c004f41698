#include "cli/order_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/lobster.h"
#include "cli/order_csv.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;

/// "new buy 0.5@42000 IOC" and so on, a word or two for each step.
std::string steps_text(const Flow& flow) {
  std::string out;
  for (const FlowStep& step : flow.steps) {
    out += std::to_string(step.line) + ":";
    switch (step.kind) {
      case FlowStep::Kind::kPlace:
        out += std::string(step.buy ? "buy" : "sell");
        break;
      case FlowStep::Kind::kReplace:
        out += "replace";
        break;
      case FlowStep::Kind::kCancel:
        out += "cancel";
        break;
    }
    out += "#" + std::to_string(step.order);
    if (!step.quantity.empty()) out += " " + step.quantity;
    if (!step.price.empty()) out += "@" + step.price;
    if (!step.stop.empty()) out += " stop " + step.stop;
    if (!step.tif.empty()) out += " " + step.tif;
    if (!step.instrument.empty()) out += " " + step.instrument;
    if (step.post_only) out += " post";
    out += "\n";
  }
  return out;
}

TEST(OrderCsv, RowsBecomeSteps) {
  const auto flow = read_order_csv(
      "action,id,side,quantity,price,tif,instrument,post_only,until,time\r\n"
      "new,a,buy,0.5,42000.00,,BTC-USD,true,,1.5\n"
      "\n"
      ",,sell,1,,ioc,,,,1.5\n"
      "replace,a,,0.7,,,,,,2\n"
      "\"new\",\"b\",\"buy\",\"1\",\"2\",\"gtd\",,,2027-01-01T00:00:00Z,3\n"
      "cancel,a,,,,,,,,3.25\n",
      "f");
  ASSERT_TRUE(flow.ok()) << flow.error().message;
  EXPECT_EQ(steps_text(*flow),
            "2:buy#0 0.5@42000.00 BTC-USD post\n"
            "4:sell#1 1 IOC\n"
            "5:replace#0 0.7\n"
            "6:buy#2 1@2 GTT\n"
            "7:cancel#0\n");
  EXPECT_TRUE(flow->timed);
  EXPECT_EQ(flow->orders, 3U);
  EXPECT_EQ(flow->steps.back().time_us, 3'250'000);
}

TEST(OrderCsv, StopOrdersAndNewStopPrices) {
  const auto flow = read_order_csv(
      "action,id,side,quantity,price,stop\n"
      "new,a,sell,1,99.50,100\n"
      "new,,buy,2,,101.00\n"
      "replace,a,,,,98\n",
      "f");
  ASSERT_TRUE(flow.ok()) << flow.error().message;
  EXPECT_EQ(steps_text(*flow),
            "2:sell#0 1@99.50 stop 100\n"
            "3:buy#1 2 stop 101.00\n"
            "4:replace#0 stop 98\n");
  EXPECT_THAT(read_order_csv("side,quantity,stop\nbuy,1,soon\n", "f").error().message,
              HasSubstr(R"(f:2: stop is "soon": it must be a decimal above 0)"));
}

TEST(OrderCsv, BadRowsAreToldWithTheirLines) {
  const std::string head = "action,id,side,quantity,price,tif,until,post_only,time\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"new,,bid,1,2,,,,1", R"(f:2: side is "bid": it must be buy or sell)"},
      {"dance,,buy,1,2,,,,1", R"(f:2: action is "dance": it must be new, cancel or replace)"},
      {"new,,buy,-1,2,,,,1", R"(f:2: quantity is "-1")"},
      {"new,,buy,0.0,2,,,,1", R"(f:2: quantity is "0.0")"},
      {"new,,buy,,2,,,,1", R"(f:2: quantity is "")"},
      {"new,,buy,1,x,,,,1", R"(f:2: price is "x")"},
      {"new,,buy,1,2,day,,,1", R"(f:2: tif is "day")"},
      {"new,,buy,1,2,gtd,,,1", R"(f:2: until is "")"},
      {"new,,buy,1,2,gtd,soon,,1", R"(f:2: until is "soon")"},
      {"new,,buy,1,2,,,maybe,1", R"(f:2: post_only is "maybe")"},
      {"new,,buy,1,2,,,,late", R"(f:2: time is "late")"},
      {"cancel,a,,,,,,,1", R"(f:2: id is "a": it must be that of a new order in a row above)"},
      {"new,,buy,1,2", "f:2: it has 5 columns, and the head line 9"},
      {"new,a,buy,1,2,,,,1\nnew,a,buy,1,2,,,,1", R"(f:3: id is "a")"},
      {"new,a,buy,1,2,,,,1\nreplace,a,,,,,,,1", "f:3: a replacement needs"},
      {"new,a,buy,1,2,,,,2\nnew,b,buy,1,2,,,,1", R"(f:3: time is "1")"},
      {"new,a\"b,buy,1,2,,,,1", "f:2: quotes"},
  };
  for (const auto& [row, error] : cases) {
    const auto flow = read_order_csv(head + row + "\n", "f");
    ASSERT_FALSE(flow.ok()) << row;
    EXPECT_THAT(flow.error().message, HasSubstr(error));
  }
  EXPECT_THAT(read_order_csv("side,size\n", "f").error().message,
              HasSubstr(R"(f:1: column "size" is not one of action, id,)"));
  EXPECT_THAT(read_order_csv("side,side\n", "f").error().message, HasSubstr("twice"));
}

TEST(OrderCsv, OnlyTheFirstBadRowsAreTold) {
  std::string text = "side,quantity\n";
  for (int row = 0; row < 100; ++row) text += "x,1\n";
  const auto flow = read_order_csv(text, "f");
  ASSERT_FALSE(flow.ok());
  EXPECT_THAT(flow.error().message, HasSubstr("f:6: "));
  EXPECT_THAT(flow.error().message, HasSubstr("and 95 more bad rows"));
}

TEST(Lobster, RowsBecomeSteps) {
  const std::string text =
      "34200.1,1,10,100,5853300,1\n"  // a new bid
      "34200.2,1,11,50,5853350,-1\n"  // a new offer, a third of a cent finer
      "34200.3,2,10,30,5853300,1\n"   // smaller by 30
      "34200.4,4,10,20,5853300,1\n"   // somebody sells
      "34200.4,4,12,5,5853200,1\n"    // and goes deeper
      "34200.5,5,0,1,5853300,-1\n"    // hidden
      "34200.6,2,10,10,5853300,1\n"   // 40 are left
      "34200.7,3,99,1,5853300,1\n"    // from before the file
      "34200.8,3,10,40,5853300,1\n";
  ASSERT_TRUE(looks_like_lobster("34200.1,1,10,100,5853300,1"));
  const auto flow = read_lobster(text, "f");
  ASSERT_TRUE(flow.ok()) << flow.error().message;
  EXPECT_EQ(steps_text(*flow),
            "1:buy#0 100@585.33\n"
            "2:sell#1 50@585.3350\n"
            "3:replace#0 70\n"
            "4:sell#2 25@585.32 IOC\n"
            "7:replace#0 40\n"
            "9:cancel#0\n");
  EXPECT_EQ(flow->left_out, 2U);
  EXPECT_TRUE(flow->timed);
}

TEST(Lobster, BadRowsAreToldWithTheirLines) {
  for (const auto& [row, error] : std::vector<std::pair<std::string, std::string>>{
           {"34200.1,9,10,100,5853300,1", "f:2: type is \"9\""},
           {"34200.1,1,x,100,5853300,1", "f:2: order id"},
           {"34200.1,1,1,0,5853300,1", "f:2: size"},
           {"34200.1,1,1,1,1.5,1", "f:2: size"},
           {"34200.1,1,1,1,5853300,2", "f:2: direction"},
           {"noon,1,1,1,5853300,1", "f:2: time"},
           {"34199,1,1,1,5853300,1", "f:2: time 34199 is before"},
           {"34200.1,1,1,1", "f:2: it must have six columns"}}) {
    const auto flow = read_lobster("34200,1,1,1,5853300,1\n" + row + "\n", "f");
    ASSERT_FALSE(flow.ok()) << row;
    EXPECT_THAT(flow.error().message, HasSubstr(error));
  }
  EXPECT_FALSE(looks_like_lobster("action,id,side,quantity,price,tif"));
}

TEST(OrderFlow, SecondsAreExact) {
  EXPECT_EQ(*read_seconds("34200.017459617"), 34'200'017'459);
  EXPECT_EQ(*read_seconds("0"), 0);
  for (const char* bad : {"", ".5", "1.", "-1", "1e3", "1.2.3", "9999999999999"}) {
    EXPECT_FALSE(read_seconds(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace syrah::cli
