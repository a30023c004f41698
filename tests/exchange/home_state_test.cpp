#include "exchange/home_state.h"

#include <gtest/gtest.h>

#include "exchange/fixture.h"
#include "exchange/home_snapshot.h"
#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

using testing::home_of;
using testing::kHome;
using testing::kOther;
using testing::Writer;

class HomeStateTest : public ::testing::Test {
 protected:
  HomeStateTest() { feed.declare(); }

  /// The event is refused, with this code, and nothing changed.
  void expect_refused(const Event& event, base::ErrorCode code,
                      const std::string& instrument = "BTC-USD") {
    const std::string before = HomeSnapshot::write(feed.state);
    const base::Result<std::vector<Seq>> result = feed.apply(event, instrument);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_FALSE(result.error().message.empty());
    EXPECT_EQ(HomeSnapshot::write(feed.state), before);
  }

  void expect_amounts(Seq seq, std::int64_t filled, std::int64_t held, std::int64_t cancelled,
                      std::int64_t free) {
    const Order* order = feed.state.order(seq);
    ASSERT_NE(order, nullptr);
    EXPECT_EQ(order->filled.lots, filled);
    EXPECT_EQ(order->held.lots, held);
    EXPECT_EQ(order->cancelled.lots, cancelled);
    EXPECT_EQ(order->free().lots, free);
  }

  Traded trade_with_taker(Seq maker, std::int64_t ticks, std::int64_t lots, Seq trade = 70) {
    return {{kOther, trade}, {kHome, maker}, {kOther, 60}, {ticks}, {lots}};
  }
  Traded answer(Seq hold, Seq taker, std::int64_t ticks, std::int64_t lots) {
    return {{kHome, hold}, {kOther, 9}, {kHome, taker}, {ticks}, {lots}};
  }

  Writer feed;
};

TEST_F(HomeStateTest, EntriesFollowOnEachOther) {
  Recorded recorded = feed.next(LeaseRenewed{5}, "");
  recorded.seq += 1;
  EXPECT_FALSE(feed.state.apply(recorded).ok());
  recorded.seq -= 2;
  EXPECT_FALSE(feed.state.apply(recorded).ok());
  recorded.seq += 1;
  recorded.home = kOther;
  EXPECT_FALSE(feed.state.apply(recorded).ok());
  recorded.home = kHome;
  EXPECT_TRUE(feed.state.apply(recorded).ok());
  EXPECT_EQ(feed.state.seq(), 2U);
}

TEST_F(HomeStateTest, InstrumentsAreDeclaredOnceWithTheSameSteps) {
  EXPECT_TRUE(feed.apply(InstrumentDeclared{testing::bitcoin()}, "").ok());
  Instrument other = testing::bitcoin();
  other.tick = {5, 1};
  expect_refused(InstrumentDeclared{other}, base::ErrorCode::kRefused, "");
  other.name = "nonsense";
  expect_refused(InstrumentDeclared{other}, base::ErrorCode::kInvalid, "");
  EXPECT_EQ(feed.state.instruments().all().size(), 1U);
}

TEST_F(HomeStateTest, AcceptedOrderIsOpen) {
  OrderAccepted event;
  event.side = Side::kSell;
  event.price = {100};
  event.quantity = {10};
  event.tif = TimeInForce::kGtd;
  event.expires_ms = 77;
  event.post_only = true;
  event.account = "alice";
  event.client_id = "a-1";
  const Recorded recorded = feed.next(event);
  const base::Result<std::vector<Seq>> touched = feed.state.apply(recorded);
  ASSERT_TRUE(touched.ok());
  EXPECT_EQ(*touched, std::vector<Seq>{2});
  const Order& order = *feed.state.order(2);
  EXPECT_EQ(order.id, (OrderId{kHome, 2}));
  EXPECT_EQ(order.instrument, "BTC-USD");
  EXPECT_EQ(order.side, Side::kSell);
  EXPECT_EQ(order.accepted, recorded.time);
  EXPECT_EQ(order.priority, (Priority{recorded.time, kHome, 2}));
  EXPECT_EQ(order.version, 2U);
  EXPECT_EQ(order.expires_ms, 77);
  EXPECT_TRUE(order.post_only);
  EXPECT_EQ(order.client_id, "a-1");
  EXPECT_FALSE(order.closed);
  expect_amounts(2, 0, 0, 0, 10);
}

TEST_F(HomeStateTest, ImpossibleOrdersAreRefused) {
  OrderAccepted good;
  good.price = {100};
  good.quantity = {10};
  good.account = "alice";
  expect_refused(good, base::ErrorCode::kInvalid, "ETH-USD");
  expect_refused(good, base::ErrorCode::kInvalid, "");
  const auto expect_bad = [&](auto change) {
    OrderAccepted bad = good;
    change(bad);
    expect_refused(bad, base::ErrorCode::kInvalid);
  };
  expect_bad([](OrderAccepted& bad) { bad.price = {0}; });
  expect_bad([](OrderAccepted& bad) { bad.price = {-1}; });
  expect_bad([](OrderAccepted& bad) { bad.price = {kPriceMax + 1}; });
  expect_bad([](OrderAccepted& bad) { bad.quantity = {0}; });
  expect_bad([](OrderAccepted& bad) { bad.quantity = {kQuantityMax + 1}; });
  expect_bad([](OrderAccepted& bad) { bad.account = ""; });
  expect_bad([](OrderAccepted& bad) { bad.account = std::string(51, 'a'); });
  expect_bad([](OrderAccepted& bad) { bad.account = "a b"; });
  expect_bad([](OrderAccepted& bad) { bad.client_id = "a\"b"; });
  expect_bad([](OrderAccepted& bad) { bad.expires_ms = -1; });
  EXPECT_TRUE(feed.apply(good).ok());
}

TEST_F(HomeStateTest, ReplacementKeepsPriorityOnlyIfNothingIsGained) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  const Priority first = feed.state.order(order)->priority;
  ASSERT_TRUE(feed.apply(OrderReplaced{order, {100}, {8}}).ok());
  EXPECT_EQ(feed.state.order(order)->priority, first);
  EXPECT_EQ(feed.state.order(order)->version, feed.state.seq());
  expect_amounts(order, 0, 0, 0, 8);

  ASSERT_TRUE(feed.apply(OrderReplaced{order, {100}, {9}}).ok());
  const Priority second = feed.state.order(order)->priority;
  EXPECT_GT(second, first);
  EXPECT_EQ(second.seq, feed.state.seq());

  ASSERT_TRUE(feed.apply(OrderReplaced{order, {101}, {9}}).ok());
  EXPECT_GT(feed.state.order(order)->priority, second);
  EXPECT_EQ(feed.state.order(order)->price.ticks, 101);
  EXPECT_EQ(feed.state.order(order)->accepted, first.time);
}

TEST_F(HomeStateTest, ReplacementCannotTakeBackWhatIsFilledOrPromised) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  ASSERT_TRUE(feed.apply(trade_with_taker(order, 100, 3)).ok());
  feed.hold(order, 100, 4);
  expect_refused(OrderReplaced{order, {100}, {6}}, base::ErrorCode::kRefused);
  expect_refused(OrderReplaced{order, {0}, {9}}, base::ErrorCode::kInvalid);
  expect_refused(OrderReplaced{order, {100}, {0}}, base::ErrorCode::kInvalid);
  expect_refused(OrderReplaced{order + 50, {100}, {9}}, base::ErrorCode::kNotFound);
  expect_refused(OrderReplaced{order, {100}, {9}}, base::ErrorCode::kInvalid, "");
  ASSERT_TRUE(feed.apply(OrderReplaced{order, {100}, {7}}).ok());
  expect_amounts(order, 3, 4, 0, 0);
}

TEST_F(HomeStateTest, ReplacementCannotLeaveAnOpenOrderOfNothing) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  ASSERT_TRUE(feed.apply(trade_with_taker(order, 100, 3)).ok());
  expect_refused(OrderReplaced{order, {100}, {3}}, base::ErrorCode::kRefused);
}

TEST_F(HomeStateTest, ClosedOrderIsReadableUntilTheNextEntry) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  ASSERT_TRUE(feed.apply(OrderClosed{order, CloseReason::kExpired}, "").ok());
  expect_amounts(order, 0, 0, 10, 0);
  EXPECT_TRUE(feed.state.order(order)->over());
  EXPECT_EQ(feed.state.order(order)->reason, CloseReason::kExpired);
  expect_refused(OrderClosed{order, CloseReason::kCancelled}, base::ErrorCode::kNotFound);
  ASSERT_NE(feed.state.order(order), nullptr);
  ASSERT_TRUE(feed.apply(LeaseRenewed{1}, "").ok());
  EXPECT_EQ(feed.state.order(order), nullptr);
  expect_refused(OrderClosed{order, CloseReason::kCancelled}, base::ErrorCode::kNotFound);
}

TEST_F(HomeStateTest, CloseNamesItsInstrumentOrNone) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  expect_refused(OrderClosed{order, CloseReason::kCancelled}, base::ErrorCode::kInvalid, "ETH-USD");
  EXPECT_TRUE(feed.apply(OrderClosed{order, CloseReason::kCancelled}).ok());
}

TEST_F(HomeStateTest, TradeAtHomeFillsBothOrders) {
  const Seq maker = feed.order(Side::kSell, 100, 10);
  const Seq taker = feed.order(Side::kBuy, 101, 4);
  const Seq next = feed.state.seq() + 1;
  const Traded trade{{kHome, next}, {kHome, maker}, {kHome, taker}, {100}, {4}};
  const base::Result<std::vector<Seq>> touched = feed.apply(trade);
  ASSERT_TRUE(touched.ok()) << touched.error().message;
  EXPECT_EQ(*touched, (std::vector<Seq>{maker, taker}));
  expect_amounts(maker, 4, 0, 0, 6);
  expect_amounts(taker, 4, 0, 0, 0);
  EXPECT_TRUE(feed.state.order(taker)->over());
  EXPECT_EQ(feed.state.order(taker)->reason, CloseReason::kFilled);
  EXPECT_EQ(feed.state.order(maker)->version, next);
  EXPECT_TRUE(feed.state.decisions().empty());
}

TEST_F(HomeStateTest, WrongTradesAtHomeAreRefused) {
  const Seq maker = feed.order(Side::kSell, 100, 10);
  const Seq taker = feed.order(Side::kBuy, 100, 4);
  const Seq low = feed.order(Side::kBuy, 99, 4);
  const Seq seller = feed.order(Side::kSell, 100, 4);
  const Seq next = feed.state.seq() + 1;
  const Traded good{{kHome, next}, {kHome, maker}, {kHome, taker}, {100}, {4}};
  const auto expect_bad = [&](base::ErrorCode code, auto change) {
    Traded bad = good;
    change(bad);
    expect_refused(bad, code);
  };
  using base::ErrorCode;
  expect_bad(ErrorCode::kInvalid, [](Traded& bad) { bad.trade.seq += 1; });
  expect_bad(ErrorCode::kInvalid, [](Traded& bad) { bad.trade.home = kOther; });
  expect_bad(ErrorCode::kInvalid, [](Traded& bad) { bad.quantity = {0}; });
  expect_bad(ErrorCode::kInvalid, [](Traded& bad) { bad.price = {0}; });
  expect_bad(ErrorCode::kRefused, [](Traded& bad) { bad.quantity = {5}; });
  expect_bad(ErrorCode::kRefused, [](Traded& bad) { bad.price = {99}; });
  expect_bad(ErrorCode::kRefused, [&](Traded& bad) { bad.taker.seq = low; });
  expect_bad(ErrorCode::kRefused, [&](Traded& bad) { bad.taker.seq = seller; });
  expect_bad(ErrorCode::kRefused, [&](Traded& bad) { bad.taker.seq = maker; });
  expect_bad(ErrorCode::kNotFound, [](Traded& bad) { bad.taker.seq = 99; });
  expect_bad(ErrorCode::kNotFound, [](Traded& bad) { bad.maker.seq = 99; });
  expect_refused(good, ErrorCode::kInvalid, "");
  EXPECT_TRUE(feed.apply(good).ok());
}

TEST_F(HomeStateTest, OrdersOfTwoInstrumentsDoNotTrade) {
  ASSERT_TRUE(feed.apply(InstrumentDeclared{{"ETH-USD", {1, 2}, {1, 8}}}, "").ok());
  const Seq maker = feed.order(Side::kSell, 100, 10);
  OrderAccepted ether;
  ether.price = {100};
  ether.quantity = {10};
  ether.account = "bob";
  ASSERT_TRUE(feed.apply(ether, "ETH-USD").ok());
  const Seq taker = feed.state.seq();
  const Traded trade{{kHome, taker + 1}, {kHome, maker}, {kHome, taker}, {100}, {4}};
  expect_refused(trade, base::ErrorCode::kInvalid, "BTC-USD");
  expect_refused(trade, base::ErrorCode::kInvalid, "ETH-USD");
}

TEST_F(HomeStateTest, MakersTradeIsADecisionMadeOnce) {
  const Seq maker = feed.order(Side::kSell, 100, 10);
  ASSERT_TRUE(feed.apply(trade_with_taker(maker, 100, 4)).ok());
  expect_amounts(maker, 4, 0, 0, 6);
  const Decision& decision = feed.state.decisions().at({kOther, 70});
  EXPECT_TRUE(decision.filled);
  EXPECT_EQ(decision.entry, feed.state.seq());
  EXPECT_EQ(decision.maker, maker);
  EXPECT_EQ(decision.price.ticks, 100);
  EXPECT_EQ(decision.quantity.lots, 4);
  expect_refused(trade_with_taker(maker, 100, 4), base::ErrorCode::kRefused);
  expect_refused(Refused{{kOther, 70}, maker, RefuseReason::kNotOpen, {}},
                 base::ErrorCode::kRefused);
  expect_refused(trade_with_taker(maker, 100, 7, 71), base::ErrorCode::kRefused);
  expect_refused(trade_with_taker(maker, 101, 4, 71), base::ErrorCode::kRefused);
  expect_refused(trade_with_taker(99, 100, 4, 71), base::ErrorCode::kNotFound);
  expect_refused(trade_with_taker(maker, 100, 4, 0), base::ErrorCode::kInvalid);
  Traded third = trade_with_taker(maker, 100, 4, 71);
  third.trade.home = home_of(0x33);
  expect_refused(third, base::ErrorCode::kInvalid);
  Traded nobody = trade_with_taker(maker, 100, 4, 71);
  nobody.maker.home = home_of(0x33);
  expect_refused(nobody, base::ErrorCode::kInvalid);
  ASSERT_TRUE(feed.apply(trade_with_taker(maker, 100, 6, 71)).ok());
  EXPECT_EQ(feed.state.order(maker)->reason, CloseReason::kFilled);
}

TEST_F(HomeStateTest, HeldQuantityIsNotTraded) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  feed.hold(order, 99, 7);
  expect_amounts(order, 0, 7, 0, 3);
  expect_refused(trade_with_taker(order, 100, 4), base::ErrorCode::kRefused);
  ASSERT_TRUE(feed.apply(trade_with_taker(order, 100, 3)).ok());
  expect_amounts(order, 3, 7, 0, 0);
  EXPECT_FALSE(feed.state.order(order)->closed);
}

TEST_F(HomeStateTest, WrongHoldsAreRefused) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  Held good;
  good.order = order;
  good.maker = {kOther, 9};
  good.price = {100};
  good.quantity = {10};
  const auto expect_bad = [&](base::ErrorCode code, auto change) {
    Held bad = good;
    change(bad);
    expect_refused(bad, code);
  };
  using base::ErrorCode;
  expect_bad(ErrorCode::kInvalid, [](Held& bad) { bad.maker.home = kHome; });
  expect_bad(ErrorCode::kInvalid, [](Held& bad) { bad.maker.seq = 0; });
  expect_bad(ErrorCode::kInvalid, [](Held& bad) { bad.quantity = {0}; });
  expect_bad(ErrorCode::kInvalid, [](Held& bad) { bad.group_size = 0; });
  expect_bad(ErrorCode::kInvalid, [](Held& bad) { bad.group_size = kGroupMax + 1; });
  expect_bad(ErrorCode::kInvalid, [](Held& bad) { bad.group_index = 1; });
  expect_bad(ErrorCode::kRefused, [](Held& bad) { bad.quantity = {11}; });
  expect_bad(ErrorCode::kRefused, [](Held& bad) { bad.price = {101}; });
  expect_bad(ErrorCode::kNotFound, [](Held& bad) { bad.order = 99; });
  expect_refused(good, ErrorCode::kInvalid, "");
  ASSERT_TRUE(feed.apply(good).ok());
  const Hold& hold = feed.state.holds().at(feed.state.seq());
  EXPECT_EQ(hold.request, good);
  EXPECT_EQ(hold.seq, feed.state.seq());
}

TEST_F(HomeStateTest, AnswerEndsTheHoldAndFreesTheRest) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  const Seq hold = feed.hold(order, 99, 7);
  expect_refused(answer(hold, order, 99, 8), base::ErrorCode::kRefused);
  expect_refused(answer(hold, order, 100, 5), base::ErrorCode::kRefused);
  expect_refused(answer(hold, order + 9, 99, 5), base::ErrorCode::kRefused);
  expect_refused(answer(hold + 1, order, 99, 5), base::ErrorCode::kNotFound);
  Traded wrong = answer(hold, order, 99, 5);
  wrong.maker.seq = 8;
  expect_refused(wrong, base::ErrorCode::kRefused);
  wrong = answer(hold, order, 99, 5);
  wrong.trade.home = kOther;
  expect_refused(wrong, base::ErrorCode::kNotFound);
  expect_refused(answer(hold, order, 99, 5), base::ErrorCode::kInvalid, "");

  ASSERT_TRUE(feed.apply(answer(hold, order, 99, 5)).ok());
  expect_amounts(order, 5, 0, 0, 5);
  EXPECT_TRUE(feed.state.holds().empty());
  expect_refused(answer(hold, order, 99, 1), base::ErrorCode::kNotFound);
}

TEST_F(HomeStateTest, LastAnswerCompletesTheOrder) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  const Seq first = feed.hold(order, 99, 7);
  const Seq second = feed.hold(order, 99, 3);
  ASSERT_TRUE(feed.apply(answer(first, order, 99, 7)).ok());
  EXPECT_FALSE(feed.state.order(order)->closed);
  ASSERT_TRUE(feed.apply(answer(second, order, 99, 3)).ok());
  EXPECT_TRUE(feed.state.order(order)->over());
  EXPECT_EQ(feed.state.order(order)->reason, CloseReason::kFilled);
}

TEST_F(HomeStateTest, CancelledOrderFollowsTheAnswersOfItsHolds) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  const Seq first = feed.hold(order, 99, 4);
  const Seq second = feed.hold(order, 99, 3);
  ASSERT_TRUE(feed.apply(OrderClosed{order, CloseReason::kCancelled}).ok());
  expect_amounts(order, 0, 7, 3, 0);
  EXPECT_FALSE(feed.state.order(order)->over());
  ASSERT_TRUE(feed.apply(answer(first, order, 99, 1)).ok());
  expect_amounts(order, 1, 3, 6, 0);
  ASSERT_TRUE(feed.apply(Released{second, RefuseReason::kNotOpen, {}}, "").ok());
  expect_amounts(order, 1, 0, 9, 0);
  EXPECT_TRUE(feed.state.order(order)->over());
  EXPECT_EQ(feed.state.order(order)->reason, CloseReason::kCancelled);
}

TEST_F(HomeStateTest, RefusalIsADecision) {
  const Refused refusal{{kOther, 70}, 999, RefuseReason::kNotOpen, {}};
  const base::Result<std::vector<Seq>> touched = feed.apply(refusal, "");
  ASSERT_TRUE(touched.ok());
  EXPECT_TRUE(touched->empty());
  const Decision& decision = feed.state.decisions().at({kOther, 70});
  EXPECT_FALSE(decision.filled);
  EXPECT_EQ(decision.reason, RefuseReason::kNotOpen);
  EXPECT_EQ(decision.maker, 999U);
  expect_refused(refusal, base::ErrorCode::kRefused, "");
  expect_refused(Refused{{kHome, 71}, 999, RefuseReason::kNotOpen, {}}, base::ErrorCode::kInvalid,
                 "");
  expect_refused(Refused{{kOther, 71}, 0, RefuseReason::kNotOpen, {}}, base::ErrorCode::kInvalid,
                 "");
  expect_refused(Refused{{kOther, 71}, 1, RefuseReason::kNotOpen, {-1}}, base::ErrorCode::kInvalid,
                 "");
}

TEST_F(HomeStateTest, SelfTradeRefusalTakesOffTheMaker) {
  const Seq maker = feed.order(Side::kSell, 100, 10);
  const auto refusal = [&](Seq trade, std::int64_t lots) {
    return Refused{{kOther, trade}, maker, RefuseReason::kSelfTrade, {lots}};
  };
  expect_refused(refusal(70, 11), base::ErrorCode::kRefused);
  expect_refused(refusal(70, 4), base::ErrorCode::kInvalid, "");
  ASSERT_TRUE(feed.apply(refusal(70, 4)).ok());
  expect_amounts(maker, 0, 0, 4, 6);
  EXPECT_EQ(feed.state.order(maker)->version, feed.state.seq());
  EXPECT_EQ(feed.state.decisions().at({kOther, 70}).decrement.lots, 4);
  ASSERT_TRUE(feed.apply(refusal(71, 6)).ok());
  EXPECT_TRUE(feed.state.order(maker)->over());
  EXPECT_EQ(feed.state.order(maker)->reason, CloseReason::kSelfTrade);
  expect_refused(refusal(72, 1), base::ErrorCode::kNotFound);
}

TEST_F(HomeStateTest, ReleaseGivesBackWhatIsNotTakenOff) {
  const Seq order = feed.order(Side::kBuy, 100, 10);
  Seq hold = feed.hold(order, 99, 7);
  expect_refused(Released{hold, RefuseReason::kSelfTrade, {8}}, base::ErrorCode::kRefused);
  expect_refused(Released{hold, RefuseReason::kSelfTrade, {-1}}, base::ErrorCode::kRefused);
  expect_refused(Released{hold, RefuseReason::kSelfTrade, {2}}, base::ErrorCode::kInvalid, "");
  expect_refused(Released{hold + 1, RefuseReason::kNotOpen, {}}, base::ErrorCode::kNotFound, "");
  ASSERT_TRUE(feed.apply(Released{hold, RefuseReason::kSelfTrade, {2}}).ok());
  expect_amounts(order, 0, 0, 2, 8);
  EXPECT_FALSE(feed.state.order(order)->closed);
  expect_refused(Released{hold, RefuseReason::kNotOpen, {}}, base::ErrorCode::kNotFound, "");
  hold = feed.hold(order, 99, 8);
  ASSERT_TRUE(feed.apply(Released{hold, RefuseReason::kSelfTrade, {8}}).ok());
  EXPECT_TRUE(feed.state.order(order)->over());
  EXPECT_EQ(feed.state.order(order)->reason, CloseReason::kSelfTrade);
}

TEST_F(HomeStateTest, LeaseDoesNotGoBack) {
  ASSERT_TRUE(feed.apply(LeaseRenewed{50}, "").ok());
  ASSERT_TRUE(feed.apply(LeaseRenewed{50}, "").ok());
  expect_refused(LeaseRenewed{49}, base::ErrorCode::kRefused, "");
  expect_refused(LeaseRenewed{kTimeMsMax + 1}, base::ErrorCode::kRefused, "");
  EXPECT_EQ(feed.state.lease_until_ms(), 50);
}

TEST_F(HomeStateTest, SettledDecisionsOfThatHomeAreForgotten) {
  const NodeId third = home_of(0x33);
  for (const Seq seq : {5, 6, 7}) {
    ASSERT_TRUE(feed.apply(Refused{{kOther, seq}, 1, RefuseReason::kNotOpen, {}}, "").ok());
    ASSERT_TRUE(feed.apply(Refused{{third, seq}, 1, RefuseReason::kNotOpen, {}}, "").ok());
  }
  expect_refused(Settled{kOther, 0}, base::ErrorCode::kRefused, "");
  ASSERT_TRUE(feed.apply(Settled{kOther, 7}, "").ok());
  EXPECT_EQ(feed.state.decisions().size(), 4U);
  EXPECT_TRUE(feed.state.decisions().contains({kOther, 7}));
  EXPECT_FALSE(feed.state.decisions().contains({kOther, 6}));
  EXPECT_EQ(feed.state.settled_below(kOther), 7U);
  EXPECT_EQ(feed.state.settled_below(third), 0U);
  expect_refused(Settled{kOther, 7}, base::ErrorCode::kRefused, "");
  expect_refused(Settled{kOther, 6}, base::ErrorCode::kRefused, "");
}

TEST_F(HomeStateTest, SettledHomesAreBounded) {
  NodeId home;
  for (std::size_t i = 0; i < kHomesMax; ++i) {
    home.bytes[0] = static_cast<std::uint8_t>(i % 256);
    home.bytes[1] = static_cast<std::uint8_t>(i / 256);
    ASSERT_TRUE(feed.apply(Settled{home, 1}, "").ok());
  }
  expect_refused(Settled{home_of(0xFF), 1}, base::ErrorCode::kLimit, "");
  EXPECT_TRUE(feed.apply(Settled{home, 2}, "").ok());
}

TEST_F(HomeStateTest, CheckpointStartsTheCountAnew) {
  EXPECT_EQ(feed.state.entries_since_checkpoint(), 1U);
  ASSERT_TRUE(feed.apply(Checkpoint{}, "").ok());
  EXPECT_EQ(feed.state.entries_since_checkpoint(), 0U);
  ASSERT_TRUE(feed.apply(LeaseRenewed{1}, "").ok());
  EXPECT_EQ(feed.state.entries_since_checkpoint(), 1U);
}

TEST_F(HomeStateTest, OpenOrdersAreBounded) {
  for (std::size_t i = 0; i < kOpenOrdersPerHomeMax; ++i) feed.order(Side::kBuy, 100, 1);
  OrderAccepted one_more;
  one_more.price = {100};
  one_more.quantity = {1};
  one_more.account = "alice";
  EXPECT_EQ(feed.apply(one_more).error().code, base::ErrorCode::kLimit);
  ASSERT_TRUE(feed.apply(OrderClosed{2, CloseReason::kCancelled}).ok());
  EXPECT_TRUE(feed.apply(one_more).ok());
  EXPECT_EQ(feed.apply(one_more).error().code, base::ErrorCode::kLimit);
}

}  // namespace
}  // namespace syrah::exchange
