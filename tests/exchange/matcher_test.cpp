// What trades with what at one home.

#include "exchange/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"
#include "exchange/limits.h"

namespace syrah::exchange::testing {
namespace {

using ::testing::ElementsAre;

class MatcherTest : public ::testing::Test {
 protected:
  Seq place(PlaceOrder order, std::string id) {
    return desks.place(0, named(std::move(order), std::move(id)));
  }
  static PlaceOrder with(PlaceOrder order, TimeInForce tif) {
    order.tif = tif;
    return order;
  }
  static PlaceOrder with(PlaceOrder order, SelfTrade wish) {
    order.self_trade = wish;
    return order;
  }
  /// s1 sells 2.0 @ 100 for alice, then alice buys 1.0 there with this wish.
  std::vector<std::string> meet(SelfTrade wish) {
    place(sell("2", "100", "alice"), "s1");
    desks.told(0);
    place(with(buy("1", "100"), wish), "b1");
    return desks.told(0);
  }

  Desks desks{1};
};

TEST_F(MatcherTest, BestPriceFirstThenFirstComeAndAtTheMakersPrice) {
  place(sell("1", "101"), "s1");
  place(sell("1", "100"), "s2");
  place(sell("1", "100"), "s3");
  desks.told(0);
  place(buy("2.5", "102"), "b1");
  EXPECT_THAT(desks.told(0),
              ElementsAre("A b1 buys 2.5 @ 102", "A trades 1.0 @ 100, b1 takes s2",
                          "A trades 1.0 @ 100, b1 takes s3", "A trades 0.5 @ 101, b1 takes s1"));
}

TEST_F(MatcherTest, WhatIsLeftRests) {
  place(sell("1", "100"), "s1");
  place(buy("3", "100"), "b1");
  EXPECT_EQ(desks.at(0)->book("BTC-USD")->depth(Side::kBuy, 1).at(0).quantity.lots, 20);
}

TEST_F(MatcherTest, WhatAnImmediateOrderCannotGetIsClosed) {
  place(sell("1", "100"), "s1");
  desks.told(0);
  place(with(buy("3", "100"), TimeInForce::kIoc), "b1");
  EXPECT_THAT(desks.told(0),
              ElementsAre("A b1 buys 3.0 @ 100 ioc", "A trades 1.0 @ 100, b1 takes s1",
                          "A b1 closed: immediate"));
}

TEST_F(MatcherTest, FillOrKillTakesAllOrNothing) {
  place(sell("1", "100"), "s1");
  place(sell("1", "101"), "s2");
  desks.told(0);
  place(with(buy("3", "101"), TimeInForce::kFok), "b1");
  EXPECT_THAT(desks.told(0), ElementsAre("A b1 buys 3.0 @ 101 fok", "A b1 closed: killed"));
  place(with(buy("1.5", "101"), TimeInForce::kFok), "b2");
  EXPECT_THAT(desks.told(0),
              ElementsAre("A b2 buys 1.5 @ 101 fok", "A trades 1.0 @ 100, b2 takes s1",
                          "A trades 0.5 @ 101, b2 takes s2"));
}

TEST_F(MatcherTest, FillOrKillDoesNotCountOrdersOfItsOwnAccount) {
  place(sell("2", "100", "alice"), "s1");
  place(sell("1", "101"), "s2");
  desks.told(0);
  place(with(buy("2", "101"), TimeInForce::kFok), "b1");
  EXPECT_THAT(desks.told(0), ElementsAre("A b1 buys 2.0 @ 101 fok", "A b1 closed: killed"));
}

TEST_F(MatcherTest, PostOnlyRestsOrIsClosed) {
  place(sell("1", "100"), "s1");
  desks.told(0);
  PlaceOrder careful = buy("1", "100");
  careful.post_only = true;
  place(careful, "b1");
  EXPECT_THAT(desks.told(0),
              ElementsAre("A b1 buys 1.0 @ 100 post-only", "A b1 closed: post_only"));
  careful.price = "99";
  place(careful, "b2");
  EXPECT_THAT(desks.told(0), ElementsAre("A b2 buys 1.0 @ 99 post-only"));
}

TEST_F(MatcherTest, SelfTradeDecrementTakesTheSmallerOffBoth) {
  EXPECT_THAT(
      meet(SelfTrade::kDecrementAndCancel),
      ElementsAre("A b1 buys 1.0 @ 100", "A s1 is now 1.0 @ 100", "A b1 closed: self_trade"));
}

TEST_F(MatcherTest, SelfTradeCancelOldest) {
  EXPECT_THAT(meet(SelfTrade::kCancelOldest),
              ElementsAre("A b1 buys 1.0 @ 100", "A s1 closed: self_trade"));
}

TEST_F(MatcherTest, SelfTradeCancelNewest) {
  EXPECT_THAT(meet(SelfTrade::kCancelNewest),
              ElementsAre("A b1 buys 1.0 @ 100", "A b1 closed: self_trade"));
}

TEST_F(MatcherTest, SelfTradeCancelBoth) {
  EXPECT_THAT(
      meet(SelfTrade::kCancelBoth),
      ElementsAre("A b1 buys 1.0 @ 100", "A s1 closed: self_trade", "A b1 closed: self_trade"));
}

TEST_F(MatcherTest, AfterSelfTradePreventionTheRestTradesOn) {
  place(sell("1", "100", "alice"), "s1");
  place(sell("1", "100"), "s2");
  desks.told(0);
  place(with(buy("2", "100"), SelfTrade::kCancelOldest), "b1");
  EXPECT_THAT(desks.told(0), ElementsAre("A b1 buys 2.0 @ 100", "A s1 closed: self_trade",
                                         "A trades 1.0 @ 100, b1 takes s2"));
}

TEST_F(MatcherTest, WhatARefusedHoldGivesBackTradesWithWhatCameMeanwhileAsItsMaker) {
  Desks two(2);
  const Seq remote = two.place(1, named(sell("1", "100"), "r1"));
  two.deliver_all();
  two.place(0, named(buy("1", "100"), "b1"));  // all of it is held
  two.place(0, named(sell("1", "99", "carol"), "s1"));
  ASSERT_TRUE(two.at(1)->cancel("bob", remote, two.now).ok());
  two.at(1).collect(two.now);
  two.told(0);
  two.deliver_all();
  EXPECT_THAT(two.told(0),
              ElementsAre("A releases 1.0 of b1: not_open", "A trades 1.0 @ 100, s1 takes b1"));
  EXPECT_EQ(two.disagreement(), "");
}

TEST_F(MatcherTest, APostOnlyOrderThatClosesDoesNotCostTheBestOrderItsTurn) {
  Desks two(2);
  const Seq first = two.place(1, named(sell("1", "100"), "r1"));
  const Seq second = two.place(1, named(sell("1", "100"), "r2"));
  two.deliver_all();
  two.place(0, named(buy("1", "102"), "b1"));  // all of both is held
  two.place(0, named(buy("1", "101", "dave"), "b2"));
  PlaceOrder maker_only = named(sell("1", "99", "carol"), "p1");
  maker_only.post_only = true;
  two.place(0, maker_only);
  two.place(0, named(sell("1", "100", "erin"), "s1"));
  for (const Seq remote : {first, second}) {
    ASSERT_TRUE(two.at(1)->cancel("bob", remote, two.now).ok());
  }
  two.at(1).collect(two.now);
  two.deliver(0, 1);
  two.told(0);
  const std::size_t written = two.at(0).feed.size();
  two.deliver(1, 0);
  two.restart(0, written);  // both refusals are answered at once
  EXPECT_THAT(two.told(0),
              ElementsAre("A releases 1.0 of b1: not_open", "A releases 1.0 of b2: not_open",
                          "A p1 closed: post_only", "A trades 1.0 @ 102, s1 takes b1"));
  two.deliver_all();
  EXPECT_EQ(two.disagreement(), "");
}

TEST(MatcherAcrossHomes, ManyOrdersThatASilentHomeCouldFillCostNoMoreThanOthers) {
  // Each looking at all of those at each change would not end.
  constexpr std::size_t kOrders = 500;
  Desks desks{2};
  for (std::size_t i = 0; i < kOrders; ++i) desks.place(1, sell("0.1", "100", "bob"));
  desks.deliver_all();
  desks.place(0, buy("0.1", "100"));
  desks.advance(kAnswerLateMs + 1);
  for (std::size_t i = 0; i < kOrders; ++i) desks.place(0, buy("0.1", "100"));
  EXPECT_TRUE(desks.at(0)->book("BTC-USD")->crossed());
  EXPECT_EQ(desks.at(0)->book("BTC-USD")->depth(Side::kBuy, 1).at(0).orders, kOrders);
  desks.deliver_all();
  EXPECT_FALSE(desks.at(0)->book("BTC-USD")->crossed()) << "once it answers, they trade";
}

}  // namespace
}  // namespace syrah::exchange::testing
