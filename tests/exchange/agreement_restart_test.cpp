// Either side stops after any of its entries and comes back: the trade is decided once, told twice,
// and nothing stays in doubt.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "exchange/agreement.h"
#include "exchange/limits.h"

namespace syrah::exchange::testing {
namespace {

struct Story {
  const char* name;
  PlaceOrder maker;
  PlaceOrder taker;
};

PlaceOrder with(PlaceOrder order, TimeInForce tif) {
  order.tif = tif;
  return order;
}

PlaceOrder with(PlaceOrder order, SelfTrade wish) {
  order.self_trade = wish;
  return order;
}

std::vector<Story> stories() {
  return {
      {"whole", sell("2", "100"), buy("2", "100")},
      {"partial", sell("2", "100"), buy("3", "101")},
      {"ioc", sell("2", "100"), with(buy("3", "101"), TimeInForce::kIoc)},
      {"fok", sell("2", "100"), with(buy("2", "101"), TimeInForce::kFok)},
      {"fok killed", sell("2", "100"), with(buy("3", "101"), TimeInForce::kFok)},
      {"dc", sell("2", "100", "alice"), with(buy("3", "101"), SelfTrade::kDecrementAndCancel)},
      {"co", sell("2", "100", "alice"), with(buy("3", "101"), SelfTrade::kCancelOldest)},
      {"cn", sell("2", "100", "alice"), with(buy("3", "101"), SelfTrade::kCancelNewest)},
      {"cb", sell("2", "100", "alice"), with(buy("3", "101"), SelfTrade::kCancelBoth)},
  };
}

/// The story with one entry brought at a time; `stop` may restart someone before each.
int tell(Desks& desks, const Story& story, const std::function<void(int)>& stop) {
  desks.place(0, story.maker);
  desks.deliver_all();
  desks.place(1, story.taker);
  int step = 0;
  bool any = true;
  while (any) {
    stop(step++);
    any = desks.deliver_one(1, 0) || desks.deliver_one(0, 1);
  }
  for (int round = 0; round < 4; ++round) {
    desks.deliver_all();
    desks.advance(kRefusalBackoffMaxMs);
  }
  return step;
}

class AgreementRestart : public ::testing::TestWithParam<Story> {};

TEST_P(AgreementRestart, AtEveryStepOfEitherSide) {
  const Story& story = GetParam();
  Desks calm(2);
  const int steps = tell(calm, story, [](int) {});
  ASSERT_EQ(calm.disagreement(), "");
  for (std::size_t who = 0; who < 2; ++who) {
    for (int when = 0; when < steps; ++when) {
      SCOPED_TRACE(fmt::format("{}: home {} restarts before step {}", story.name, who, when));
      Desks desks(2);
      tell(desks, story, [&](int step) {
        if (step == when) desks.restart(who);
      });
      EXPECT_EQ(desks.disagreement(), "");
      EXPECT_EQ(desks.at(0)->book_digest("BTC-USD"), calm.at(0)->book_digest("BTC-USD"));
      EXPECT_EQ(desks.at(0).facts_of<TradeFact>().size(), calm.at(0).facts_of<TradeFact>().size());
    }
  }
}

TEST_P(AgreementRestart, WithTheLastEntriesLostBeforeAnyoneHadThem) {
  const Story& story = GetParam();
  for (std::size_t who = 0; who < 2; ++who) {
    for (int when = 0; when < 8; ++when) {
      for (std::size_t lost = 1; lost < 4; ++lost) {
        SCOPED_TRACE(
            fmt::format("{}: home {} loses {} before step {}", story.name, who, lost, when));
        Desks desks(2);
        tell(desks, story, [&](int step) {
          const std::size_t kept_least = desks.delivered_to_anyone(who);
          const std::size_t written = desks.at(who).feed.size();
          if (step == when && written - kept_least >= lost) desks.restart(who, written - lost);
        });
        EXPECT_EQ(desks.disagreement(), "");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stories, AgreementRestart, ::testing::ValuesIn(stories()));

}  // namespace
}  // namespace syrah::exchange::testing
