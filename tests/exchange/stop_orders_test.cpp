#include "exchange/stop_orders.h"

#include <gtest/gtest.h>

#include <vector>

#include "exchange/fixture.h"

namespace syrah::exchange {
namespace {

class StopOrdersTest : public ::testing::Test {
 protected:
  StopOrdersTest() { stops.end_recovery(); }

  static Order order(Seq seq, Stop stop, std::int64_t ticks) {
    Order made;
    made.id = {testing::kHome, seq};
    made.instrument = "BTC-USD";
    made.stop = stop;
    made.stop_price = {ticks};
    made.quantity = {1};
    return made;
  }
  void trade(std::int64_t ticks) { stops.traded("BTC-USD", {ticks}, {++now, 0}); }
  std::vector<Seq> due() {
    std::vector<Seq> found;
    while (const auto seq = stops.take_due()) {
      found.push_back(*seq);
      // Who takes it triggers it.
      Order gone = order(*seq, Stop::kLoss, 1);
      gone.triggered = true;
      stops.set(gone);
    }
    return found;
  }

  StopOrders stops;
  std::int64_t now = 1000;
};

TEST_F(StopOrdersTest, ALossWaitsForItsPriceOrBelowAndAnEntryForItsPriceOrAbove) {
  stops.set(order(1, Stop::kLoss, 90));
  stops.set(order(2, Stop::kEntry, 110));
  trade(91);
  trade(109);
  EXPECT_EQ(due(), std::vector<Seq>{});
  trade(90);
  EXPECT_EQ(due(), std::vector<Seq>{1});
  trade(200);
  EXPECT_EQ(due(), std::vector<Seq>{2});
  trade(90);
  EXPECT_EQ(due(), std::vector<Seq>{});
}

TEST_F(StopOrdersTest, ThePriceThatWasPassedFirstGoesFirstThenTheOlder) {
  stops.set(order(1, Stop::kLoss, 80));
  stops.set(order(2, Stop::kLoss, 90));
  stops.set(order(3, Stop::kLoss, 80));
  stops.set(order(4, Stop::kEntry, 120));
  stops.set(order(5, Stop::kEntry, 110));
  trade(70);
  EXPECT_EQ(due(), (std::vector<Seq>{2, 1, 3}));
  trade(130);
  EXPECT_EQ(due(), (std::vector<Seq>{5, 4}));
}

TEST_F(StopOrdersTest, WhatWasReachedBeforeTheOrderCameIsDueAtOnce) {
  trade(100);
  stops.set(order(1, Stop::kEntry, 100));
  EXPECT_TRUE(stops.any_due());
  EXPECT_EQ(due(), std::vector<Seq>{1});
}

TEST_F(StopOrdersTest, AnOlderTradeHeardLateChangesNothing) {
  stops.traded("BTC-USD", {100}, {50, 0});
  stops.set(order(1, Stop::kLoss, 90));
  stops.traded("BTC-USD", {80}, {49, 9});
  EXPECT_EQ(due(), std::vector<Seq>{});
  EXPECT_EQ(stops.last("BTC-USD"), Price{100});
  stops.traded("ETH-USD", {80}, {51, 0});
  EXPECT_EQ(due(), std::vector<Seq>{});
}

TEST_F(StopOrdersTest, TradesAtOneInstantAllCount) {
  stops.traded("BTC-USD", {100}, {50, 0});
  stops.set(order(1, Stop::kLoss, 90));
  stops.traded("BTC-USD", {90}, {50, 0});
  EXPECT_EQ(due(), std::vector<Seq>{1});
}

TEST_F(StopOrdersTest, AClosedOrMovedOrderIsNotDueAnyMore) {
  stops.set(order(1, Stop::kLoss, 90));
  stops.set(order(2, Stop::kLoss, 90));
  trade(90);
  Order closed = order(1, Stop::kLoss, 90);
  closed.closed = true;
  stops.set(closed);
  stops.set(order(2, Stop::kLoss, 85));
  EXPECT_EQ(due(), std::vector<Seq>{});
  trade(85);
  EXPECT_EQ(due(), std::vector<Seq>{2});
}

TEST_F(StopOrdersTest, NothingIsDueWhileThePastIsReadAgain) {
  StopOrders again;
  again.set(order(1, Stop::kLoss, 90));
  again.traded("BTC-USD", {80}, {10, 0});
  again.traded("BTC-USD", {95}, {11, 0});
  again.end_recovery();
  EXPECT_FALSE(again.any_due());
  StopOrders reached;
  reached.traded("BTC-USD", {80}, {10, 0});
  reached.set(order(1, Stop::kLoss, 90));
  EXPECT_FALSE(reached.any_due());
  reached.end_recovery();
  EXPECT_EQ(reached.take_due(), Seq{1});
}

}  // namespace
}  // namespace syrah::exchange
