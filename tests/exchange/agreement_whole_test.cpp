// Fill or kill across homes: one home fills all of it, or nobody anything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"
#include "exchange/limits.h"

namespace syrah::exchange::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AgreementWhole : public Agreement {
 protected:
  Seq place_whole(std::string quantity, std::string price, std::string id) {
    PlaceOrder order = buy(std::move(quantity), std::move(price));
    order.tif = TimeInForce::kFok;
    return place(kB, order, std::move(id));
  }
};

TEST_F(AgreementWhole, OneHomeFillsItWhole) {
  place(kA, sell("1", "100"), "a1");
  place(kA, sell("1", "101"), "a2");
  desks.deliver_all();
  desks.told(kA);
  place_whole("1.5", "101", "b1");
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B b1 buys 1.5 @ 101 fok", "B holds 1.0 of b1 for a1 @ 100 (1 of 2)",
                          "B holds 0.5 of b1 for a2 @ 101 (2 of 2)"));
  desks.deliver_one(kB, kA);
  desks.deliver_one(kB, kA);
  EXPECT_THAT(desks.told(kA), IsEmpty()) << "half of a group decides nothing";
  desks.deliver_one(kB, kA);
  EXPECT_THAT(desks.told(kA),
              ElementsAre("A fills 1.0 @ 100, b1 takes a1", "A fills 0.5 @ 101, b1 takes a2"));
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB), ElementsAre("B confirms 1.0 @ 100, b1 takes a1",
                                          "B confirms 0.5 @ 101, b1 takes a2"));
  expect_agreement();
}

TEST_F(AgreementWhole, TwoHomesThatCouldOnlyTogetherKillIt) {
  place(kA, sell("1", "100"), "a1");
  place(kC, sell("1", "100", "carol"), "c1");
  desks.deliver_all();
  place_whole("2", "100", "b1");
  EXPECT_THAT(desks.told(kB), ElementsAre("B b1 buys 2.0 @ 100 fok", "B b1 closed: killed"));
  expect_agreement();
}

TEST_F(AgreementWhole, AfterARefusalTheNextHomeIsTriedAndNoneTwice) {
  const Seq first = place(kA, sell("2", "100"), "a1");
  place(kC, sell("2", "101", "carol"), "c1");
  desks.deliver_all();
  place_whole("2", "101", "b1");
  cancel(kA, first, "bob");
  desks.told(kB);
  desks.deliver(kB, kA);
  desks.deliver(kA, kB);
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B releases 2.0 of b1: not_whole", "B holds 2.0 of b1 for c1 @ 101"));
  expect_agreement();
  EXPECT_THAT(desks.told(kB), ElementsAre("B confirms 2.0 @ 101, b1 takes c1"));
}

TEST_F(AgreementWhole, ItTakesFromOrdersThatCameWhileItWaitedAtTheirPrice) {
  const Seq first = place(kA, sell("2", "100"), "a1");
  desks.deliver_all();
  place_whole("2", "101", "b1");
  PlaceOrder careful = sell("2", "99", "carol");
  careful.post_only = true;
  place(kB, careful, "b2");
  cancel(kA, first, "bob");
  desks.told(kB);
  desks.deliver_all();
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B releases 2.0 of b1: not_whole", "B trades 2.0 @ 99, b1 takes b2"));
  expect_agreement();
}

TEST_F(AgreementWhole, KilledWhenEveryHomeRefused) {
  const Seq first = place(kA, sell("2", "100"), "a1");
  desks.deliver_all();
  place_whole("2", "100", "b1");
  cancel(kA, first, "bob");
  desks.told(kB);
  desks.deliver_all();
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B releases 2.0 of b1: not_whole", "B b1 closed: killed"));
  expect_agreement();
}

TEST_F(AgreementWhole, OneRequestThatCannotBeFilledWholeIsRefusedToo) {
  place(kA, sell("2", "100"), "a1");
  desks.deliver_all();
  place_whole("2", "100", "b1");
  place(kA, buy("1", "100", "carol"), "a2");  // half of a1 is gone before the request comes
  desks.told(kA);
  desks.deliver(kB, kA);
  EXPECT_THAT(desks.told(kA), ElementsAre("A refuses a1 for b1: not_whole"));
  expect_agreement();
}

TEST_F(AgreementWhole, ARefusedGroupDoesNotBlockOrdersThatWereNotShort) {
  const Seq first = place(kA, sell("1", "100"), "a1");
  place(kA, sell("1", "100"), "a2");
  desks.deliver_all();
  place_whole("2", "100", "b1");
  cancel(kA, first, "bob");
  desks.deliver_all();
  desks.told(kB);
  place(kB, buy("1", "100"), "b2");
  for (int round = 0; round < 5; ++round) {
    desks.advance(kRefusalBackoffMaxMs);
    desks.deliver_all();
  }
  EXPECT_THAT(desks.told(kB),
              ::testing::Contains(std::string("B confirms 1.0 @ 100, b2 takes a2")));
  expect_agreement();
}

TEST_F(AgreementWhole, AbandoningItsHoldGoesOnWithTheNextHomeOrKillsIt) {
  place(kA, sell("2", "100"), "a1");
  desks.deliver_all();
  const Seq taker = place_whole("2", "100", "b1");
  desks.set_reach(kB, kA, Reach::kSilent);
  desks.told(kB);
  ASSERT_TRUE(desks.at(kB)->abandon(taker + 1, desks.now).ok());
  desks.at(kB).collect(desks.now);
  EXPECT_THAT(desks.told(kB),
              ElementsAre("B releases 2.0 of b1: abandoned", "B b1 closed: killed"));
}

TEST_F(AgreementWhole, CannotBeReplacedWhileItIsInDoubt) {
  place(kA, sell("2", "100"), "a1");
  desks.deliver_all();
  const Seq taker = place_whole("2", "100", "b1");
  const auto replaced = desks.at(kB)->replace({"alice", taker, "", "3"}, desks.now);
  ASSERT_FALSE(replaced.ok());
  EXPECT_EQ(replaced.error().message,
            "only orders that rest can be changed, GTC and GTD, and stop orders that wait");
  expect_agreement();
}

TEST_F(AgreementWhole, AGroupOfWhichAPartWasLostWithTheTakersDiskIsGivenBack) {
  place(kA, sell("1", "100"), "a1");
  place(kA, sell("1", "100"), "a2");
  desks.deliver_all();
  const Seq taker = place_whole("2", "100", "b1");
  desks.restart(kB, taker + 1);  // the order and the first hold
  desks.deliver_all();
  EXPECT_EQ(desks.disagreement(), "");
  const Order* order = desks.at(kB)->own_order(taker);
  EXPECT_TRUE(order == nullptr || order->closed);
}

TEST_F(AgreementWhole, AGroupThatTheMakerDecidedInPartBeforeItStoppedIsDecidedAlike) {
  place(kA, sell("1", "100"), "a1");
  place(kA, sell("1", "100"), "a2");
  desks.deliver_all();
  place_whole("2", "100", "b1");
  desks.told(kA);
  desks.deliver(kB, kA);
  ASSERT_EQ(desks.told(kA).size(), 2U);
  desks.restart(kA, desks.at(kA).feed.size() - 1);
  EXPECT_THAT(desks.told(kA), ElementsAre("A fills 1.0 @ 100, b1 takes a2"));
  expect_agreement();
}

}  // namespace
}  // namespace syrah::exchange::testing
