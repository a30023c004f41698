// Recovery: what is rebuilt from entries and snapshots is what was, byte for byte.

#include "exchange/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "exchange/agreement.h"
#include "exchange/event_codec.h"
#include "exchange/home_snapshot.h"
#include "exchange/limits.h"

namespace syrah::exchange::testing {
namespace {

using ::testing::HasSubstr;

/// Orders, trades, holds in doubt, decisions.
void trade_some(Desks& desks) {
  for (int i = 0; i < 5; ++i) {
    const std::string price = std::to_string(100 + i);
    desks.place(0, sell("2", price));
    desks.place(0, buy("1", std::to_string(90 + i), "carol"));
    desks.deliver_all();
    desks.place(1, buy("1.5", price));
    desks.deliver(1, 0);
    if (i % 2 == 0) desks.deliver(0, 1);
    desks.advance(100);
  }
}

TEST(Exchange, OwnEntriesGiveTheSameStateAndGoOn) {
  Desks desks(2);
  trade_some(desks);
  for (std::size_t at = 0; at < 2; ++at) {
    const std::string before = desks.at(at).snapshot();
    Exchange again(desks.at(at).config);
    for (const std::string& text : desks.at(at).feed) {
      ASSERT_TRUE(again.fold(desks.at(at).id(), text, desks.now).ok());
    }
    EXPECT_EQ(HomeSnapshot::write(*again.home(desks.at(at).id())), before);
    again.finish_recovery();
    ASSERT_TRUE(again.start(desks.now).ok());
    again.settle(desks.now);
    const auto entries = again.take_entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(entries[i].seq, desks.at(at).feed.size() + 1 + i);
    }
    const auto placed = again.place(buy("1", "50"), desks.now);
    ASSERT_TRUE(placed.ok());
    EXPECT_EQ(placed->id.seq, desks.at(at).feed.size() + entries.size() + 1);
  }
}

TEST(Exchange, ASnapshotAndTheEntriesAfterItGiveTheSameStateEverywhere) {
  Desks desks(2);
  trade_some(desks);
  const Seq spare = desks.place(0, sell("1", "200"));
  for (std::uint64_t n = 0; n <= kCheckpointEntriesMin / 2; ++n) {
    for (const char* price : {"201", "200"}) {
      ASSERT_TRUE(desks.at(0)->replace({"bob", spare, price, ""}, desks.now).ok());
      desks.at(0).collect(desks.now);
    }
  }
  desks.place(0, buy("1", "95", "dave"));
  ASSERT_EQ(desks.at(0).checkpoints.size(), 1U);
  const CheckpointText& text = desks.at(0).checkpoints.at(0);
  const NodeId& home = desks.at(0).id();

  auto state = HomeSnapshot::read(home, text.text);
  ASSERT_TRUE(state.ok()) << state.error().message;
  const auto checkpoint =
      decode_event(home, desks.at(0).feed.at(text.seq - 1), state->instruments());
  ASSERT_TRUE(checkpoint.ok());
  EXPECT_EQ(std::get<Checkpoint>(checkpoint->event).digest, crypto::sha256(text.text));

  for (std::size_t at = 0; at < 2; ++at) {  // the home itself, and a newcomer at the other
    Exchange again(desks.at(at).config);
    ASSERT_TRUE(again.restore(*state, *checkpoint).ok());
    for (Seq seq = text.seq + 1; seq <= desks.at(0).feed.size(); ++seq) {
      ASSERT_TRUE(again.fold(home, desks.at(0).feed.at(seq - 1), desks.now).ok());
    }
    EXPECT_EQ(HomeSnapshot::write(*again.home(home)), desks.at(0).snapshot());
    again.finish_recovery();
    ASSERT_TRUE(again.start(desks.now).ok());
  }
}

TEST(Exchange, ACheckpointThatDoesNotDescribeTheEntriesBeforeItIsRefused) {
  Desks desks(2);
  const std::string text = R"({"seq":3,"time":[1700000000001,0],"event":"checkpoint","digest":")" +
                           std::string(64, '0') + R"(","size":1})";
  const auto folded = desks.at(1)->fold(desks.at(0).id(), text, desks.now);
  ASSERT_FALSE(folded.ok());
  EXPECT_THAT(folded.error().message, HasSubstr("checkpoint 3 does not describe"));
  EXPECT_EQ(desks.at(1)->home(desks.at(0).id())->seq(), 2U);
}

TEST(Exchange, StepsOfAnInstrumentCannotChange) {
  Desks desks(1);
  desks.at(0).config.instruments = {{"BTC-USD", {1, 1}, {1, 1}}};
  Exchange again(desks.at(0).config);
  for (const std::string& text : desks.at(0).feed) {
    ASSERT_TRUE(again.fold(desks.at(0).id(), text, desks.now).ok());
  }
  again.finish_recovery();
  const auto started = again.start(desks.now);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr("steps of an instrument cannot change"));
}

TEST(Exchange, WhatIsTradedElsewhereInOtherStepsIsNoTradeHere) {
  // Prices in another home's ticks would stand in the history, candles and stops of this one's.
  Desks desks(1);
  Desk other(0x99);
  other.config.instruments = {{"BTC-USD", {1, 1}, {1, 1}}};
  other.restart(desks.now, 0);
  ASSERT_TRUE(other->place(sell("1", "100.5", "bob"), desks.now).ok());
  ASSERT_TRUE(other->place(buy("1", "100.5"), desks.now).ok());
  other.collect(desks.now);
  ASSERT_EQ(other.facts_of<TradeFact>().size(), 1U);
  for (const std::string& text : other.feed) {
    ASSERT_TRUE(desks.at(0).fold(other.id(), text, desks.now).ok());
  }
  desks.at(0).collect(desks.now);
  EXPECT_EQ(desks.at(0).facts_of<TradeFact>().size(), 0U);
  EXPECT_EQ(desks.at(0)->last_price("BTC-USD"), std::nullopt);
}

TEST(Exchange, NothingThatWasToldBeforeARestartIsToldAgain) {
  Desks desks(2);
  trade_some(desks);
  desks.deliver_all();
  const std::size_t trades = desks.at(0).facts_of<TradeFact>().size();
  const std::size_t fills = desks.at(0).facts_of<FillFact>().size();
  ASSERT_GT(trades, 0U);
  desks.restart(0);
  desks.deliver_all();
  EXPECT_EQ(desks.at(0).facts_of<TradeFact>().size(), trades);
  EXPECT_EQ(desks.at(0).facts_of<FillFact>().size(), fills);
}

TEST(Exchange, TheLeaseIsRenewedInTime) {
  Desks desks(1);
  const auto until = [&] { return desks.at(0)->home(desks.at(0).id())->lease_until_ms(); };
  const std::int64_t first = until();
  EXPECT_EQ(first, desks.now.wall_ms() + kLeaseMs);
  EXPECT_EQ(desks.at(0)->next_deadline_us(), desks.now.steady_us + kLeaseRenewMs * base::kUsPerMs);
  desks.advance(kLeaseRenewMs - 1);
  EXPECT_EQ(until(), first);
  desks.advance(1);
  EXPECT_EQ(until(), first + kLeaseRenewMs);
}

TEST(Exchange, AnswersQuestions) {
  Desks desks(2);
  const Seq order = desks.place(0, sell("1", "100"));
  desks.deliver_all();
  const NodeId& home = desks.at(0).id();
  EXPECT_EQ(desks.at(1)->self(), desks.at(1).id());
  EXPECT_EQ(desks.at(1)->homes().size(), 2U);
  EXPECT_EQ(desks.at(1)->reach(home), Reach::kLive);
  EXPECT_EQ(*desks.at(1)->home_with_prefix(home.prefix()), home);
  EXPECT_EQ(desks.at(1)->home_with_prefix(1), nullptr);
  ASSERT_NE(desks.at(1)->order({home, order}), nullptr);
  EXPECT_EQ(desks.at(1)->order({home, order})->account, "bob");
  EXPECT_EQ(desks.at(1)->own_order(order), nullptr);
  EXPECT_EQ(desks.at(1)->book("ETH-USD"), nullptr);
  EXPECT_EQ(desks.at(1)->instrument("BTC-USD")->tick, coin().tick);
}

/// What no honest home says; it must neither be believed nor stop the listener.
class Dishonest : public ::testing::Test {
 protected:
  void SetUp() override {
    maker = desks.place(0, sell("2", "100"));
    desks.deliver_all();
    hold = desks.place(1, buy("1", "100")) + 1;
  }
  base::Status say(Event event) {
    Recorded recorded;
    recorded.home = desks.at(0).id();
    recorded.seq = desks.at(0).feed.size() + 1;
    recorded.time = {desks.now.wall_ms() + 1, 0};
    recorded.instrument = "BTC-USD";
    recorded.event = std::move(event);
    const HomeState& home = *desks.at(0)->home(desks.at(0).id());
    auto folded =
        desks.at(1)->fold(recorded.home, encode_event(recorded, home.instruments()), desks.now);
    desks.at(1).collect(desks.now);
    return folded;
  }
  [[nodiscard]] TradeId asked() { return {desks.at(1).id(), hold}; }
  void expect_refused(Event event) {
    const auto folded = say(std::move(event));
    ASSERT_FALSE(folded.ok());
    EXPECT_THAT(folded.error().message, HasSubstr("is not to what was asked"));
    EXPECT_EQ(desks.at(1)->home(desks.at(1).id())->holds().size(), 1U) << "the hold waits";
  }

  Desks desks{2};
  Seq maker = 0;
  Seq hold = 0;
};

TEST_F(Dishonest, AFillOfMoreThanWasAskedFor) {
  expect_refused(
      Traded{asked(), {desks.at(0).id(), maker}, {desks.at(1).id(), hold - 1}, {100}, {20}});
}

TEST_F(Dishonest, AFillByAnotherOrder) {
  const Seq other = desks.place(0, sell("2", "100"));
  desks.deliver(0, 1);
  expect_refused(
      Traded{asked(), {desks.at(0).id(), other}, {desks.at(1).id(), hold - 1}, {100}, {10}});
}

TEST_F(Dishonest, AFillAtAnotherPrice) {
  ASSERT_TRUE(desks.at(0)->replace({"bob", maker, "105", ""}, desks.now).ok());
  desks.at(0).collect(desks.now);
  desks.deliver(0, 1);
  expect_refused(
      Traded{asked(), {desks.at(0).id(), maker}, {desks.at(1).id(), hold - 1}, {105}, {10}});
}

TEST_F(Dishonest, ADecrementWithoutASelfTrade) {
  expect_refused(Refused{asked(), maker, RefuseReason::kSelfTrade, {10}});
}

TEST_F(Dishonest, ARequestInOtherSteps) {
  // A home that calls other steps BTC-USD asks for an order in ours.
  const NodeId stranger = home_of(0x77);
  Writer feed(stranger);
  const auto tell = [&](Event event, std::string instrument) {
    const Recorded recorded = feed.next(std::move(event), std::move(instrument));
    const std::string text = encode_event(recorded, feed.state.instruments());
    feed.state.apply(recorded).value();
    desks.at(0)->fold(stranger, text, desks.now).value();
  };
  tell(InstrumentDeclared{bitcoin()}, "");
  OrderAccepted order;
  order.price = {100};
  order.quantity = {10};
  order.account = "mallory";
  tell(order, "BTC-USD");
  Held request;
  request.order = 2;
  request.maker = {desks.at(0).id(), maker};
  request.price = {100};
  request.quantity = {10};
  tell(request, "BTC-USD");
  desks.at(0).collect(desks.now);
  const auto& decisions = desks.at(0)->home(desks.at(0).id())->decisions();
  ASSERT_TRUE(decisions.contains({stranger, 3}));
  EXPECT_FALSE(decisions.at({stranger, 3}).filled);
  EXPECT_EQ(decisions.at({stranger, 3}).reason, RefuseReason::kInvalid);
}

}  // namespace
}  // namespace syrah::exchange::testing
