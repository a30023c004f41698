// What clients may ask of their home, and what it says when it does not do it.

#include "exchange/order_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"
#include "exchange/limits.h"

namespace syrah::exchange::testing {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OrderDeskTest : public ::testing::Test {
 protected:
  base::Result<Placed> try_place(const PlaceOrder& order) {
    auto placed = home()->place(order, desks.now);
    home().collect(desks.now);
    return placed;
  }
  Placed place(const PlaceOrder& order) { return try_place(order).value(); }
  base::Status replace(Seq order, std::string price, std::string quantity) {
    auto done = home()->replace({"alice", order, std::move(price), std::move(quantity)}, desks.now);
    home().collect(desks.now);
    return done;
  }
  void expect_refused(const PlaceOrder& order, ErrorCode code, const std::string& message) {
    const Seq before = home()->home(home().id())->seq();
    const auto placed = try_place(order);
    ASSERT_FALSE(placed.ok());
    EXPECT_EQ(placed.error().code, code);
    EXPECT_THAT(placed.error().message, HasSubstr(message));
    EXPECT_EQ(home()->home(home().id())->seq(), before) << "errors change nothing";
  }
  Desk& home() { return desks.at(0); }
  [[nodiscard]] std::vector<DepthLevel> bids() {
    return home()->book("BTC-USD")->depth(Side::kBuy, 10);
  }

  Desks desks{1};
};

TEST_F(OrderDeskTest, AnOrderIsNamedByItsEntryAndRests) {
  const auto placed = place(named(buy("1.5", "100"), "a1"));
  EXPECT_EQ(placed.id, (OrderId{home().id(), home().feed.size()}));
  EXPECT_FALSE(placed.repeated);
  EXPECT_THAT(desks.told(0), ElementsAre("A a1 buys 1.5 @ 100"));
  ASSERT_EQ(bids().size(), 1U);
  EXPECT_EQ(bids()[0].quantity.lots, 15);
}

TEST_F(OrderDeskTest, SaysWhatIsWrongWithAnOrder) {
  PlaceOrder order = buy("1", "100");
  order.instrument = "ETH-USD";
  expect_refused(order, ErrorCode::kNotFound, "instrument ETH-USD is not traded here");
  expect_refused(buy("1", "100", "a b"), ErrorCode::kInvalid, "account must be 1 to 50");
  expect_refused(named(buy("1", "100"), "a\"b"), ErrorCode::kInvalid, "clientId must be 0 to 64");
  expect_refused(buy("1.05", "100"), ErrorCode::kInvalid,
                 "quantity 1.05 is not a multiple of the lot 0.1");
  expect_refused(buy("1", "100.5"), ErrorCode::kInvalid,
                 "price 100.5 is not a multiple of the tick 1");
  expect_refused(buy("0", "100"), ErrorCode::kInvalid, "quantity must be more than zero");
  expect_refused(buy("1", "0"), ErrorCode::kInvalid, "price must be more than zero");
  expect_refused(buy("", "100"), ErrorCode::kInvalid, "quantity");
}

TEST_F(OrderDeskTest, SaysWhichTermsDoNotGoTogether) {
  PlaceOrder order = buy("1", "100");
  order.post_only = true;
  order.tif = TimeInForce::kIoc;
  expect_refused(order, ErrorCode::kInvalid, "post-only is for limit orders that rest");
  order = buy("1", "");
  order.tif = TimeInForce::kGtc;
  expect_refused(order, ErrorCode::kInvalid, "a market order cannot rest");
  order = buy("1", "");
  order.price = "100";
  expect_refused(order, ErrorCode::kInvalid, "a market order has no price");
  order = buy("1", "100");
  order.expires_ms = desks.now.wall_ms() + 1;
  expect_refused(order, ErrorCode::kInvalid, "an expiry time is for GTD orders only");
  order.tif = TimeInForce::kGtd;
  order.expires_ms = desks.now.wall_ms();
  expect_refused(order, ErrorCode::kInvalid, "the expiry time must be in the future");
  order.expires_ms = kTimeMsMax + 1;
  expect_refused(order, ErrorCode::kInvalid, "the expiry time must be before the year 10000");
}

TEST_F(OrderDeskTest, AMarketOrderNeedsSomeoneToTradeWith) {
  expect_refused(buy("1", ""), ErrorCode::kRefused,
                 "there is no order to trade a market order with in BTC-USD");
}

TEST_F(OrderDeskTest, AMarketOrderDoesNotTradeFurtherThanItsCollar) {
  place(named(sell("1", "150"), "s1"));
  place(named(sell("1", "157"), "s2"));  // 150 and 5 per cent is 157.5
  place(named(sell("1", "158"), "s3"));
  desks.told(0);
  place(named(buy("3", ""), "m1"));
  EXPECT_THAT(desks.told(0),
              ElementsAre("A m1 buys 3.0 @ 157 market ioc", "A trades 1.0 @ 150, m1 takes s1",
                          "A trades 1.0 @ 157, m1 takes s2", "A m1 closed: immediate"));
}

TEST_F(OrderDeskTest, TheCollarIsAtLeastATickAndNeverBelowOne) {
  place(named(buy("1", "1"), "b1"));
  place(named(sell("1", ""), "m1"));
  EXPECT_THAT(desks.told(0), ElementsAre("A b1 buys 1.0 @ 1", "A m1 sells 1.0 @ 1 market ioc",
                                         "A trades 1.0 @ 1, m1 takes b1"));
  place(named(sell("1", "3"), "s1"));
  desks.told(0);
  place(named(buy("1", ""), "m2"));
  EXPECT_EQ(desks.told(0).at(0), "A m2 buys 1.0 @ 4 market ioc");
}

TEST_F(OrderDeskTest, TheSameClientIdIsTheSameOrder) {
  const auto first = place(named(buy("1", "100"), "a1"));
  const auto again = place(named(buy("1.0", "100"), "a1"));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(home()->find_client_id("alice", "a1"), first.id.seq);
  EXPECT_EQ(home()->find_client_id("bob", "a1"), std::nullopt);
  expect_refused(named(buy("2", "100"), "a1"), ErrorCode::kRefused,
                 "client order id a1 was used for another order");
  EXPECT_FALSE(place(named(buy("2", "100", "bob"), "a1")).repeated) << "each account has its own";
}

TEST_F(OrderDeskTest, AClientIdIsTheSameOrderAfterARestartAndAfterTheOrderIsOver) {
  const auto first = place(named(buy("1", "100"), "a1"));
  ASSERT_TRUE(home()->cancel("alice", first.id.seq, desks.now).ok());
  home().collect(desks.now);
  desks.restart(0);
  const auto again = place(named(buy("1", "100"), "a1"));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.id, first.id);
  expect_refused(named(buy("2", "100"), "a1"), ErrorCode::kRefused, "was used for another order");
}

TEST_F(OrderDeskTest, AClientIdIsForgottenAfterADay) {
  place(named(buy("1", "100"), "a1"));
  desks.advance(kClientIdMs - 1);
  EXPECT_TRUE(home()->find_client_id("alice", "a1").has_value());
  desks.advance(2);
  EXPECT_FALSE(home()->find_client_id("alice", "a1").has_value());
}

TEST_F(OrderDeskTest, OnlyTheTraderCancels) {
  const Seq order = place(buy("1", "100")).id.seq;
  EXPECT_EQ(home()->cancel("bob", order, desks.now).error().message, "there is no such open order");
  EXPECT_EQ(home()->cancel("alice", order + 7, desks.now).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(home()->cancel("alice", order, desks.now).ok());
  EXPECT_THAT(bids(), IsEmpty());
  home().collect(desks.now);
  EXPECT_FALSE(home()->cancel("alice", order, desks.now).ok());
}

TEST_F(OrderDeskTest, CancelAllIsForOneAccountAndPerhapsOneInstrument) {
  const Seq first = place(buy("1", "100")).id.seq;
  place(buy("1", "99", "bob"));
  const Seq second = place(buy("1", "98")).id.seq;
  EXPECT_THAT(home()->cancel_all("alice", "ETH-USD", desks.now), IsEmpty());
  EXPECT_THAT(home()->cancel_all("alice", "BTC-USD", desks.now), ElementsAre(first, second));
  EXPECT_THAT(home()->cancel_all("alice", "", desks.now), IsEmpty());
  EXPECT_EQ(bids().size(), 1U);
}

TEST_F(OrderDeskTest, CancelsWhatAKeyPlacedAndWhatNobodyKnowsWhoPlaced) {
  const auto with = [](PlaceOrder order, KeyTag key) {
    order.placed_by = key;
    return order;
  };
  const Seq unknown = place(with(buy("1", "96"), 0)).id.seq;
  const Seq first = place(with(named(buy("1", "97"), "b1"), 7)).id.seq;
  const Seq other = place(with(buy("1", "98"), 8)).id.seq;
  place(with(buy("1", "99", "bob"), 7));
  EXPECT_TRUE(place(with(named(buy("1", "97"), "b1"), 8)).repeated);
  ASSERT_TRUE(replace(other, "95", "").ok());
  EXPECT_THAT(home()->cancel_placed_by("alice", 7, desks.now), ElementsAre(unknown, first));
  home().collect(desks.now);
  EXPECT_THAT(home()->cancel_placed_by("alice", 7, desks.now), IsEmpty());
  EXPECT_THAT(home()->cancel_placed_by("alice", 8, desks.now), ElementsAre(other));
}

TEST_F(OrderDeskTest, LessOfTheSamePriceKeepsItsPlace) {
  const Seq first = place(named(buy("2", "100"), "b1")).id.seq;
  place(named(buy("1", "100", "carol"), "b2"));
  ASSERT_TRUE(replace(first, "", "1").ok());
  desks.told(0);
  place(named(sell("1", "100"), "s1"));
  EXPECT_THAT(desks.told(0),
              ElementsAre("A s1 sells 1.0 @ 100", "A trades 1.0 @ 100, s1 takes b1"));
}

TEST_F(OrderDeskTest, MoreOrAnotherPriceGoesToTheEndOfTheQueue) {
  const Seq first = place(named(buy("2", "100"), "b1")).id.seq;
  place(named(buy("1", "100", "carol"), "b2"));
  ASSERT_TRUE(replace(first, "", "2.5").ok());
  desks.told(0);
  place(named(sell("1", "100"), "s1"));
  EXPECT_THAT(desks.told(0),
              ElementsAre("A s1 sells 1.0 @ 100", "A trades 1.0 @ 100, s1 takes b2"));
}

TEST_F(OrderDeskTest, AReplacedOrderTradesIfItCrossesNow) {
  place(named(sell("1", "101"), "s1"));
  const Seq order = place(named(buy("2", "100"), "b1")).id.seq;
  desks.told(0);
  ASSERT_TRUE(replace(order, "102", "").ok());
  EXPECT_THAT(desks.told(0),
              ElementsAre("A b1 is now 2.0 @ 102", "A trades 1.0 @ 101, b1 takes s1"));
}

TEST_F(OrderDeskTest, SaysWhyAnOrderIsNotReplaced) {
  const Seq order = place(named(buy("2", "100"), "b1")).id.seq;
  place(sell("1", "100"));
  EXPECT_EQ(replace(order, "", "1").error().message,
            "the new size must be more than 1.0, which is filled, pending or given back already");
  EXPECT_THAT(replace(order, "100.5", "").error().message, HasSubstr("multiple of the tick"));
  EXPECT_THAT(replace(order, "", "x").error().message, HasSubstr("quantity"));
  EXPECT_EQ(replace(order + 9, "101", "").error().message, "there is no such open order");
}

TEST_F(OrderDeskTest, AnOrderThatIsClosedButInDoubtSaysSo) {
  Desks two(2);
  two.place(0, sell("1", "100"));
  two.deliver_all();
  PlaceOrder order = buy("1", "100");
  order.tif = TimeInForce::kIoc;
  const Seq taker = two.place(1, order);
  EXPECT_EQ(two.at(1)->cancel("alice", taker, two.now).error().message,
            "the order is closed already; what is pending follows");
}

TEST_F(OrderDeskTest, ADatedOrderEndsOnItsDateAlsoAfterARestart) {
  PlaceOrder order = named(buy("1", "100"), "b1");
  order.tif = TimeInForce::kGtd;
  order.expires_ms = desks.now.wall_ms() + 500;
  place(order);
  EXPECT_EQ(home()->next_deadline_us(), desks.now.steady_us + 500 * base::kUsPerMs);
  desks.advance(499);
  EXPECT_EQ(bids().size(), 1U);
  desks.restart(0);
  desks.told(0);
  EXPECT_LE(home()->next_deadline_us(), desks.now.steady_us + base::kUsPerMs);
  desks.advance(1);
  EXPECT_THAT(desks.told(0), ElementsAre("A b1 closed: expired"));
  EXPECT_THAT(bids(), IsEmpty());
}

}  // namespace
}  // namespace syrah::exchange::testing
