// Stop orders and orders by funds as clients place them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"
#include "exchange/limits.h"
#include "exchange/order_desk.h"

namespace syrah::exchange::testing {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;

PlaceOrder stop(PlaceOrder order, Stop kind, std::string price) {
  order.stop = kind;
  order.stop_price = std::move(price);
  return order;
}

PlaceOrder funds(PlaceOrder order, std::string amount) {
  order.quantity.clear();
  order.funds = std::move(amount);
  return order;
}

class OrderDeskStopsTest : public ::testing::Test {
 protected:
  void expect_refused(const PlaceOrder& order, ErrorCode code, const std::string& message) {
    const Seq before = home()->home(home().id())->seq();
    const auto placed = home()->place(order, desks.now);
    ASSERT_FALSE(placed.ok());
    EXPECT_EQ(placed.error().code, code);
    EXPECT_THAT(placed.error().message, HasSubstr(message));
    EXPECT_EQ(home()->home(home().id())->seq(), before) << "errors change nothing";
  }
  Seq place(const PlaceOrder& order) { return desks.place(0, order); }
  Desk& home() { return desks.at(0); }
  const Order* order(Seq seq) { return home()->own_order(seq); }

  Desks desks{1};
};

TEST_F(OrderDeskStopsTest, SaysWhatIsWrong) {
  expect_refused(stop(buy("1", "100"), Stop::kLoss, ""), ErrorCode::kInvalid, "stop price");
  expect_refused(stop(buy("1", "100"), Stop::kLoss, "0.5"), ErrorCode::kInvalid, "stop price");
  expect_refused(stop(buy("1", "100"), Stop::kNone, "90"), ErrorCode::kInvalid, "loss or entry");
  expect_refused(funds(buy("", "100"), "5"), ErrorCode::kInvalid, "funds are for market orders");
  expect_refused(funds(buy("", ""), "x"), ErrorCode::kInvalid, "funds");
  expect_refused(funds(buy("", ""), "5"), ErrorCode::kRefused, "no order to trade");
  PlaceOrder both = funds(buy("", ""), "5");
  both.quantity = "1";
  expect_refused(both, ErrorCode::kInvalid, "not both");
  place(sell("1", "100"));
  expect_refused(funds(buy("", ""), "0"), ErrorCode::kInvalid, "at least one tick times one lot");
  expect_refused(funds(buy("", ""), "9.9"), ErrorCode::kRefused, "do not reach for 0.1 BTC");
  expect_refused(funds(buy("", ""), std::string(38, '9')), ErrorCode::kInvalid, "funds");
}

TEST_F(OrderDeskStopsTest, AnOrderThatWaitsCountsAsOpenAndSurvivesARestart) {
  const Seq market = place(stop(sell("1", ""), Stop::kLoss, "90"));
  const Seq limit = place(stop(sell("1", "80"), Stop::kLoss, "85"));
  desks.restart(0);
  ASSERT_NE(order(market), nullptr);
  EXPECT_TRUE(order(market)->waiting()) << "though it would not rest";
  EXPECT_EQ(home()->home(home().id())->orders().size(), 2U);
  place(buy("3", "90", "carol"));
  place(sell("0.1", "90", "dave"));
  EXPECT_TRUE(order(market) == nullptr || order(market)->closed) << "triggered and filled";
  EXPECT_TRUE(order(limit)->waiting());
}

TEST_F(OrderDeskStopsTest, WhatWasReachedBeforeTheNodeStoppedGoesWhenItStarts) {
  const Seq waits = place(stop(sell("1", "80"), Stop::kLoss, "90"));
  place(buy("1", "90", "carol"));
  const std::size_t without_trigger = home().feed.size() + 2;  // the order and the trade
  place(sell("0.1", "90", "dave"));
  ASSERT_GT(home().feed.size(), without_trigger);
  desks.restart(0, without_trigger);
  EXPECT_EQ(order(waits) == nullptr || !order(waits)->waiting(), true);
}

TEST_F(OrderDeskStopsTest, ItEndsWhenItsTimeComesOrItsTraderSaysSo) {
  PlaceOrder dated = stop(sell("1", "80"), Stop::kLoss, "85");
  dated.tif = TimeInForce::kGtd;
  dated.expires_ms = desks.now.wall_ms() + 500;
  const Seq first = place(dated);
  const Seq second = place(stop(sell("1", ""), Stop::kLoss, "85"));
  desks.advance(500);
  EXPECT_TRUE(order(first) == nullptr || order(first)->reason == CloseReason::kExpired);
  EXPECT_TRUE(home()->cancel("bob", second, desks.now).ok());
  home().collect(desks.now);
  desks.told(0);
  place(buy("1", "80", "carol"));
  place(sell("0.1", "80", "dave"));
  EXPECT_THAT(desks.told(0), ::testing::Not(::testing::Contains(HasSubstr("triggered"))));
}

TEST_F(OrderDeskStopsTest, WhatCannotChangeOfAWaitingOrderIsSaid) {
  const Seq market = place(stop(sell("1", ""), Stop::kLoss, "85"));
  const Seq by_funds = place(stop(funds(sell("", ""), "100"), Stop::kLoss, "85"));
  const auto replace = [&](Seq seq, const char* price, const char* size, const char* stop_price) {
    return home()->replace({"bob", seq, price, size, stop_price}, desks.now);
  };
  EXPECT_THAT(replace(market, "90", "", "").error().message, HasSubstr("no price"));
  EXPECT_THAT(replace(by_funds, "", "2", "").error().message, HasSubstr("no size"));
  EXPECT_THAT(replace(market, "", "", "x").error().message, HasSubstr("stop price"));
  EXPECT_TRUE(replace(market, "", "2", "84").ok());
  EXPECT_TRUE(replace(by_funds, "", "", "83").ok());
  const Seq plain = place(sell("1", "200"));
  EXPECT_THAT(replace(plain, "", "", "84").error().message, HasSubstr("only a stop order"));
}

TEST_F(OrderDeskStopsTest, AFallThroughManyOrdersGoesOnInTheNextSteps) {
  const std::size_t count = kTriggersPerStepMax + 5;
  for (std::size_t i = 0; i < count; ++i) place(stop(sell("0.1", "200"), Stop::kLoss, "90"));
  place(buy("1", "90", "carol"));
  place(sell("1", "90", "dave"));
  const auto waiting = [&] {
    std::size_t found = 0;
    for (const auto& [seq, one] : home()->home(home().id())->orders()) {
      if (one.waiting()) ++found;
    }
    return found;
  };
  EXPECT_EQ(waiting(), 5U);
  EXPECT_LE(home()->next_deadline_us(), desks.now.steady_us) << "there is more to do at once";
  desks.advance(0);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_GT(home()->next_deadline_us(), desks.now.steady_us);
}

TEST(StopsAcrossHomes, ATradeStampedFarAheadDoesNotHideThoseAfterIt) {
  Desks desks{2};
  desks.place(0, stop(sell("1", "80"), Stop::kLoss, "90"));
  // The other home's clock runs an hour ahead of this one.
  const Time there = desks.now;
  desks.now.wall_us += 3'600'000'000;
  desks.place(1, buy("1", "100", "carol"));
  desks.place(1, sell("1", "100", "dave"));
  desks.now = there;
  desks.deliver_all();
  EXPECT_EQ(desks.at(0)->last_price("BTC-USD"), Price{100});
  desks.place(0, buy("1", "90", "carol"));
  desks.place(0, sell("0.1", "90", "dave"));
  EXPECT_EQ(desks.at(0)->last_price("BTC-USD"), Price{90});
  EXPECT_THAT(desks.told(0), ::testing::Contains(HasSubstr("triggered")));
}

TEST_F(OrderDeskStopsTest, TheSameTermsUnderOneClientIdAreTheSameOrder) {
  PlaceOrder order = stop(sell("1", "80"), Stop::kLoss, "85");
  order.client_id = "one";
  const Seq first = place(order);
  EXPECT_TRUE(home()->place(order, desks.now).value().repeated);
  order.stop_price = "85.0";
  EXPECT_EQ(home()->place(order, desks.now).value().id.seq, first);
  order.stop_price = "86";
  expect_refused(order, ErrorCode::kRefused, "used for another order");
  order.stop_price = "85";
  order.stop = Stop::kEntry;
  expect_refused(order, ErrorCode::kRefused, "used for another order");
}

}  // namespace
}  // namespace syrah::exchange::testing
