#include "api/streams.h"

#include <algorithm>
#include <deque>

#include "crypto/crc32.h"
#include "seed.h"
#include "streams_fixture.h"

namespace syrah::tests {
namespace {

TEST_F(StreamsTest, FullTellsTheLifeOfAnOrder) {
  const api::StreamId client = subscribe(kFull);
  EXPECT_THAT(told(client),
              ElementsAre(HasSubstr(R"("channels":[{"name":"full","product_ids":["BTC-USD"]}])")));
  const std::string maker = desk_.place("sell", "100", "1", "bob-key");
  const std::string taker = desk_.place("buy", "101", "3");
  desk_.send(desk_.request("PUT", "/orders/" + taker, R"({"size":"2"})"));
  desk_.send(desk_.request("DELETE", "/orders/" + taker));
  EXPECT_THAT(
      told(client),
      ElementsAre(
          AllOf(HasSubstr(R"("type":"received")"), HasSubstr(R"("order_id":")" + maker),
                HasSubstr(R"("size":"1.00000000","price":"100.00","side":"sell")")),
          AllOf(HasSubstr(R"("type":"open")"), HasSubstr(R"("remaining_size":"1.00000000")")),
          AllOf(HasSubstr(R"("type":"received")"), HasSubstr(taker)),
          AllOf(HasSubstr(R"("type":"match")"), HasSubstr(R"("trade_id":1,)"),
                HasSubstr(R"("maker_order_id":")" + maker), HasSubstr(R"("side":"sell")")),
          AllOf(HasSubstr(R"("type":"done")"), HasSubstr(maker), HasSubstr(R"("reason":"filled")"),
                HasSubstr(R"("remaining_size":"0.00000000")")),
          AllOf(HasSubstr(R"("type":"open")"), HasSubstr(taker),
                HasSubstr(R"("remaining_size":"2.00000000")")),
          AllOf(HasSubstr(R"("type":"change")"), HasSubstr(R"("reason":"modify_order")"),
                HasSubstr(R"("old_size":"2.00000000","new_size":"1.00000000")")),
          AllOf(HasSubstr(R"("type":"done")"), HasSubstr(R"("reason":"canceled")"),
                HasSubstr(R"("remaining_size":"1.00000000")"))));
}

TEST_F(StreamsTest, FullAndALevel3BookGiveTheBookExactlyAtEveryMoment) {
  base::Random random(seed());
  api::StreamId client = subscribe(kFull);
  FullReader reader;
  reader.load(level3());
  for (int round = 0; round < 150; ++round) {
    act(random);
    if (random.below(40) == 0) {  // the connection breaks, and the client resumes
      streams().closed(client);
      for (int missed = 0; missed < 20; ++missed) act(random);
      client = subscribe(R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],)"
                         R"("resume_from":)" +
                         std::to_string(reader.sequence()) + "}");
    }
    for (const std::string& text : told(client)) ASSERT_TRUE(reader.apply(read_json(text))) << text;
    const json::Document now = level3();
    ASSERT_EQ(reader.sequence(), *now.integer("sequence"));
    ASSERT_EQ(reader.rows(), rows(now)) << "round " << round;
  }
}

TEST_F(StreamsTest, Level2FollowsTheBookAndItsChecksumIsTheBooks) {
  base::Random random(seed());
  for (int round = 0; round < 20; ++round) act(random);
  const api::StreamId client = subscribe(kLevel2);
  LevelReader reader;
  for (int round = 0; round < 200; ++round) {
    for (std::uint64_t some = random.below(4); some > 0; --some) act(random);
    for (const std::string& text : told(client)) reader.apply(read_json(text));
    const json::Document book = read_json(desk_.get("/products/BTC-USD/book?level=2").body);
    ASSERT_EQ(reader.checksum(), *book.integer("checksum"));
    ASSERT_EQ(reader.checksum(), crypto::crc32(reader.checksum_text()));
    ASSERT_EQ(reader.size(), book.find("bids")->items().size() + book.find("asks")->items().size());
  }
}

TEST_F(StreamsTest, WhatComesTogetherLeavesOnceForAllItsReaders) {
  subscribe(kFull);
  subscribe(kFull);
  subscribe(kLevel2);
  subscribe(kLevel2);
  for (int i = 0; i < 10; ++i) desk_.place("buy", std::to_string(50 + i), "1");
  desk_.now().steady_us += api::kGatherMs * base::kUsPerMs;
  streams().flush(desk_.now());
  const auto outputs = streams().take_outputs();
  ASSERT_THAT(outputs, SizeIs(2));
  EXPECT_THAT(std::get<api::StreamSend>(outputs[0]).streams, ElementsAre(1, 2));
  EXPECT_THAT(std::get<api::StreamSend>(outputs[0]).messages, SizeIs(20));
  EXPECT_THAT(std::get<api::StreamSend>(outputs[1]).streams, ElementsAre(3, 4));
  EXPECT_THAT(std::get<api::StreamSend>(outputs[1]).messages, SizeIs(1));
}

TEST_F(StreamsTest, NobodyIsToldBeforeItIsReleased) {
  const api::StreamId client = subscribe(kFull);
  told(client);
  exchange::PlaceOrder order;
  order.account = "alice";
  order.instrument = "BTC-USD";
  order.price = "99";
  order.quantity = "1";
  ASSERT_TRUE(desk_.exchange().place(order, desk_.now()).ok());
  auto news = streams().note(desk_.exchange().take_book_news(), {}, desk_.exchange(), desk_.now());
  ASSERT_TRUE(news);
  EXPECT_THAT(told(client), IsEmpty());
  streams().release(*std::move(news));
  EXPECT_THAT(types(client), ElementsAre("received", "open"));
}

TEST_F(StreamsTest, ASnapshotAndWhatFollowsFitTogether) {
  // The subscription waits for the disk behind what happened before it.
  exchange::PlaceOrder order;
  order.account = "alice";
  order.instrument = "BTC-USD";
  order.price = "99";
  order.quantity = "1";
  ASSERT_TRUE(desk_.exchange().place(order, desk_.now()).ok());
  auto before =
      streams().note(desk_.exchange().take_book_news(), {}, desk_.exchange(), desk_.now());
  const api::StreamId client = connect();
  auto answer = streams().received(client, kLevel2, desk_.make_context());
  order.price = "98";
  ASSERT_TRUE(desk_.exchange().place(order, desk_.now()).ok());
  auto after = streams().note(desk_.exchange().take_book_news(), {}, desk_.exchange(), desk_.now());
  streams().release(*std::move(before));
  streams().release(*answer);
  streams().release(*std::move(after));
  EXPECT_THAT(told(client),
              ElementsAre(HasSubstr("subscriptions"), HasSubstr(R"("bids":[["99.00","1.00)"),
                          HasSubstr(R"("changes":[["buy","98.00","1.00000000"]])")));
}

TEST_F(StreamsTest, ASnapshotIsToldAgainWithWhatChangedSince) {
  const api::StreamId first = subscribe(kLevel2);
  told(first);
  desk_.place("buy", "99", "1");
  const api::StreamId second = subscribe(kLevel2);
  EXPECT_THAT(told(second), ElementsAre(HasSubstr("subscriptions"), HasSubstr(R"("bids":[])"),
                                        HasSubstr(R"("changes":[["buy","99.00","1.00000000"]])")));
  desk_.now().steady_us += api::kSnapshotMs * base::kUsPerMs;
  const api::StreamId third = subscribe(kLevel2);
  EXPECT_THAT(told(third), ElementsAre(HasSubstr("subscriptions"), HasSubstr(R"("bids":[["99)")));
}

TEST_F(StreamsTest, MatchesAndTickersTellOfTrades) {
  const api::StreamId client =
      subscribe(R"({"type":"subscribe","channels":[{"name":"matches","product_ids":["BTC-USD"]},)"
                R"({"name":"ticker","product_ids":["BTC-USD"]}]})");
  told(client);
  desk_.place("sell", "100", "2", "bob-key");
  desk_.place("buy", "100", "1");
  EXPECT_THAT(told(client),
              ElementsAre(AllOf(HasSubstr(R"("type":"match")"), HasSubstr(R"("price":"100.00")")),
                          AllOf(HasSubstr(R"("type":"ticker")"), HasSubstr(R"("side":"buy")"),
                                HasSubstr(R"("best_ask":"100.00","best_ask_size":"1.00000000")"))));
  // Who comes later is told the last of each.
  const api::StreamId later = subscribe(
      R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches","ticker"]})");
  EXPECT_THAT(types(later), ElementsAre("subscriptions", "ticker", "last_match"));
}

TEST_F(StreamsTest, ATickerHasTheFiguresOfTheLastDayAndMonth) {
  const std::int64_t now_s = desk_.now().wall_us / base::kUsPerSecond;
  const auto candle = [](std::int64_t start_s, std::int64_t low, std::int64_t high,
                         std::int64_t lots) {
    return exchange::Candle{start_s,
                            exchange::Price{low},
                            exchange::Price{high},
                            exchange::Price{low},
                            exchange::Price{high},
                            exchange::Quantity{lots}};
  };
  streams().restore("BTC-USD", {candle(now_s - 3600, 9'000, 12'000, 300'000'000)},
                    {candle(now_s - 10 * 86'400, 1, 2, 700'000'000)});
  const api::StreamId client =
      subscribe(R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["ticker"]})");
  told(client);
  desk_.place("sell", "130", "2", "bob-key");
  desk_.place("buy", "130", "1");
  EXPECT_THAT(told(client),
              ElementsAre(HasSubstr(R"("open_24h":"90.00","high_24h":"130.00","low_24h":"90.00",)"
                                    R"("volume_24h":"4.00000000","volume_30d":"8.00000000")")));
}

TEST_F(StreamsTest, HeartbeatsComeEverySecondAndTickersInBatchesEveryFifth) {
  const api::StreamId client = subscribe(
      R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["heartbeat","ticker_batch"]})");
  desk_.place("sell", "100", "2", "bob-key");
  desk_.place("buy", "100", "1");
  told(client);
  std::size_t heartbeats = 0;
  std::size_t tickers = 0;
  for (int tenth = 0; tenth < 100; ++tenth) {
    desk_.now().steady_us = streams().next_deadline_us();
    for (const std::string& type : types(client)) {
      heartbeats += type == "heartbeat" ? 1 : 0;
      tickers += type == "ticker" ? 1 : 0;
    }
  }
  EXPECT_EQ(heartbeats, 100U);
  EXPECT_EQ(tickers, 1U);  // nothing traded since
}

TEST_F(StreamsTest, TheUserChannelTellsOnlyTheOwnersOrders) {
  const api::StreamId alice =
      subscribe(signed_message(R"("product_ids":["BTC-USD"],"channels":["user"])"));
  EXPECT_THAT(types(alice), ElementsAre("subscriptions"));
  desk_.place("sell", "100", "1", "bob-key");
  const std::string own = desk_.place("buy", "100", "2");
  EXPECT_THAT(
      told(alice),
      ElementsAre(
          AllOf(HasSubstr(R"("type":"received")"), HasSubstr(R"("user_id":"alice")"),
                HasSubstr(R"("client_oid":"")")),
          AllOf(HasSubstr(R"("type":"match")"), HasSubstr(R"("taker_order_id":")" + own),
                HasSubstr(R"("taker_fee_rate":"0")"), HasSubstr(R"("trade_id":1)")),
          AllOf(HasSubstr(R"("type":"open")"), HasSubstr(R"("remaining_size":"1.00000000")"))));
}

TEST_F(StreamsTest, AStopOrderThatWaitsIsToldToItsOwnerOnly) {
  const api::StreamId alice =
      subscribe(signed_message(R"("product_ids":["BTC-USD"],"channels":["user"])"));
  const api::StreamId full = subscribe(kFull);
  told(alice);
  told(full);
  const auto place = [&] {
    return Desk::member(
        desk_.post("/orders", R"({"product_id":"BTC-USD","side":"buy","price":"110","size":"1",)"
                              R"("stop":"entry","stop_price":"105"})"),
        "id");
  };
  const std::string cancelled = place();
  desk_.send(desk_.request("DELETE", "/orders/" + cancelled));
  EXPECT_THAT(types(alice), ElementsAre("activate", "done"));
  EXPECT_THAT(told(full), IsEmpty());
  place();
  desk_.place("sell", "105", "1", "bob-key");
  desk_.place("buy", "105", "1");
  EXPECT_THAT(types(alice),
              AllOf(testing::Contains("activate").Times(1), testing::Contains("received").Times(2),
                    testing::Contains("match").Times(1), testing::Contains("open").Times(1)));
  EXPECT_THAT(types(full), testing::Contains("received").Times(3));
}

}  // namespace
}  // namespace syrah::tests
