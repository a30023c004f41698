// Self-trade prevention between orders of one account at two homes: what the taker's order wishes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"

namespace syrah::exchange::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AgreementSelfTrade : public Agreement {
 protected:
  void meet(SelfTrade wish, std::string quantity) {
    PlaceOrder offered = sell("2", "100", "alice");
    place(kA, offered, "a1");
    desks.deliver_all();
    desks.told(kA);
    PlaceOrder order = buy(std::move(quantity), "100", "alice");
    order.self_trade = wish;
    place(kB, order, "b1");
    desks.deliver_all();
  }
  [[nodiscard]] std::int64_t left(Side side) {
    const auto depth = desks.at(kC)->book("BTC-USD")->depth(side, 1);
    return depth.empty() ? 0 : depth.at(0).quantity.lots;
  }
};

TEST_F(AgreementSelfTrade, DecrementTakesTheSmallerOffBoth) {
  meet(SelfTrade::kDecrementAndCancel, "0.5");
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B b1 buys 0.5 @ 100", "B holds 0.5 of b1 for a1 @ 100 self-trade",
                          "B releases 0.5 of b1: self_trade, less 0.5"));
  EXPECT_THAT(desks.told(kA), ElementsAre("A refuses a1 for b1: self_trade, less 0.5"));
  EXPECT_EQ(left(Side::kSell), 15);
  EXPECT_EQ(left(Side::kBuy), 0);
  expect_agreement();
}

TEST_F(AgreementSelfTrade, DecrementLeavesTheLargerTaker) {
  meet(SelfTrade::kDecrementAndCancel, "3");
  EXPECT_EQ(left(Side::kSell), 0);
  EXPECT_EQ(left(Side::kBuy), 10);
  expect_agreement();
}

TEST_F(AgreementSelfTrade, CancelOldestClosesTheMaker) {
  meet(SelfTrade::kCancelOldest, "0.5");
  EXPECT_THAT(desks.told(kA),
              ElementsAre("A a1 closed: self_trade", "A refuses a1 for b1: self_trade"));
  EXPECT_EQ(left(Side::kSell), 0);
  EXPECT_EQ(left(Side::kBuy), 5);
  expect_agreement();
}

TEST_F(AgreementSelfTrade, CancelNewestClosesTheTakerWithoutAsking) {
  meet(SelfTrade::kCancelNewest, "0.5");
  EXPECT_THAT(desks.told(kB), ElementsAre("B b1 buys 0.5 @ 100", "B b1 closed: self_trade"));
  EXPECT_THAT(desks.told(kA), IsEmpty());
  EXPECT_EQ(left(Side::kSell), 20);
  expect_agreement();
}

TEST_F(AgreementSelfTrade, CancelBothClosesBoth) {
  meet(SelfTrade::kCancelBoth, "3");
  EXPECT_EQ(left(Side::kSell), 0);
  EXPECT_EQ(left(Side::kBuy), 0);
  expect_agreement();
}

TEST_F(AgreementSelfTrade, AMakerThatStopsBetweenItsTwoEntriesEndsTheSame) {
  place(kA, sell("2", "100", "alice"), "a1");
  desks.deliver_all();
  PlaceOrder order = buy("1", "100", "alice");
  order.self_trade = SelfTrade::kCancelOldest;
  place(kB, order, "b1");
  desks.deliver(kB, kA);
  desks.restart(kA, desks.at(kA).feed.size() - 1);
  for (int round = 0; round < 5; ++round) {
    desks.deliver_all();
    desks.advance(2000);
  }
  EXPECT_EQ(left(Side::kSell), 0);
  EXPECT_EQ(left(Side::kBuy), 10);
  expect_agreement();
}

}  // namespace
}  // namespace syrah::exchange::testing
