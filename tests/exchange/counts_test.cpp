// What is counted for metrics: each thing that happened, once, and by the home it is the matter of.

#include "exchange/counts.h"

#include <gtest/gtest.h>

#include "exchange/agreement.h"

namespace syrah::exchange::testing {
namespace {

std::size_t at(CloseReason reason) { return static_cast<std::size_t>(reason); }
std::size_t at(RefuseReason reason) { return static_cast<std::size_t>(reason); }
constexpr std::size_t kBuys = static_cast<std::size_t>(Side::kBuy);
constexpr std::size_t kSells = static_cast<std::size_t>(Side::kSell);

class CountsTest : public Agreement {
 protected:
  const Counts& counts(std::size_t desk) { return desks.at(desk)->counts(); }
  const InstrumentCounts& coin_counts(std::size_t desk) {
    return counts(desk).instruments.at("BTC-USD");
  }
};

TEST_F(CountsTest, EveryReasonHasItsPlaceAndItsName) {
  for (std::size_t i = 0; i < kCloseReasonCount; ++i) {
    EXPECT_NE(to_text(static_cast<CloseReason>(i)), "");
  }
  for (std::size_t i = 0; i < kRefuseReasonCount; ++i) {
    EXPECT_NE(to_text(static_cast<RefuseReason>(i)), "");
  }
  EXPECT_EQ(at(CloseReason::kUnconfirmed), kCloseReasonCount - 1);
  EXPECT_EQ(at(RefuseReason::kAbandoned), kRefuseReasonCount - 1);
}

TEST_F(CountsTest, OrdersAndTheirEnds) {
  const Seq cancelled = place(kA, buy("1", "90"), "a1");
  EXPECT_EQ(coin_counts(kA).accepted[kBuys], 1U);
  EXPECT_EQ(desks.at(kA)->open_orders(), 1U);
  replace(kA, cancelled, "alice", "91", "");
  cancel(kA, cancelled, "alice");
  PlaceOrder immediate = buy("1", "90");
  immediate.tif = TimeInForce::kIoc;
  place(kA, immediate, "a2");
  immediate.tif = TimeInForce::kFok;
  place(kA, immediate, "a3");
  EXPECT_EQ(coin_counts(kA).accepted[kBuys], 3U) << "a change is no new order";
  EXPECT_EQ(coin_counts(kA).accepted[kSells], 0U);
  EXPECT_EQ(coin_counts(kA).over[at(CloseReason::kCancelled)], 1U);
  EXPECT_EQ(coin_counts(kA).over[at(CloseReason::kImmediate)], 1U);
  EXPECT_EQ(coin_counts(kA).over[at(CloseReason::kKilled)], 1U);
  desks.deliver_all();
  EXPECT_EQ(coin_counts(kB).accepted[kBuys], 0U) << "others' orders are counted by their homes";
  EXPECT_EQ(desks.at(kB)->open_orders(), 0U);
}

TEST_F(CountsTest, ATradeAtHome) {
  place(kA, sell("2", "100"), "a1");
  place(kA, buy("2", "100"), "a2");
  desks.deliver_all();
  EXPECT_EQ(coin_counts(kA).fills_as_maker, 1U);
  EXPECT_EQ(coin_counts(kA).fills_as_taker, 1U);
  EXPECT_EQ(coin_counts(kA).decided, 1U);
  EXPECT_EQ(coin_counts(kA).over[at(CloseReason::kFilled)], 2U);
  EXPECT_EQ(desks.at(kA)->open_orders(), 0U);
  EXPECT_EQ(counts(kA).asked, 0U);
  for (const std::size_t desk : {kA, kB, kC}) EXPECT_EQ(coin_counts(desk).trades, 1U) << desk;
  EXPECT_EQ(coin_counts(kB).decided, 0U);
}

TEST_F(CountsTest, ATradeBetweenHomes) {
  offer();
  place(kB, buy("1.5", "101"), "b1");
  EXPECT_EQ(counts(kB).asked, 1U);
  EXPECT_EQ(counts(kB).answer_us.count(), 0U);
  EXPECT_EQ(coin_counts(kB).over[at(CloseReason::kFilled)], 0U);
  desks.deliver(kB, kA);
  desks.now.steady_us += 20'000;
  desks.deliver_all();
  EXPECT_EQ(counts(kB).asked_filled, 1U);
  EXPECT_EQ(counts(kB).answer_us.count(), 1U);
  EXPECT_EQ(counts(kB).answer_us.sum(), 20'000U);
  EXPECT_EQ(coin_counts(kB).fills_as_taker, 1U);
  EXPECT_EQ(coin_counts(kB).over[at(CloseReason::kFilled)], 1U);
  EXPECT_EQ(coin_counts(kA).fills_as_maker, 1U);
  EXPECT_EQ(coin_counts(kA).decided, 1U);
  EXPECT_EQ(coin_counts(kB).decided, 0U);
  for (const std::size_t desk : {kA, kB, kC}) EXPECT_EQ(coin_counts(desk).trades, 1U) << desk;
  EXPECT_EQ(coin_counts(kC).fills_as_maker + coin_counts(kC).fills_as_taker, 0U);
}

TEST_F(CountsTest, ARefusalIsOneOfTheMakersAndOneEndOfAQuestion) {
  offer();
  place(kB, buy("1", "100"), "b1");
  cancel(kA, maker, "bob");
  desks.deliver_all();
  EXPECT_EQ(counts(kA).others_refused[at(RefuseReason::kNotOpen)], 1U);
  EXPECT_EQ(counts(kB).asked_refused[at(RefuseReason::kNotOpen)], 1U);
  EXPECT_EQ(counts(kB).answer_us.count(), 1U);
  EXPECT_EQ(counts(kB).asked, 1U);
  EXPECT_EQ(counts(kB).asked_filled, 0U);
}

TEST_F(CountsTest, AnAbandonedQuestionHadNoAnswer) {
  offer();
  place(kB, buy("1", "100"), "b1");
  const Seq hold = desks.at(kB)->home(desks.at(kB).id())->holds().begin()->first;
  ASSERT_TRUE(desks.at(kB)->abandon(hold, desks.now).ok());
  desks.at(kB).collect(desks.now);
  EXPECT_EQ(counts(kB).asked_refused[at(RefuseReason::kAbandoned)], 1U);
  EXPECT_EQ(counts(kB).answer_us.count(), 0U);
}

TEST_F(CountsTest, WhatIsReadAtTheStartHappenedBefore) {
  offer();
  place(kB, buy("1", "100"), "b1");
  desks.deliver_all();
  desks.restart(kA);
  EXPECT_EQ(coin_counts(kA).accepted[kSells], 0U);
  EXPECT_EQ(coin_counts(kA).fills_as_maker, 0U);
  EXPECT_EQ(coin_counts(kA).trades, 0U);
  EXPECT_EQ(desks.at(kA)->open_orders(), 1U) << "what is now, is";
}

// ---- trade-through -----------------------------------------------------------------------------

class TradeThrough : public CountsTest {
 protected:
  /// A decides to fill B's order at 100. What C offers is known to A alone.
  void trade_past(PlaceOrder better, std::int64_t better_for_ms,
                  const std::string& takers_account = "alice") {
    place(kC, std::move(better), "c1");
    desks.deliver(kC, kA);
    desks.advance(better_for_ms);
    maker = place(kA, sell("2", "100"), "a1");
    desks.deliver(kA, kB);
    place(kB, buy("2", "100", takers_account), "b1");
    desks.deliver(kB, kA);
    ASSERT_EQ(coin_counts(kA).decided, 1U);
  }
  std::array<std::uint64_t, 3> traded_through() { return coin_counts(kA).traded_through; }
};

using Ages = std::array<std::uint64_t, 3>;  // 250 ms, 1 s, 2 s

TEST_F(TradeThrough, ABetterPriceThatWasThereLongEnough) {
  trade_past(sell("1", "99", "carol"), 1500);
  EXPECT_EQ(traded_through(), (Ages{1, 1, 0}));
}

TEST_F(TradeThrough, TheSamePriceEarlier) {
  trade_past(sell("1", "100", "carol"), 300);
  EXPECT_EQ(traded_through(), (Ages{1, 0, 0}));
}

TEST_F(TradeThrough, NotWhatCannotHaveBeenKnownEverywhere) {
  trade_past(sell("1", "99", "carol"), 100);
  EXPECT_EQ(traded_through(), (Ages{0, 0, 0}));
}

TEST_F(TradeThrough, NotAWorsePrice) {
  trade_past(sell("1", "101", "carol"), 5000);
  EXPECT_EQ(traded_through(), (Ages{0, 0, 0}));
}

TEST_F(TradeThrough, NotTheTakersOwnOrder) {
  trade_past(sell("1", "99", "dave"), 5000, "dave");
  EXPECT_EQ(traded_through(), (Ages{0, 0, 0}));
}

TEST_F(TradeThrough, NotWhatCannotBeReached) {
  place(kC, sell("1", "99", "carol"), "c1");
  desks.deliver(kC, kA);
  desks.advance(5000);
  desks.set_reach(kA, kC, Reach::kSilent);
  offer();
  place(kB, buy("2", "100"), "b1");
  desks.deliver(kB, kA);
  ASSERT_EQ(coin_counts(kA).decided, 1U);
  EXPECT_EQ(traded_through(), (Ages{0, 0, 0}));
}

TEST_F(TradeThrough, BuyersAreTreatedAlike) {
  place(kC, buy("1", "101", "carol"), "c1");
  desks.deliver(kC, kA);
  desks.advance(2000);
  place(kA, buy("2", "100"), "a1");
  desks.deliver(kA, kB);
  place(kB, sell("2", "100"), "b1");
  desks.deliver(kB, kA);
  EXPECT_EQ(traded_through(), (Ages{1, 1, 1}));
}

}  // namespace
}  // namespace syrah::exchange::testing
