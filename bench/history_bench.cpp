// What a question to the history costs when it is long: 3,000,000 trades, 1,000,000 orders and as
// many fills (SYRAH_HISTORY_ROWS trades, a third of it orders and fills). One account has nearly
// everything, another little and long ago; so do two products.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "store/history.h"
#include "store/journal.h"
#include "store/sample_feed.h"
#include "store/temp_dir.h"

namespace syrah {
namespace {

constexpr std::int64_t kNowS = 1'795'246'200;

class LongHistory {
 public:
  LongHistory() {
    const char* const asked = std::getenv("SYRAH_HISTORY_ROWS");
    rows = asked == nullptr ? 3'000'000 : std::strtoll(asked, nullptr, 10);
    store::Journal journal = *store::Journal::open(file_);
    constexpr std::int64_t kTogether = 3000;
    for (std::int64_t row = 0; row < rows;) {
      node::Transaction transaction;
      transaction.id = ++transactions_;
      for (std::int64_t end = row + kTogether; row < end; ++row) add(row, transaction.facts);
      SYRAH_CHECK(journal.commit(transaction).ok(), "cannot fill the journal");
    }
    history_.emplace(*store::History::open(file_));
  }

  exchange::HistoryAnswer ask(const exchange::HistoryQuery& question) {
    node::JournalAnswer answer = history_->answer(question);
    SYRAH_CHECK(answer.error.empty(), answer.error.c_str());
    return std::move(answer.history);
  }

  std::int64_t rows = 0;
  base::NodeId home;

 private:
  /// 40 days up to now.
  [[nodiscard]] base::Hlc time_of(std::int64_t row) const {
    return {(kNowS - 40 * exchange::kDayS) * 1000 + row * 40 * exchange::kDayS * 1000 / rows, 0};
  }

  void add(std::int64_t row, std::vector<exchange::Fact>& facts) const {
    const auto seq = static_cast<base::Seq>(row + 1);
    const bool rare = row < rows / 10 && row % 1000 == 0;
    exchange::TradeFact trade = trade_;
    trade.entry = {home, seq};
    trade.instrument = rare ? "ETH-USD" : "BTC-USD";
    trade.price = {4'200'000 + row % 1000};
    trade.time = time_of(row);
    facts.emplace_back(std::move(trade));
    if (row % 3 != 0) return;
    exchange::OrderFact placed;
    placed.order = order_;
    placed.order.id = {home, seq};
    placed.order.instrument = rare ? "ETH-USD" : "BTC-USD";
    placed.order.account = rare ? "bob" : "alice";
    placed.order.accepted = time_of(row);
    placed.order.closed = true;
    placed.time = time_of(row);
    facts.emplace_back(placed);
    exchange::FillFact fill;
    fill.entry = {home, seq};
    fill.order = placed.order;
    fill.counter_order = {home, seq + 1};
    fill.quantity = {1};
    fill.price = {1};
    fill.time = time_of(row);
    facts.emplace_back(std::move(fill));
  }

  static exchange::Order order() {
    exchange::Order order = tests::sample_order({}, 1);
    order.client_id.clear();
    return order;
  }

  exchange::TradeFact trade_ = tests::sample_trade({}, 1);
  exchange::Order order_ = order();
  tests::TempDir dir_;
  std::string file_ = dir_.file("journal.db");
  std::uint64_t transactions_ = 0;
  std::optional<store::History> history_;
};

LongHistory& history() {
  static LongHistory whole;
  return whole;
}

exchange::PageOf page(std::optional<std::int64_t> after = std::nullopt) {
  return {100, std::nullopt, after};
}

void measure(benchmark::State& state, const exchange::HistoryQuery& question) {
  LongHistory& whole = history();
  for (auto _ : state) benchmark::DoNotOptimize(whole.ask(question));
}

void add(const std::string& name, exchange::HistoryQuery (*question)()) {
  benchmark::RegisterBenchmark(name.c_str(), [question](benchmark::State& state) {
    measure(state, question());
  })->Unit(benchmark::kMillisecond);
}

exchange::TimeRange week() {
  return {(kNowS - 21 * exchange::kDayS) * 1000, (kNowS - 14 * exchange::kDayS) * 1000};
}

const bool kAdded = [] {
  using namespace exchange;
  add("trades", [] { return HistoryQuery(TradesQuery{"BTC-USD", page()}); });
  add("trades_deep", [] { return HistoryQuery(TradesQuery{"BTC-USD", page(history().rows / 2)}); });
  add("trades_of_a_rare_product", [] { return HistoryQuery(TradesQuery{"ETH-USD", page()}); });
  add("candles_day_of_minutes", [] {
    return HistoryQuery(CandlesQuery{"BTC-USD", 60, kNowS - 299 * 60, kNowS});
  });
  add("candles_minutes_a_month_ago", [] {
    const std::int64_t then_s = kNowS - kMonthS;
    return HistoryQuery(CandlesQuery{"BTC-USD", 60, then_s - 299 * 60, then_s});
  });
  add("candles_of_six_hours", [] {
    return HistoryQuery(CandlesQuery{"BTC-USD", 21'600, kNowS - kMonthS, kNowS});
  });
  add("candles_of_a_day", [] {
    return HistoryQuery(CandlesQuery{"BTC-USD", kDayS, kNowS - 299 * kDayS, kNowS});
  });
  add("stats", [] { return HistoryQuery(StatsQuery{"BTC-USD", kNowS}); });
  add("orders", [] { return HistoryQuery(OrdersQuery{"alice", "", page()}); });
  add("orders_deep", [] {
    return HistoryQuery(OrdersQuery{"alice", "BTC-USD", page(history().rows / 2)});
  });
  add("orders_of_a_week", [] { return HistoryQuery(OrdersQuery{"alice", "", page(), week()}); });
  add("orders_of_a_rare_account", [] { return HistoryQuery(OrdersQuery{"bob", "", page()}); });
  add("order", [] { return HistoryQuery(OrderQuery{"alice", base::Seq{1501}, ""}); });
  add("fills", [] { return HistoryQuery(FillsQuery{"alice", "", {}, page()}); });
  add("fills_deep", [] {
    return HistoryQuery(FillsQuery{"alice", "BTC-USD", {}, page(history().rows / 6)});
  });
  add("fills_of_a_week", [] { return HistoryQuery(FillsQuery{"alice", "", {}, page(), week()}); });
  add("fills_of_an_order", [] {
    return HistoryQuery(FillsQuery{"alice", "BTC-USD", base::Seq{1504}, page()});
  });
  add("positions", [] { return HistoryQuery(PositionsQuery{"alice"}); });
  return true;
}();

}  // namespace
}  // namespace syrah
