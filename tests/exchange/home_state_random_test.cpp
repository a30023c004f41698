#include <gtest/gtest.h>

#include <map>

#include "exchange/event_codec.h"
#include "exchange/home_snapshot.h"
#include "exchange/random_feed.h"
#include "seed.h"

namespace syrah::exchange {
namespace {

/// What must hold of a state at any time, whatever its feed said.
void expect_sound(const HomeState& state) {
  std::map<Seq, std::int64_t> held;
  std::map<Seq, Notional> promised;
  for (const auto& [seq, hold] : state.holds()) {
    held[hold.request.order] += hold.request.quantity.lots;
    promised[hold.request.order] += hold.request.price * hold.request.quantity;
  }
  for (const auto& [seq, order] : state.orders()) {
    const std::int64_t free =
        order.quantity.lots - order.filled.lots - order.held.lots - order.cancelled.lots;
    ASSERT_GE(free, 0);
    ASSERT_GE(order.filled.lots, 0);
    ASSERT_GE(order.held.lots, 0);
    ASSERT_GE(order.cancelled.lots, 0);
    ASSERT_EQ(order.held.lots, held[seq]);
    ASSERT_TRUE(order.promised == promised[seq]);
    if (order.waiting()) {
      ASSERT_EQ(order.filled.lots + order.held.lots, 0) << "it waits";
    }
    if (order.funds.units > 0) {
      ASSERT_LE(order.executed.units + order.promised.units, order.funds.units);
    }
    if (order.closed) {
      ASSERT_EQ(free, 0);
    } else {
      ASSERT_GT(free + order.held.lots, 0) << "an open order of nothing";
    }
  }
}

/// Everything but what is over already.
std::map<Seq, Order> open_orders(const HomeState& state) {
  std::map<Seq, Order> open = state.orders();
  std::erase_if(open, [](const auto& entry) { return entry.second.over(); });
  return open;
}

TEST(HomeStateRandom, AmountsAddUpAndErrorsChangeNothing) {
  testing::RandomFeed feed(tests::seed(11));
  std::map<std::size_t, std::size_t> accepted;
  std::map<std::size_t, std::size_t> refused;
  std::map<OrderId, std::int64_t> filled;
  HomeState& state = feed.writer.state;
  for (int step = 0; step < 100'000; ++step) {
    const Recorded recorded = feed.next();
    const bool compare_text = feed.random.chance(50'000);
    const std::string text = compare_text ? HomeSnapshot::write(state) : "";
    const HomeState before = state;
    if (state.apply(recorded).ok()) {
      ++accepted[recorded.event.index()];
      expect_sound(state);
      if (::testing::Test::HasFatalFailure()) FAIL() << "at step " << step;
      continue;
    }
    ++refused[recorded.event.index()];
    ASSERT_EQ(state.seq(), before.seq());
    ASSERT_EQ(state.orders(), before.orders());
    ASSERT_EQ(state.holds(), before.holds());
    ASSERT_EQ(state.decisions(), before.decisions());
    ASSERT_EQ(state.settled(), before.settled());
    ASSERT_EQ(state.lease_until_ms(), before.lease_until_ms());
    if (compare_text) {
      ASSERT_EQ(HomeSnapshot::write(state), text);
    }
  }
  for (std::size_t kind = 0; kind < std::variant_size_v<Event>; ++kind) {
    EXPECT_GT(accepted[kind], 500U) << "events of kind " << kind << " are hardly tested";
  }
  EXPECT_GT(refused.size(), 7U);
}

TEST(HomeStateRandom, SnapshotAndTheRestOfTheFeedGiveTheSameState) {
  testing::RandomFeed feed(tests::seed(12));
  HomeState& live = feed.writer.state;
  HomeState restored = live;
  for (int step = 0; step < 20'000; ++step) {
    if (feed.random.chance(10'000)) {
      const std::string text = HomeSnapshot::write(live);
      base::Result<HomeState> read = HomeSnapshot::read(live.home(), text);
      ASSERT_TRUE(read.ok()) << read.error().message << "\n" << text;
      ASSERT_EQ(HomeSnapshot::write(*read), text);
      restored = std::move(*read);
    }
    const Recorded recorded = feed.next();
    ASSERT_EQ(live.apply(recorded).ok(), restored.apply(recorded).ok());
    ASSERT_EQ(open_orders(live), open_orders(restored));
    ASSERT_EQ(live.holds(), restored.holds());
    ASSERT_EQ(live.decisions(), restored.decisions());
    ASSERT_EQ(live.settled(), restored.settled());
    ASSERT_EQ(live.entries_since_checkpoint(), restored.entries_since_checkpoint());
  }
  EXPECT_EQ(HomeSnapshot::write(live), HomeSnapshot::write(restored));
}

TEST(HomeStateRandom, EveryAcceptedEventSurvivesItsText) {
  testing::RandomFeed feed(tests::seed(13));
  HomeState& state = feed.writer.state;
  for (int step = 0; step < 20'000; ++step) {
    Recorded recorded = feed.next();
    if (recorded.event.index() == 0 || recorded.event.index() > 8) recorded.instrument.clear();
    const Instruments before = state.instruments();
    if (!state.apply(recorded).ok()) continue;
    const std::string text = encode_event(recorded, before);
    const base::Result<Recorded> decoded = decode_event(recorded.home, text, before);
    ASSERT_TRUE(decoded.ok()) << decoded.error().message << "\n" << text;
    ASSERT_EQ(*decoded, recorded) << text;
    ASSERT_EQ(encode_event(*decoded, before), text);
  }
}

}  // namespace
}  // namespace syrah::exchange
