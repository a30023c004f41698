// How two homes agree on a trade (design.md, 2.1), line by line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"
#include "exchange/limits.h"

namespace syrah::exchange::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(Agreement, TheTakerHoldsThenTheMakerFillsThenTheTakerConfirms) {
  offer();
  place(kB, buy("1.5", "101"), "b1");
  EXPECT_THAT(desks.told(kB), ElementsAre("B b1 buys 1.5 @ 101", "B holds 1.5 of b1 for a1 @ 100"));
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), ElementsAre("A fills 1.5 @ 100, b1 takes a1"));
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B confirms 1.5 @ 100, b1 takes a1"));
  expect_agreement();
  EXPECT_EQ(desks.at(kC)->book("BTC-USD")->depth(Side::kSell, 1).at(0).quantity.lots, 5);
}

TEST_F(Agreement, TheTradeIsToldOnceAndEachSidesFillByItsHome) {
  offer();
  place(kB, buy("1.5", "101"), "b1");
  desks.deliver_all();
  for (std::size_t at = 0; at < 3; ++at) {
    const auto tape = desks.at(at).facts_of<TradeFact>();
    ASSERT_EQ(tape.size(), 1U) << at;
    EXPECT_EQ(tape[0].taker_side, Side::kBuy);
    EXPECT_EQ(tape[0].quantity.lots, 15);
    EXPECT_EQ(tape[0].price.ticks, 100);
    EXPECT_EQ(desks.at(at).facts_of<FillFact>().size(), at == kC ? 0U : 1U);
  }
  EXPECT_TRUE(desks.at(kA).facts_of<FillFact>().at(0).maker);
  EXPECT_FALSE(desks.at(kB).facts_of<FillFact>().at(0).maker);
}

TEST_F(Agreement, WhatIsHeldIsNeitherFreeNorInTheBook) {
  offer();
  const Seq taker = place(kB, buy("3", "100"), "b1");
  const Order& order = *desks.at(kB)->own_order(taker);
  EXPECT_EQ(order.held.lots, 20);
  EXPECT_EQ(order.free().lots, 10);
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->depth(Side::kBuy, 1).at(0).quantity.lots, 10);
}

TEST_F(Agreement, TheMakerFillsWhatIsFreeAndTheRestOfTheHoldIsFreeAgain) {
  offer();
  place(kB, buy("2", "100"), "b1");
  place(kA, buy("1.5", "100", "carol"), "a2");
  desks.told(kA);
  desks.told(kB);
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), ElementsAre("A fills 0.5 @ 100, b1 takes a1"));
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B confirms 0.5 @ 100, b1 takes a1"));
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->depth(Side::kBuy, 1).at(0).quantity.lots, 15);
  expect_agreement();
}

TEST_F(Agreement, RefusedWhenNothingIsFree) {
  place(kC, buy("2", "100", "carol"), "c1");
  desks.advance(5);
  place(kA, sell("2", "100"), "a1");
  desks.deliver(kA, kB);
  place(kB, buy("1", "100"), "b1");
  desks.deliver(kC, kA);  // a1 is the younger one: all of it is promised to c1
  desks.told(kA);
  desks.told(kB);
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), ElementsAre("A refuses a1 for b1: no_quantity"));
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B releases 1.0 of b1: no_quantity"));
  expect_agreement();
}

TEST_F(Agreement, RefusedAfterACancel) {
  offer();
  place(kB, buy("1", "100"), "b1");
  cancel(kA, maker, "bob");
  desks.told(kA);
  desks.told(kB);
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), ElementsAre("A refuses a1 for b1: not_open"));
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B releases 1.0 of b1: not_open"));
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->depth(Side::kBuy, 1).at(0).quantity.lots, 10);
  expect_agreement();
}

TEST_F(Agreement, RefusedWhenThePriceMoved) {
  offer();
  place(kB, buy("1", "100"), "b1");
  replace(kA, maker, "bob", "102", "");
  desks.told(kA);
  desks.told(kB);
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), ElementsAre("A refuses a1 for b1: price_moved"));
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B releases 1.0 of b1: price_moved"));
  expect_agreement();
}

TEST_F(Agreement, ATakerThatWasReplacedMeanwhileDoesNotBlockOthersOfItsHome) {
  offer();
  const Seq taker = place(kB, buy("1", "100"), "b1");
  replace(kB, taker, "alice", "99", "2");
  desks.deliver_all();
  desks.told(kB);
  place(kB, buy("1", "100", "carol"), "b2");
  for (int round = 0; round < 10; ++round) {
    desks.advance(500);
    desks.deliver_all();
  }
  expect_agreement();
}

TEST_F(Agreement, AfterARefusalTheSameOrderIsAskedForAgainOnlyAfterAWait) {
  offer();
  place(kB, buy("1", "100"), "b1");
  replace(kA, maker, "bob", "99", "");
  desks.deliver(kB, kA);
  desks.told(kB);
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B releases 1.0 of b1: price_moved"));
  EXPECT_LE(desks.at(kB)->next_deadline_us(),
            desks.now.steady_us + kRefusalBackoffMinMs * base::kUsPerMs);
  desks.advance(kRefusalBackoffMinMs);
  // a1 lost its priority: it is the younger one now, and A asks.
  desks.deliver_all();
  expect_agreement();
}

TEST_F(Agreement, ARefusalThatComesAfterARestartDoesNotBlockTheOrder) {
  offer();
  place(kB, buy("1", "100"), "b1");
  replace(kA, maker, "bob", "99", "");
  desks.deliver(kA, kB);  // B knows the order as it is now, and not yet that it is refused
  desks.restart(kB);
  desks.deliver_all();
  place(kB, buy("1", "99", "carol"), "b2");
  desks.deliver_all();
  desks.advance(kRefusalBackoffMinMs);
  expect_agreement();
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->size(), 0U);
}

TEST_F(Agreement, OrdersThatRestedBeforeTheyHeardOfEachOtherTradeOnce) {
  place(kA, sell("2", "100"), "a1");
  desks.advance(5);
  place(kB, buy("1", "101"), "b1");
  desks.told(kA);
  desks.told(kB);
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), IsEmpty()) << "the older one's home waits";
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B holds 1.0 of b1 for a1 @ 100"));
  expect_agreement();
  EXPECT_THAT(desks.told(kA), ElementsAre("A fills 1.0 @ 100, b1 takes a1"));
}

TEST_F(Agreement, TheYoungerPostOnlyOrderClosesWhenTheyHearOfEachOther) {
  place(kA, sell("2", "100"), "a1");
  desks.advance(5);
  PlaceOrder careful = buy("1", "101");
  careful.post_only = true;
  place(kB, careful, "b1");
  desks.told(kB);
  desks.deliver(kB, kA);
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B b1 closed: post_only"));
  expect_agreement();
}

TEST_F(Agreement, TheOlderPostOnlyOrderMakes) {
  PlaceOrder careful = sell("2", "100");
  careful.post_only = true;
  place(kA, careful, "a1");
  desks.advance(5);
  place(kB, buy("1", "101"), "b1");
  expect_agreement();
  EXPECT_EQ(desks.at(kA).facts_of<FillFact>().size(), 1U);
}

TEST_F(Agreement, WhatAnImmediateOrderDidNotAskForIsClosedAtOnceAndTheHoldIsAnsweredLater) {
  offer();
  PlaceOrder order = buy("3", "100");
  order.tif = TimeInForce::kIoc;
  const Seq taker = place(kB, order, "b1");
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B b1 buys 3.0 @ 100 ioc", "B holds 2.0 of b1 for a1 @ 100",
                          "B b1 closed: immediate"));
  EXPECT_FALSE(desks.at(kB)->own_order(taker)->over());
  desks.deliver(kB, kA);
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B confirms 2.0 @ 100, b1 takes a1"));
  expect_agreement();
}

TEST_F(Agreement, AnImmediateOrderLooksPastWhatIsAskedForAlready) {
  offer("2");
  const Seq far = place(kC, sell("2", "100", "dave"), "c1");
  desks.deliver_all();
  ASSERT_NE(far, 0U);
  place(kB, buy("1.5", "100"), "b1");  // asks for most of a1
  PlaceOrder order = buy("2", "100", "carol");
  order.tif = TimeInForce::kIoc;
  desks.told(kB);
  place(kB, order, "b2");
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B b2 buys 2.0 @ 100 ioc", "B holds 0.5 of b2 for a1 @ 100",
                          "B holds 1.5 of b2 for c1 @ 100", "B b2 closed: immediate"));
  expect_agreement();
}

TEST_F(Agreement, AtMostFourRequestsOfOneOrderAreInDoubt) {
  for (int i = 0; i < 6; ++i) place(kA, sell("1", "100"), "a" + std::to_string(i));
  desks.deliver_all();
  place(kB, buy("6", "100"), "b1");
  EXPECT_EQ(desks.at(kB)->home(desks.at(kB).id())->holds().size(), kHoldsPerOrderMax);
  expect_agreement();
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->size(), 0U) << "the rest was asked for afterwards";
}

TEST_F(Agreement, AtMost256RequestsToOneHomeAreInDoubt) {
  for (int i = 0; i < 300; ++i) place(kA, sell("1", "100"), "");
  desks.deliver_all();
  for (int i = 0; i < 300; ++i) place(kB, buy("1", "100"), "");
  EXPECT_EQ(desks.at(kB)->home(desks.at(kB).id())->holds().size(), kHoldsPerHomeMax);
  PlaceOrder whole = buy("30", "100");
  whole.tif = TimeInForce::kFok;
  place(kB, whole, "b1");
  EXPECT_EQ(desks.at(kB)->home(desks.at(kB).id())->holds().size(), kHoldsPerHomeMax);
  expect_agreement();
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->size(), 0U);
}

TEST_F(Agreement, ALateAnswerStopsNewRequestsUntilItComes) {
  offer();
  place(kB, buy("1", "100"), "b1");
  desks.advance(kAnswerLateMs);
  desks.told(kB);
  place(kB, buy("1", "100", "carol"), "b2");
  EXPECT_THAT(desks.told(kB), ElementsAre("B b2 buys 1.0 @ 100"));
  desks.deliver(kB, kA);
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B confirms 1.0 @ 100, b1 takes a1", "B holds 1.0 of b2 for a1 @ 100"));
  expect_agreement();
}

TEST_F(Agreement, ASilentHomeIsNotMatchedAndComesBack) {
  offer();
  desks.set_reach(kB, kA, Reach::kSilent);
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->size(), 0U);
  place(kB, buy("1", "100"), "b1");
  EXPECT_THAT(desks.told(kB), ElementsAre("B b1 buys 1.0 @ 100"));
  desks.set_reach(kB, kA, Reach::kLive);
  EXPECT_THAT(desks.told(kB), ElementsAre("B holds 1.0 of b1 for a1 @ 100"));
  expect_agreement();
}

TEST_F(Agreement, ARejectedHomeLeavesTheBook) {
  offer();
  desks.at(kB)->reject_home(desks.at(kA).id(), desks.now);
  desks.at(kB).collect(desks.now);
  EXPECT_EQ(desks.at(kB)->book("BTC-USD")->size(), 0U);
  EXPECT_EQ(desks.at(kB)->reach(desks.at(kA).id()), Reach::kGone);
}

TEST_F(Agreement, AnAbandonedHoldIsReleasedOnTheRecord) {
  offer();
  const Seq taker = place(kB, buy("1", "100"), "b1");
  const Seq hold = taker + 1;
  desks.set_reach(kB, kA, Reach::kSilent);
  desks.told(kB);
  ASSERT_TRUE(desks.at(kB)->abandon(hold, desks.now).ok());
  desks.at(kB).collect(desks.now);
  EXPECT_THAT(desks.told(kB), ElementsAre("B releases 1.0 of b1: abandoned"));
  EXPECT_EQ(desks.at(kB)->abandon(hold, desks.now).error().message,
            "no hold " + std::to_string(hold) + " is in doubt");
  EXPECT_TRUE(desks.at(kB).facts_of<AbandonedFilledFact>().empty());
}

TEST_F(Agreement, AnAbandonedHoldThatWasFilledAfterAllIsReported) {
  offer();
  const Seq taker = place(kB, buy("1", "100"), "b1");
  const Seq hold = taker + 1;
  desks.deliver_one(kB, kA);
  desks.deliver_one(kB, kA);  // the hold: A fills it
  ASSERT_TRUE(desks.at(kB)->abandon(hold, desks.now).ok());
  desks.at(kB).collect(desks.now);
  cancel(kB, taker, "alice");
  desks.deliver(kA, kB);
  const auto facts = desks.at(kB).facts_of<AbandonedFilledFact>();
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].trade, (TradeId{desks.at(kB).id(), hold}));
  EXPECT_EQ(facts[0].maker, (OrderId{desks.at(kA).id(), maker}));
  EXPECT_EQ(facts[0].quantity.lots, 10);
  // Entries go on as if nothing had happened.
  desks.deliver_all();
  EXPECT_EQ(desks.at(kB).facts_of<AbandonedFilledFact>().size(), 1U);
}

TEST_F(Agreement, DecisionsAreForgottenAtACheckpointOnceTheAnswersArrived) {
  offer();
  place(kB, buy("1", "100"), "b1");
  desks.deliver_all();
  const Seq doubtful = place(kB, buy("0.5", "100"), "b2");
  desks.deliver_all();
  ASSERT_NE(doubtful, 0U);
  desks.told(kA);
  const HomeState& state = *desks.at(kA)->home(desks.at(kA).id());
  EXPECT_EQ(state.decisions().size(), 2U);
  const Seq spare = place(kA, sell("1", "200"), "a2");
  for (std::uint64_t n = 0; n < kCheckpointEntriesMin / 2; ++n) {
    replace(kA, spare, "bob", "201", "");
    replace(kA, spare, "bob", "200", "");
  }
  EXPECT_TRUE(state.decisions().empty());
  EXPECT_EQ(desks.at(kA).checkpoints.size(), 1U);
  EXPECT_LT(state.settled_below(desks.at(kB).id()), doubtful + 10);
  expect_agreement();
  EXPECT_EQ(desks.at(kB).checkpoints.size(), 1U);
  EXPECT_EQ(desks.at(kB).checkpoints.at(0).text, desks.at(kA).checkpoints.at(0).text);
}

}  // namespace
}  // namespace syrah::exchange::testing
