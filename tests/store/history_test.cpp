#include "store/history.h"

#include <gmock/gmock.h>

#include "store/journal_fixture.h"
#include "store/limits.h"

namespace syrah::store {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class HistoryTest : public tests::JournalFixture {
 protected:
  node::JournalAnswer ask(const node::JournalQuery& query) {
    base::Result<History> history = History::open(file);
    SYRAH_CHECK(history.ok(), history.ok() ? "" : history.error().message.c_str());
    node::JournalAnswer answer = history->answer(query);
    EXPECT_EQ(answer.error, "");
    return answer;
  }
  exchange::HistoryAnswer ask_history(const exchange::HistoryQuery& query) {
    return ask(query).history;
  }
  void commit(std::vector<exchange::Fact> facts) {
    node::Transaction made = transaction();
    made.facts = std::move(facts);
    const base::Status done = journal.commit(made);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  static std::vector<std::int64_t> rows(const std::vector<exchange::TradeRow>& trades) {
    std::vector<std::int64_t> numbers;
    for (const exchange::TradeRow& trade : trades) numbers.push_back(trade.row);
    return numbers;
  }
  std::int64_t count(const std::string& condition) {
    Database database = *Database::open(file, Database::Mode::kReadOnly);
    return *database.integer("SELECT count(*) FROM " + condition);
  }

  Journal journal = open();
};

using Rows = std::vector<std::int64_t>;

TEST_F(HistoryTest, ATradeComesBackWithAllItsMembers) {
  const exchange::TradeFact fact = tests::sample_trade(other.home(), 9);
  commit({fact});
  const exchange::HistoryAnswer answer = ask_history(exchange::TradesQuery{"BTC-USD", {}});
  ASSERT_EQ(answer.trades.size(), 1U);
  const exchange::TradeFact& found = answer.trades[0].trade;
  EXPECT_EQ(found.entry, fact.entry);
  EXPECT_EQ(found.trade, fact.trade);
  EXPECT_EQ(found.instrument, fact.instrument);
  EXPECT_EQ(found.maker, fact.maker);
  EXPECT_EQ(found.taker, fact.taker);
  EXPECT_EQ(found.taker_side, fact.taker_side);
  EXPECT_EQ(found.price, fact.price);
  EXPECT_EQ(found.quantity, fact.quantity);
  EXPECT_EQ(found.time, fact.time);
}

TEST_F(HistoryTest, ATradeThatIsToldAgainIsOneTrade) {
  commit({tests::sample_trade(other.home(), 9)});
  commit({tests::sample_trade(other.home(), 9)});
  EXPECT_EQ(ask_history(exchange::TradesQuery{"BTC-USD", {}}).trades.size(), 1U);
}

TEST_F(HistoryTest, AFillComesBackWithItsOrderAsItWasThen) {
  const exchange::FillFact fact = tests::sample_fill(own.home(), 5);
  commit({fact});
  exchange::FillsQuery query;
  query.account = "alice";
  const exchange::HistoryAnswer answer = ask_history(query);
  ASSERT_EQ(answer.fills.size(), 1U);
  const exchange::FillFact& found = answer.fills[0].fill;
  EXPECT_EQ(found.order, fact.order);
  EXPECT_EQ(found.entry, fact.entry);
  EXPECT_EQ(found.trade, fact.trade);
  EXPECT_EQ(found.counter_order, fact.counter_order);
  EXPECT_EQ(found.maker, fact.maker);
  EXPECT_EQ(found.price, fact.price);
  EXPECT_EQ(found.quantity, fact.quantity);
  EXPECT_EQ(found.time, fact.time);

  query.order = 6;
  EXPECT_TRUE(ask_history(query).fills.empty());
  query.order = 5;
  EXPECT_EQ(ask_history(query).fills.size(), 1U);
  query.instrument = "ETH-USD";
  EXPECT_TRUE(ask_history(query).fills.empty());
  query = {};
  query.account = "bob";
  EXPECT_TRUE(ask_history(query).fills.empty());
}

TEST_F(HistoryTest, AnOrderIsAsItWasLastToldAndNotAnothersToSee) {
  exchange::OrderFact fact;
  fact.order = tests::sample_order(own.home(), 5);
  fact.order.filled = {0};
  fact.order.closed = false;
  fact.time = {7, 1};
  fact.terms = 42;
  commit({fact});
  fact.order = tests::sample_order(own.home(), 5);
  fact.order.price = {77};
  fact.order.quantity = {2000};
  fact.order.version = 99;
  fact.time = {8, 2};
  commit({fact});

  for (const exchange::OrderQuery& query :
       {exchange::OrderQuery{"alice", 5, ""}, exchange::OrderQuery{"alice", {}, "mine-5"}}) {
    const exchange::HistoryAnswer answer = ask_history(query);
    ASSERT_EQ(answer.orders.size(), 1U);
    EXPECT_EQ(answer.orders[0].fact.order, fact.order);
    EXPECT_EQ(answer.orders[0].fact.time, fact.time);
    EXPECT_EQ(answer.orders[0].fact.terms, 42U);
  }
  EXPECT_TRUE(ask_history(exchange::OrderQuery{"bob", 5, ""}).orders.empty());
  EXPECT_TRUE(ask_history(exchange::OrderQuery{"bob", {}, "mine-5"}).orders.empty());
  EXPECT_TRUE(ask_history(exchange::OrderQuery{"alice", {}, ""}).orders.empty());
}

TEST_F(HistoryTest, AReusedClientIdIsTheNewestOrder) {
  for (const base::Seq seq : {5, 8}) {
    exchange::OrderFact fact;
    fact.order = tests::sample_order(own.home(), seq);
    fact.order.client_id = "same";
    commit({fact});
  }
  const exchange::HistoryAnswer answer = ask_history(exchange::OrderQuery{"alice", {}, "same"});
  ASSERT_EQ(answer.orders.size(), 1U);
  EXPECT_EQ(answer.orders[0].fact.order.id.seq, 8U);
}

exchange::UnconfirmedFact sample_unconfirmed(base::Seq order) {
  exchange::UnconfirmedFact unconfirmed;
  unconfirmed.id = "t-1";
  unconfirmed.instrument = "BTC-USD";
  unconfirmed.side = exchange::Side::kSell;
  unconfirmed.price = {5};
  unconfirmed.quantity = {6};
  unconfirmed.order = order;
  unconfirmed.peer = "old node";
  unconfirmed.time = {8, 9};
  return unconfirmed;
}

TEST_F(HistoryTest, AnUnconfirmedTradeBelongsToTheAccountOfItsOrder) {
  exchange::OrderFact placed;
  placed.order = tests::sample_order(own.home(), 7);
  const exchange::UnconfirmedFact fact = sample_unconfirmed(7);
  commit({placed, fact, fact, tests::sample_fill(own.home(), 7)});
  exchange::FillsQuery query;
  query.account = "alice";
  const exchange::HistoryAnswer confirmed = ask_history(query);
  EXPECT_EQ(confirmed.fills.size(), 1U) << "nothing unconfirmed is among the fills";
  EXPECT_TRUE(confirmed.unconfirmed.empty());
  query.unconfirmed = true;
  const exchange::HistoryAnswer answer = ask_history(query);
  EXPECT_TRUE(answer.fills.empty());
  ASSERT_EQ(answer.unconfirmed.size(), 2U);
  const exchange::UnconfirmedRow& found = answer.unconfirmed[1];
  EXPECT_EQ(answer.unconfirmed[0].row, 2) << "newest first";
  EXPECT_EQ(found.row, 1);
  EXPECT_EQ(found.fact.id, fact.id);
  EXPECT_EQ(found.fact.instrument, fact.instrument);
  EXPECT_EQ(found.fact.side, fact.side);
  EXPECT_EQ(found.fact.price, fact.price);
  EXPECT_EQ(found.fact.quantity, fact.quantity);
  EXPECT_EQ(found.fact.order, fact.order);
  EXPECT_EQ(found.fact.peer, fact.peer);
  EXPECT_EQ(found.fact.time, fact.time);
  EXPECT_EQ(found.client_id, "mine-7");

  query.page.limit = 1;
  EXPECT_EQ(ask_history(query).unconfirmed.size(), 1U);
  query.page.after = 2;
  ASSERT_EQ(ask_history(query).unconfirmed.size(), 1U);
  EXPECT_EQ(ask_history(query).unconfirmed[0].row, 1);
  query.page = {};
  query.order = 6;
  EXPECT_TRUE(ask_history(query).unconfirmed.empty());
  query.order = 7;
  EXPECT_EQ(ask_history(query).unconfirmed.size(), 2U);
  query.instrument = "BTC-USD";
  EXPECT_EQ(ask_history(query).unconfirmed.size(), 2U);
  query.instrument = "ETH-USD";
  EXPECT_TRUE(ask_history(query).unconfirmed.empty());
  query = {};
  query.account = "bob";
  query.unconfirmed = true;
  EXPECT_TRUE(ask_history(query).unconfirmed.empty());
}

TEST_F(HistoryTest, WhatIsOnRecordIsKeptWhole) {
  commit({exchange::AbandonedFilledFact{{own.home(), 3}, {other.home(), 4}, {5}},
          sample_unconfirmed(7)});
  EXPECT_EQ(count("abandoned_fills WHERE trade_seq = 3 AND maker_seq = 4 AND quantity = 5"), 1);
  EXPECT_EQ(count("unconfirmed_trades WHERE id = 't-1' AND instrument = 'BTC-USD' AND "
                  "side = 'sell' AND price = 5 AND quantity = 6 AND order_seq = 7 AND "
                  "peer = 'old node' AND time_ms = 8 AND time_counter = 9"),
            1);
}

TEST_F(HistoryTest, PagesGoBothWaysWithoutGapOrRepeat) {
  std::vector<exchange::Fact> facts;
  for (base::Seq seq = 1; seq <= 10; ++seq) {
    facts.emplace_back(tests::sample_trade(other.home(), seq));
  }
  commit(facts);
  const auto page = [&](std::uint32_t limit, std::optional<std::int64_t> before,
                        std::optional<std::int64_t> after) {
    return rows(ask_history(exchange::TradesQuery{"BTC-USD", {limit, before, after}}).trades);
  };
  EXPECT_EQ(page(4, {}, {}), (Rows{10, 9, 8, 7}));
  EXPECT_EQ(page(4, {}, 7), (Rows{6, 5, 4, 3}));
  EXPECT_EQ(page(4, {}, 3), (Rows{2, 1}));
  EXPECT_EQ(page(4, {}, 1), (Rows{}));
  EXPECT_EQ(page(4, 2, {}), (Rows{6, 5, 4, 3}));
  EXPECT_EQ(page(4, 6, {}), (Rows{10, 9, 8, 7}));
  EXPECT_EQ(page(4, 10, {}), (Rows{}));
  EXPECT_EQ(page(10, 3, 6), (Rows{5, 4}));
  EXPECT_EQ(ask_history(exchange::TradesQuery{"ETH-USD", {}}).trades.size(), 0U);
}

TEST_F(HistoryTest, FactsOfOneTransactionKeepTheirOrderAndPagesTheirBound) {
  std::vector<exchange::Fact> facts;
  for (base::Seq seq = kPageRowsMax + 500; seq > 0; --seq) {
    facts.emplace_back(tests::sample_trade(other.home(), seq));
  }
  commit(facts);
  const exchange::HistoryAnswer answer =
      ask_history(exchange::TradesQuery{"BTC-USD", {1'000'000, {}, {}}});
  ASSERT_EQ(answer.trades.size(), kPageRowsMax);
  for (std::size_t i = 0; i < answer.trades.size(); ++i) {
    EXPECT_EQ(answer.trades[i].trade.entry.seq, i + 1);
  }
}

TEST_F(HistoryTest, OrdersOfAnAccountNewestFirst) {
  for (base::Seq seq = 1; seq <= 6; ++seq) {
    exchange::OrderFact fact;
    fact.order = tests::sample_order(own.home(), seq);
    if (seq % 2 == 0) fact.order.instrument = "ETH-USD";
    commit({fact});
  }
  const auto page = [&](const std::string& instrument, exchange::PageOf of) {
    Rows numbers;
    for (const exchange::OrderRow& order :
         ask_history(exchange::OrdersQuery{"alice", instrument, of}).orders) {
      numbers.push_back(order.row);
    }
    return numbers;
  };
  EXPECT_EQ(page("", {}), (Rows{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(page("ETH-USD", {}), (Rows{6, 4, 2}));
  EXPECT_EQ(page("ETH-USD", {1, {}, 6}), (Rows{4}));
}

TEST_F(HistoryTest, OrdersAndFillsOfATimeWhateverTheirNumbers) {
  node::Transaction made = transaction();
  const base::Seq seqs[] = {3, 4, 90, 91, 1000};  // entries of other kinds lie between
  for (std::size_t i = 0; i < 5; ++i) {
    exchange::OrderFact placed;
    placed.order = tests::sample_order(own.home(), seqs[i]);
    placed.order.accepted = {100 * static_cast<std::int64_t>(i / 2), 0};  // 0 0 100 100 200
    made.facts.emplace_back(placed);
    exchange::FillFact filled;
    filled.entry = {own.home(), seqs[i]};
    filled.order = placed.order;
    filled.time = placed.order.accepted;
    made.facts.emplace_back(filled);
  }
  journal.commit(made).value();
  using Time = std::optional<std::int64_t>;
  const auto both = [&](Time from, Time to, exchange::PageOf page = {}) {
    Rows numbers;
    for (const auto& row :
         ask_history(exchange::OrdersQuery{"alice", "", page, {from, to}}).orders) {
      numbers.push_back(row.row);
    }
    Rows fills;
    for (const auto& row :
         ask_history(exchange::FillsQuery{"alice", "", {}, {}, {from, to}}).fills) {
      fills.push_back(static_cast<std::int64_t>(row.fill.order.id.seq));
    }
    if (!page.after && !page.before) {
      EXPECT_EQ(fills, numbers);
    }
    return numbers;
  };
  EXPECT_EQ(both({}, {}), (Rows{1000, 91, 90, 4, 3}));
  EXPECT_EQ(both(0, {}), (Rows{1000, 91, 90, 4, 3}));
  EXPECT_EQ(both(1, {}), (Rows{1000, 91, 90}));
  EXPECT_EQ(both(100, 199), (Rows{91, 90}));
  EXPECT_EQ(both({}, 99), (Rows{4, 3}));
  EXPECT_EQ(both(200, 200), (Rows{1000}));
  EXPECT_EQ(both(201, {}), Rows{});
  EXPECT_EQ(both({}, -1), Rows{});
  EXPECT_EQ(both(1, {}, {100, {}, 91}), (Rows{90}));
}

TEST_F(HistoryTest, NoQuestionReadsMoreOfATableThanItAnswers) {
  const exchange::PageOf older{100, {}, 7};
  const exchange::PageOf newer{100, 7, {}};
  const exchange::TimeRange time{1, 2};
  std::vector<node::JournalQuery> questions = {
      exchange::HistoryQuery(exchange::CandlesQuery{"BTC-USD", 86'400, 0, 999'999}),
      exchange::HistoryQuery(exchange::StatsQuery{"BTC-USD", 999'999}),
      exchange::HistoryQuery(exchange::SparkLinesQuery{{"BTC-USD"}, 999'999}),
      exchange::HistoryQuery(exchange::PositionsQuery{"alice"}),
      exchange::HistoryQuery(exchange::OrderQuery{"alice", base::Seq{5}, ""}),
      exchange::HistoryQuery(exchange::OrderQuery{"alice", {}, "mine-5"}),
      node::BatchesQuery{own.home(), 1, 10, 10},
      node::SnapshotQuery{own.home()}};
  for (const exchange::PageOf& page : {exchange::PageOf{}, older, newer}) {
    questions.emplace_back(exchange::HistoryQuery(exchange::TradesQuery{"BTC-USD", page}));
    for (const char* const instrument : {"", "BTC-USD"}) {
      for (const exchange::TimeRange& range : {exchange::TimeRange{}, time}) {
        questions.emplace_back(
            exchange::HistoryQuery(exchange::OrdersQuery{"alice", instrument, page, range}));
        for (const bool unconfirmed : {false, true}) {
          questions.emplace_back(exchange::HistoryQuery(
              exchange::FillsQuery{"alice", instrument, {}, page, range, unconfirmed}));
        }
      }
    }
  }
  History history = *History::open(file);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const std::vector<std::string> steps = history.plan(questions[i]).value();
    EXPECT_THAT(steps, Not(IsEmpty()));
    for (const std::string& step : steps) {
      EXPECT_THAT(step, Not(HasSubstr("SCAN"))) << "question " << i;
      EXPECT_THAT(step, Not(HasSubstr("TEMP B-TREE"))) << "question " << i;
    }
  }
}

TEST_F(HistoryTest, FillsOfAnOrderAreFoundByTheOrder) {
  History history = *History::open(file);
  for (const bool unconfirmed : {false, true}) {
    const std::string index = unconfirmed ? "unconfirmed_of_order" : "fills_of_order";
    for (const char* const instrument : {"", "BTC-USD"}) {
      const exchange::FillsQuery question{"alice", instrument, base::Seq{5}, {}, {}, unconfirmed};
      EXPECT_THAT(history.plan(exchange::HistoryQuery(question)).value(),
                  Contains(HasSubstr(index)));
    }
  }
}

TEST_F(HistoryTest, BatchesFromTheOneThatContainsTheEntryUpToTheBounds) {
  fill(journal);
  const auto firsts = [&](node::BatchesQuery query) {
    query.home = own.home();
    std::vector<base::Seq> found;
    for (const feed::Batch& batch : ask(query).batches) {
      EXPECT_EQ(batch, batches.at(batch.first() / 100));
      found.push_back(batch.first());
    }
    return found;
  };
  using Firsts = std::vector<base::Seq>;
  EXPECT_EQ(firsts({{}, 1, 500, 1'000'000}), (Firsts{1, 101, 201, 301, 401}));
  EXPECT_EQ(firsts({{}, 100, 200, 1'000'000}), (Firsts{1, 101}));
  EXPECT_EQ(firsts({{}, 250, 299, 1'000'000}), (Firsts{201, 301}));
  EXPECT_EQ(firsts({{}, 250, 1, 1}), (Firsts{201}));
  EXPECT_EQ(firsts({{}, 1, 500, 45'000}), (Firsts{1, 101}));
  EXPECT_EQ(firsts({{}, 501, 500, 1'000'000}), (Firsts{}));
}

TEST_F(HistoryTest, ASnapshotAndWhereItStands) {
  fill(journal);
  EXPECT_FALSE(ask(node::SnapshotQuery{other.home()}).snapshot.has_value());
  EXPECT_EQ(ask(node::BatchesQuery{other.home()}).snapshot_seq, 0U);
  other.skip(1);
  node::Transaction made = transaction();
  made.snapshots.push_back(other.checkpoint("state"));
  made.batches.push_back(other.batch(5));
  ASSERT_TRUE(journal.commit(made).ok());

  const node::JournalAnswer answer = ask(node::SnapshotQuery{other.home()});
  ASSERT_TRUE(answer.snapshot.has_value());
  EXPECT_EQ(answer.snapshot->text, "state");
  EXPECT_EQ(answer.snapshot->batch, made.snapshots.front().batch);
  EXPECT_EQ(answer.snapshot_seq, 601U);
  // The entries between are not here: batches end before the gap, and inside of it there are none.
  EXPECT_EQ(ask(node::BatchesQuery{other.home(), 401}).batches.size(), 1U);
  EXPECT_EQ(ask(node::BatchesQuery{other.home(), 550}).batches.size(), 0U);
  EXPECT_EQ(ask(node::BatchesQuery{other.home(), 550}).snapshot_seq, 601U);
  EXPECT_EQ(ask(node::BatchesQuery{other.home(), 602}).batches.size(), 1U);
}

TEST_F(HistoryTest, ADamagedRowIsAnErrorThatNamesIt) {
  commit({tests::sample_trade(other.home(), 9)});
  tamper("UPDATE trades SET taker_side = 'left'");
  base::Result<History> history = History::open(file);
  ASSERT_TRUE(history.ok());
  const node::JournalAnswer answer =
      history->answer(exchange::HistoryQuery(exchange::TradesQuery{"BTC-USD", {}}));
  EXPECT_NE(answer.error.find("table trades, row 1: column taker_side"), std::string::npos)
      << answer.error;
  EXPECT_EQ(answer.history.error, answer.error);
}

TEST(History, NeedsADatabase) {
  const tests::TempDir dir;
  EXPECT_FALSE(History::open(dir.file("none.db")).ok());
}

}  // namespace
}  // namespace syrah::store
