// Candles, statistics and positions, as they follow from trades and fills.

#include "exchange/limits.h"
#include "store/history.h"
#include "store/journal_fixture.h"
#include "store/schema.h"

namespace syrah::store {
namespace {

using exchange::Candle;
using exchange::Price;
using exchange::Quantity;

class CandlesTest : public tests::JournalFixture {
 protected:
  void commit(std::vector<exchange::Fact> facts) {
    node::Transaction made = transaction();
    made.facts = std::move(facts);
    journal.commit(made).value();
  }
  exchange::TradeFact trade(std::int64_t time_s, std::int64_t ticks, std::int64_t lots) {
    exchange::TradeFact fact = tests::sample_trade(other.home(), ++entry);
    fact.price = {ticks};
    fact.quantity = {lots};
    fact.time = {time_s * 1000, 0};
    return fact;
  }
  exchange::HistoryAnswer ask(const exchange::HistoryQuery& query) {
    const node::JournalAnswer answer = History::open(file)->answer(query);
    EXPECT_EQ(answer.error, "");
    return answer.history;
  }
  /// Of the first 300 spans.
  std::vector<Candle> candles(std::int64_t span_s) { return candles(span_s, 0, 299 * span_s); }
  std::vector<Candle> candles(std::int64_t span_s, std::int64_t from_s, std::int64_t to_s) {
    return ask(exchange::CandlesQuery{"BTC-USD", span_s, from_s, to_s}).candles;
  }
  static Candle candle(std::int64_t start_s, std::int64_t low, std::int64_t high, std::int64_t open,
                       std::int64_t close, std::int64_t volume) {
    return {start_s, Price{low}, Price{high}, Price{open}, Price{close}, Quantity{volume}};
  }

  Journal journal = open();
  base::Seq entry = 0;
};

TEST_F(CandlesTest, AreMadeAsTradesAreWrittenWhateverTheirOrder) {
  commit({trade(120, 100, 1), trade(150, 90, 2), trade(179, 95, 3)});
  commit({trade(119, 80, 1)});
  commit({trade(125, 110, 1), trade(121, 1, 1)});  // told late
  EXPECT_EQ(candles(60),
            (std::vector<Candle>{candle(120, 1, 110, 100, 95, 8), candle(60, 80, 80, 80, 80, 1)}));
}

TEST_F(CandlesTest, ATradeThatIsToldAgainCountsOnce) {
  const exchange::TradeFact fact = trade(120, 100, 5);
  commit({fact});
  commit({fact});
  EXPECT_EQ(candles(60), std::vector<Candle>{candle(120, 100, 100, 100, 100, 5)});
}

TEST_F(CandlesTest, LongerOnesArePutTogether) {
  const std::int64_t day = exchange::kDayS;
  commit({trade(day, 100, 1), trade(day + 61, 90, 1), trade(day + 3600, 120, 1),
          trade(2 * day - 1, 110, 1), trade(2 * day, 50, 1)});
  EXPECT_EQ(candles(300, day, 2 * day),
            (std::vector<Candle>{
                candle(2 * day, 50, 50, 50, 50, 1), candle(2 * day - 300, 110, 110, 110, 110, 1),
                candle(day + 3600, 120, 120, 120, 120, 1), candle(day, 90, 100, 100, 90, 2)}));
  EXPECT_EQ(candles(86'400), (std::vector<Candle>{candle(2 * day, 50, 50, 50, 50, 1),
                                                  candle(day, 90, 120, 100, 110, 4)}));
  EXPECT_EQ(candles(21'600, 0, day), std::vector<Candle>{candle(day, 90, 120, 100, 120, 3)});
}

TEST_F(CandlesTest, OnlyWholeOnesOfTheTimeAskedForAndAtMost300) {
  std::vector<exchange::Fact> facts;
  for (std::int64_t minute = 0; minute < 400; ++minute) {
    facts.emplace_back(trade(minute * 60 + 30, 100, 1));
  }
  commit(std::move(facts));
  EXPECT_EQ(candles(60, 61, 240).size(), 3U);
  EXPECT_EQ(candles(60, 60, 239).size(), 3U);
  const std::vector<Candle> most = candles(60, 0, 399 * 60);
  ASSERT_EQ(most.size(), exchange::kCandlesMax);
  EXPECT_EQ(most.front().start_s, 399 * 60);
}

TEST_F(CandlesTest, AVolumeStopsWhereItCannotBeCounted) {
  std::vector<exchange::Fact> facts;
  for (int i = 0; i < 1100; ++i) facts.emplace_back(trade(60, 100, exchange::kQuantityMax));
  commit(std::move(facts));
  EXPECT_EQ(candles(60).front().volume.lots, exchange::kVolumeMax);
}

TEST_F(CandlesTest, StatisticsAreOfTheLastDayAndMonth) {
  const std::int64_t now_s = 100 * exchange::kDayS;
  commit({trade(now_s - 31 * exchange::kDayS, 1, 64), trade(now_s - 29 * exchange::kDayS, 70, 16),
          trade(now_s - exchange::kDayS - 7200, 60, 8), trade(now_s - 7200, 50, 4),
          trade(now_s - 60, 40, 2)});
  const exchange::HistoryAnswer stats = ask(exchange::StatsQuery{"BTC-USD", now_s});
  ASSERT_TRUE(stats.day.has_value());
  EXPECT_EQ(stats.day->open, Price{50});
  EXPECT_EQ(stats.day->close, Price{40});
  EXPECT_EQ(stats.day->volume, Quantity{6});
  EXPECT_EQ(stats.month_volume, Quantity{30});
  ASSERT_EQ(stats.trades.size(), 1U);
  EXPECT_EQ(stats.trades.front().trade.price, Price{40});
  EXPECT_FALSE(ask(exchange::StatsQuery{"ETH-USD", now_s}).day.has_value());
}

TEST_F(CandlesTest, RunningFiguresBeginWithTheLastDayByMinuteAndTheLastMonthByHour) {
  constexpr std::int64_t kNow = 100 * exchange::kDayS;
  commit({trade(kNow, 100, 1), trade(kNow - exchange::kDayS, 90, 2),
          trade(kNow - exchange::kDayS - 1, 80, 3), trade(kNow - exchange::kMonthS, 70, 4),
          trade(kNow - exchange::kMonthS - 1, 60, 5), trade(kNow + exchange::kHourS, 50, 6)});
  const auto instrument = *exchange::parse_instrument("BTC-USD:0.01:0.00000001");
  const auto other_one = *exchange::parse_instrument("ETH-USD:0.01:0.00000001");
  auto history = *History::open(file);
  const auto recent = history.recent_candles({instrument, other_one}, kNow).value();
  ASSERT_EQ(recent.size(), 2U);
  const auto volumes = [](const std::vector<Candle>& candles) {
    std::vector<std::int64_t> lots;
    for (const Candle& one : candles) lots.push_back(one.volume.lots);
    return lots;
  };
  using Volumes = std::vector<std::int64_t>;
  EXPECT_EQ(volumes(recent[0].minutes), (Volumes{1, 2}));
  EXPECT_EQ(volumes(recent[0].hours), (Volumes{1, 2, 3, 4}));
  EXPECT_EQ(recent[1].instrument, "ETH-USD");
  EXPECT_TRUE(recent[1].minutes.empty());
  const auto sparks = ask(exchange::SparkLinesQuery{{"ETH-USD", "BTC-USD"}, kNow}).spark_lines;
  ASSERT_EQ(sparks.size(), 2U);
  EXPECT_TRUE(sparks[0].empty());
  EXPECT_EQ(volumes(sparks[1]), (Volumes{1, 2}));
}

TEST_F(CandlesTest, PositionsAreSumsThatDoNotOverflow) {
  std::vector<exchange::Fact> facts;
  exchange::FillFact fill = tests::sample_fill(own.home(), 5);
  fill.price = {exchange::kPriceMax};
  fill.quantity = {exchange::kQuantityMax};
  for (base::Seq i = 0; i < 3000; ++i) facts.emplace_back(fill);
  commit(std::move(facts));
  fill.order.side = exchange::Side::kBuy;
  commit({fill});
  const auto positions = ask(exchange::PositionsQuery{"alice"}).positions;
  ASSERT_EQ(positions.size(), 2U);
  EXPECT_EQ(positions[0].side, exchange::Side::kBuy);
  EXPECT_TRUE(positions[1].lots == base::Int128{3000} * exchange::kQuantityMax);
  EXPECT_TRUE(positions[1].value == exchange::Notional{3000 * exchange::kNotionalMax});
  EXPECT_TRUE(ask(exchange::PositionsQuery{"bob"}).positions.empty());
}

TEST(CandlesMigration, WhatWasTradedBeforeCountsToo) {
  const tests::TempDir dir;
  const std::string file = dir.file("old.db");
  const std::string home = fmt::format("x'{:064}'", 1);
  {
    Database old = *Database::open(file, Database::Mode::kCreate);
    migrate(old, migrations().first(2)).value();
    for (int i = 0; i < 3; ++i) {
      old
          .execute(fmt::format(
              "INSERT INTO trades VALUES ({0}, {3}, {1}, {3}, 1, 'BTC-USD', {3}, 1, {3}, 2, "
              "'buy', {2}, 5, 60000, {1})",
              i + 10, i, 100 + i, home))
          .value();
    }
    old.execute(
           "INSERT INTO fills (entry_home, entry_seq, trade_home, trade_seq, counter_home, "
           "counter_seq, maker, fill_price, fill_quantity, time_ms, time_counter, seq, home, "
           "instrument, side, type, price, quantity, time_in_force, expires_ms, post_only, "
           "self_trade, account, client_id, accepted_ms, accepted_counter, priority_ms, "
           "priority_counter, priority_home, priority_seq, version, filled, held, cancelled, "
           "closed, reason) SELECT x'01', 1, x'01', 1, x'01', 1, 0, 4000000000, 2000000001, 1, 0, "
           "1, x'01', 'BTC-USD', 'buy', 'limit', 1, 1, 'gtc', 0, 0, 'dc', 'alice', '', 1, 0, 1, 0, "
           "x'01', 1, 1, 1, 0, 0, 0, 'filled' FROM trades")
        .value();
  }
  ASSERT_TRUE(Journal::open(file).ok());
  History history = *History::open(file);
  const auto candles =
      history.answer(exchange::HistoryQuery(exchange::CandlesQuery{"BTC-USD", 60, 0, 600}))
          .history.candles;
  ASSERT_EQ(candles.size(), 1U);
  EXPECT_EQ(candles[0], (Candle{60, Price{100}, Price{102}, Price{100}, Price{102}, Quantity{15}}));
  const auto positions =
      history.answer(exchange::HistoryQuery(exchange::PositionsQuery{"alice"})).history.positions;
  ASSERT_EQ(positions.size(), 1U);
  EXPECT_TRUE(positions[0].lots == base::Int128{3} * 2000000001);
  EXPECT_TRUE(positions[0].value == exchange::Notional{base::Int128{3} * 4000000000 * 2000000001});
  EXPECT_EQ(history.answer(exchange::HistoryQuery(exchange::TradesQuery{"BTC-USD", {}}))
                .history.trades.front()
                .row,
            12);
}

}  // namespace
}  // namespace syrah::store
