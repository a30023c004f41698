// What a feed may say of stop orders and of orders by funds.

#include <gtest/gtest.h>

#include "exchange/fixture.h"
#include "exchange/home_snapshot.h"
#include "exchange/home_state.h"
#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

using testing::kHome;
using testing::kOther;
using testing::Writer;

class HomeStateStopsTest : public ::testing::Test {
 protected:
  HomeStateStopsTest() { feed.declare(); }

  static OrderAccepted limit(Side side, std::int64_t ticks, std::int64_t lots) {
    OrderAccepted event;
    event.side = side;
    event.price = {ticks};
    event.quantity = {lots};
    event.account = "alice";
    return event;
  }
  static OrderAccepted stop_sell() {
    OrderAccepted event = limit(Side::kSell, 90, 10);
    event.stop = Stop::kLoss;
    event.stop_price = {95};
    return event;
  }
  static OrderAccepted by_funds(std::int64_t funds) {
    OrderAccepted event = limit(Side::kBuy, 110, 100);
    event.type = OrderType::kMarket;
    event.tif = TimeInForce::kIoc;
    event.funds = {funds};
    return event;
  }
  Seq accept(const OrderAccepted& event) {
    feed.apply(event).value();
    return feed.state.seq();
  }
  void expect_refused(const Event& event) {
    const std::string before = HomeSnapshot::write(feed.state);
    const auto result = feed.apply(event);
    ASSERT_FALSE(result.ok());
    EXPECT_FALSE(result.error().message.empty());
    EXPECT_EQ(HomeSnapshot::write(feed.state), before);
  }
  Traded at_home(Seq maker, Seq taker, std::int64_t ticks, std::int64_t lots) {
    return {{kHome, feed.state.seq() + 1}, {kHome, maker}, {kHome, taker}, {ticks}, {lots}};
  }
  const Order& order(Seq seq) { return *feed.state.order(seq); }

  Writer feed;
};

TEST_F(HomeStateStopsTest, AnOrderThatWaitsNeitherTradesNorHolds) {
  const Seq waits = accept(stop_sell());
  EXPECT_TRUE(order(waits).waiting());
  EXPECT_FALSE(order(waits).resting());
  const Seq buy = feed.order(Side::kBuy, 100, 10);
  expect_refused(at_home(buy, waits, 100, 1));
  expect_refused(at_home(waits, buy, 90, 1));
  expect_refused(Traded{{kOther, 3}, {kHome, waits}, {kOther, 2}, {90}, {1}});
  expect_refused(Refused{{kOther, 3}, waits, RefuseReason::kSelfTrade, {1}});
  Held hold;
  hold.order = waits;
  hold.maker = {kOther, 9};
  hold.price = {100};
  hold.quantity = {1};
  expect_refused(hold);
}

TEST_F(HomeStateStopsTest, ATriggeredOrderIsLikeOthersAndQueuesAnew) {
  const Seq waits = accept(stop_sell());
  const Seq buy = feed.order(Side::kBuy, 100, 10);
  expect_refused(Triggered{buy, {100}, {10}});
  expect_refused(Triggered{waits + 7, {90}, {10}});
  expect_refused(Triggered{waits, {91}, {10}});
  expect_refused(Triggered{waits, {90}, {9}});
  feed.apply(Triggered{waits, {90}, {10}}).value();
  EXPECT_FALSE(order(waits).waiting());
  EXPECT_TRUE(order(waits).resting());
  EXPECT_EQ(order(waits).priority.seq, feed.state.seq());
  EXPECT_EQ(order(waits).stop_price, Price{95}) << "what it was stays readable";
  expect_refused(Triggered{waits, {90}, {10}});
  feed.apply(at_home(buy, waits, 100, 4)).value();
  EXPECT_EQ(order(waits).filled.lots, 4);
  EXPECT_TRUE(order(waits).executed == Notional{400});
}

TEST_F(HomeStateStopsTest, WhileItWaitsItsTermsCanChangeAndItCanEnd) {
  const Seq waits = accept(stop_sell());
  feed.apply(OrderReplaced{waits, {89}, {12}, {94}}).value();
  EXPECT_EQ(order(waits).stop_price, Price{94});
  EXPECT_TRUE(order(waits).waiting());
  expect_refused(OrderReplaced{waits, {89}, {12}, {kPriceMax + 1}});
  feed.apply(Triggered{waits, {89}, {12}}).value();
  expect_refused(OrderReplaced{waits, {89}, {12}, {93}});
  const Seq other = accept(stop_sell());
  feed.apply(OrderClosed{other, CloseReason::kExpired}).value();
  expect_refused(Triggered{other, {90}, {10}});
}

TEST_F(HomeStateStopsTest, AMarketOrderGetsItsCollarAndQuantityWhenItIsTriggered) {
  OrderAccepted event = by_funds(1000);
  event.stop = Stop::kEntry;
  event.stop_price = {100};
  const Seq waits = accept(event);
  feed.apply(Triggered{waits, {120}, {8}}).value();
  EXPECT_EQ(order(waits).price, Price{120});
  EXPECT_EQ(order(waits).quantity, Quantity{8});
}

TEST_F(HomeStateStopsTest, FundsAreNeverExceededWhateverIsHeld) {
  const Seq taker = accept(by_funds(1000));
  const Seq maker = feed.order(Side::kSell, 100, 50);
  expect_refused(at_home(maker, taker, 100, 11));
  feed.apply(at_home(maker, taker, 100, 4)).value();
  const Seq hold = feed.hold(taker, 110, 3);
  EXPECT_TRUE(order(taker).promised == Notional{330});
  EXPECT_EQ(order(taker).free_at({100}), Quantity{2});
  expect_refused(at_home(maker, taker, 100, 3));
  // Two of the three are filled; what the third would have cost is there again.
  feed.apply(Traded{{kHome, hold}, {kOther, 9}, {kHome, taker}, {110}, {2}}).value();
  EXPECT_TRUE(order(taker).executed == Notional{620});
  EXPECT_TRUE(order(taker).promised == Notional{0});
  EXPECT_EQ(order(taker).free_at({100}), Quantity{3});
  const Seq second = feed.hold(taker, 100, 3);
  feed.apply(Released{second, RefuseReason::kNotOpen, {}}).value();
  EXPECT_EQ(order(taker).free_at({100}), Quantity{3});
}

TEST_F(HomeStateStopsTest, ImpossibleTermsAreRefused) {
  OrderAccepted event = stop_sell();
  event.stop_price = {0};
  expect_refused(event);
  event.stop_price = {kPriceMax + 1};
  expect_refused(event);
  event = limit(Side::kBuy, 100, 1);
  event.stop_price = {95};
  expect_refused(event);
  event = limit(Side::kBuy, 100, 1);
  event.funds = {5};
  expect_refused(event);
  event = by_funds(5);
  event.tif = TimeInForce::kFok;
  expect_refused(event);
  event = by_funds(-1);
  expect_refused(event);
  event = by_funds(1);
  event.funds = {kNotionalMax + 1};
  expect_refused(event);
}

TEST_F(HomeStateStopsTest, TheSnapshotKeepsThem) {
  OrderAccepted event = by_funds(1000);
  event.stop = Stop::kEntry;
  event.stop_price = {100};
  accept(event);
  const Seq triggered = accept(stop_sell());
  feed.apply(Triggered{triggered, {90}, {10}}).value();
  const Seq taker = accept(by_funds(1000));
  const Seq maker = feed.order(Side::kSell, 100, 50);
  feed.apply(at_home(maker, taker, 100, 4)).value();
  feed.hold(taker, 110, 3);
  const std::string text = HomeSnapshot::write(feed.state);
  const auto read = HomeSnapshot::read(kHome, text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->orders(), feed.state.orders());
  EXPECT_EQ(HomeSnapshot::write(*read), text);
  const auto refused = [&](const std::string& what, const std::string& with) {
    std::string changed = text;
    const std::size_t at = changed.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    changed.replace(at, what.size(), with);
    EXPECT_FALSE(HomeSnapshot::read(kHome, changed).ok()) << with;
  };
  refused(R"("stopPrice":100,)", "");
  refused(R"("stop":"entry","stopPrice":100,)", R"("stopPrice":100,)");
  refused(R"("funds":"1000")", R"("funds":"0")");
  refused(R"("tif":"ioc","expires":0)", R"("tif":"gtc","expires":0)");
  refused(R"("filled":0)", R"("filled":1)");
  refused(R"("executed":"400")", R"("executed":"3")");
  refused(R"("executed":"400")", R"("executed":"999")");
  refused(R"(,"triggered":true)", R"(,"triggered":false)");
}

}  // namespace
}  // namespace syrah::exchange
