// The last 24 hours and the like as running figures: the same as the trades come to.

#include "exchange/rolling_candle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "seed.h"

namespace syrah::exchange {
namespace {

using Figures = RollingCandle::Figures;

TradeFact trade(std::int64_t time_s, std::int64_t ticks, std::int64_t lots) {
  TradeFact fact;
  fact.time = {time_s * 1000, 0};
  fact.price = {ticks};
  fact.quantity = {lots};
  return fact;
}

Figures figures(std::int64_t open, std::int64_t low, std::int64_t high, std::int64_t volume) {
  return {Price{open}, Price{low}, Price{high}, Quantity{volume}};
}

TEST(RollingCandle, WhatIsTooOldNoLongerCounts) {
  RollingCandle hour(60, 3600);
  EXPECT_EQ(hour.figures(0), std::nullopt);
  hour.add(trade(600, 50, 1), 600);
  hour.add(trade(601, 90, 2), 601);
  hour.add(trade(1200, 70, 4), 1200);
  EXPECT_EQ(hour.figures(1200), figures(50, 50, 90, 7));
  EXPECT_EQ(hour.figures(4200), figures(50, 50, 90, 7));
  EXPECT_EQ(hour.figures(4201), figures(70, 70, 70, 4));
  EXPECT_EQ(hour.figures(4801), std::nullopt);
}

TEST(RollingCandle, ATradeThatIsToldLateStandsWhereItBelongs) {
  RollingCandle hour(60, 3600);
  hour.add(trade(1230, 70, 4), 1240);
  hour.add(trade(1215, 40, 1), 1240);
  hour.add(trade(1220, 60, 1), 1240);
  EXPECT_EQ(hour.figures(1240), figures(40, 40, 70, 6));
  hour.add(trade(600, 50, 1), 1240);
  EXPECT_EQ(hour.figures(1240), figures(50, 40, 70, 7));
  hour.add(trade(600, 1, 1), 9000);
  EXPECT_EQ(hour.figures(9000), std::nullopt);
}

TEST(RollingCandle, ATradeOfTheFutureCountsAsOneOfNow) {
  RollingCandle hour(60, 3600);
  hour.add(trade(1'000'000, 70, 4), 600);
  EXPECT_EQ(hour.figures(600), figures(70, 70, 70, 4));
  EXPECT_EQ(hour.figures(4201), std::nullopt);
}

TEST(RollingCandle, GoesOnFromTheCandlesOfTheHistory) {
  RollingCandle hour(60, 3600);
  hour.restore({120, Price{10}, Price{30}, Price{20}, Price{25}, Quantity{5}});
  hour.restore({60, Price{15}, Price{20}, Price{18}, Price{20}, Quantity{1}});
  hour.add(trade(130, 40, 1), 130);
  EXPECT_EQ(hour.figures(130), figures(18, 10, 40, 7));
  EXPECT_EQ(hour.figures(3700), figures(20, 10, 40, 6));
}

TEST(RollingCandle, AVolumeStopsWhereItWouldOverflow) {
  RollingCandle hour(60, 3600);
  for (int i = 0; i < 3; ++i) hour.add(trade(600, 1, kVolumeMax), 600);
  hour.add(trade(1200, 1, kVolumeMax), 1200);
  EXPECT_EQ(hour.figures(1200)->volume.lots, kVolumeMax);
}

TEST(RollingCandle, IsWhatTheTradesComeTo) {
  const std::uint64_t seed = tests::seed();
  SCOPED_TRACE(seed);
  base::Random random(seed);
  RollingCandle hour(60, 3600);
  std::vector<TradeFact> all;
  std::int64_t now_s = 100'000;
  for (int i = 0; i < 1000; ++i) {
    now_s += static_cast<std::int64_t>(random.below(90));
    const auto late = static_cast<std::int64_t>(random.below(8) == 0 ? random.below(4000) : 0);
    all.push_back(trade(now_s - late, 100 + static_cast<std::int64_t>(random.below(50)),
                        1 + static_cast<std::int64_t>(random.below(9))));
    all.back().time.counter = static_cast<std::uint32_t>(i);
    hour.add(all.back(), now_s);
    std::vector<TradeFact> recent;
    for (const TradeFact& one : all) {
      const std::int64_t start_s = one.time.ms / 60'000 * 60;
      if (start_s >= now_s - 3600) recent.push_back(one);
    }
    const std::vector<Candle> whole = candles_of(recent, 1'000'000'000);
    ASSERT_EQ(whole.size(), 1U);
    const Candle& sum = whole.front();
    ASSERT_EQ(hour.figures(now_s), (Figures{sum.open, sum.low, sum.high, sum.volume}));
  }
}

}  // namespace
}  // namespace syrah::exchange
