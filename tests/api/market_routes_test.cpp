#include <gtest/gtest.h>

#include "desk.h"

namespace syrah::api {
namespace {

using tests::Desk;

HttpResponse plain_get(Desk& desk, std::string target) {
  return desk.send(HttpRequest{"GET", std::move(target), {}, "", ""});
}

TEST(MarketRoutes, ProductsAreAsClientsExpectThem) {
  Desk desk;
  const HttpResponse response = plain_get(desk, "/products/BTC-USD");
  EXPECT_EQ(Desk::member(response, "id"), "BTC-USD");
  EXPECT_EQ(Desk::member(response, "base_currency"), "BTC");
  EXPECT_EQ(Desk::member(response, "quote_currency"), "USD");
  EXPECT_EQ(Desk::member(response, "quote_increment"), "0.01");
  EXPECT_EQ(Desk::member(response, "base_increment"), "0.00000001");
  EXPECT_EQ(Desk::member(response, "status"), "online");
  const auto all = json::parse(plain_get(desk, "/products").body);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->items().size(), 2U);
  EXPECT_EQ(json::parse(plain_get(desk, "/currencies").body)->items().size(), 3U);
}

TEST(MarketRoutes, BookLevels) {
  Desk desk;
  const std::string first = desk.place("buy", "99", "1");
  desk.place("buy", "99", "0.5", "bob-key");
  desk.place("buy", "98", "2");
  desk.place("sell", "101", "3", "bob-key");
  const std::string one = plain_get(desk, "/products/BTC-USD/book").body;
  EXPECT_NE(one.find(R"("bids":[["99.00","1.50000000",2]],"asks":[["101.00","3.00000000",1]])"),
            std::string::npos)
      << one;
  const std::string two = plain_get(desk, "/products/BTC-USD/book?level=2").body;
  EXPECT_NE(two.find(R"("bids":[["99.00","1.50000000",2],["98.00","2.00000000",1]])"),
            std::string::npos)
      << two;
  const std::string three = plain_get(desk, "/products/BTC-USD/book?level=3").body;
  EXPECT_NE(three.find(R"("bids":[["99.00","1.00000000",")" + first + R"(",)"), std::string::npos)
      << three;
  EXPECT_NE(one.find(R"("suspended":0,"indications":[])"), std::string::npos);
}

TEST(MarketRoutes, ABookHasASequenceThatGrowsAndADigestThatFollowsTheBook) {
  Desk desk;
  const auto book = [&] { return *json::parse(plain_get(desk, "/products/BTC-USD/book").body); };
  const auto digest = [&] {
    return Desk::member(plain_get(desk, "/products/BTC-USD/book"), "digest");
  };
  const std::int64_t before = *book().integer("sequence");
  const std::string empty = digest();
  EXPECT_EQ(empty.size(), 16U);
  const std::string id = desk.place("buy", "99", "1");
  EXPECT_GT(*book().integer("sequence"), before);
  EXPECT_NE(digest(), empty);
  desk.send(desk.request("DELETE", "/orders/" + id));
  EXPECT_EQ(digest(), empty);
}

TEST(MarketRoutes, IndicationsAreShownApart) {
  Desk desk;
  Indication indication{"grape",  "o1",          "BTC-USD", exchange::Side::kSell,
                        {10'000}, {100'000'000}, 0};
  desk.indications()[{"grape", "o1"}] = indication;
  indication.instrument = "ETH-USD";
  desk.indications()[{"grape", "o2"}] = indication;
  const std::string book = plain_get(desk, "/products/BTC-USD/book?level=2").body;
  EXPECT_NE(book.find(R"("asks":[])"), std::string::npos);
  EXPECT_NE(book.find(R"("indications":[{"peer":"grape","id":"o1","side":"sell",)"
                      R"("price":"100.00","size":"1.00000000"}])"),
            std::string::npos)
      << book;
}

TEST(MarketRoutes, TradesArePagedNewestFirstAndTellTheMakersSide) {
  Desk desk;
  for (int i = 0; i < 5; ++i) {
    desk.place("sell", "100", "1", "bob-key");
    desk.place("buy", "100", "1");
  }
  std::vector<std::int64_t> ids;
  std::string after;
  do {
    const HttpResponse page = plain_get(
        desk, "/products/BTC-USD/trades?limit=2" + (after.empty() ? "" : "&after=" + after));
    const auto trades = json::parse(page.body);
    for (const json::Value& trade : trades->items()) {
      ids.push_back(*trade.integer("trade_id"));
      EXPECT_EQ(trade.string("side"), "sell");
      EXPECT_EQ(trade.string("price"), "100.00");
    }
    if (!trades->items().empty()) {
      EXPECT_EQ(Desk::header(page, "CB-BEFORE"),
                std::to_string(*trades->items().front().integer("trade_id")));
    }
    after = Desk::header(page, "CB-AFTER");
  } while (!after.empty());
  ASSERT_EQ(ids.size(), 5U);
  EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
  const HttpResponse newer =
      plain_get(desk, "/products/BTC-USD/trades?before=" + std::to_string(ids[1]));
  EXPECT_EQ(json::parse(newer.body)->items().size(), 1U);
  EXPECT_EQ(plain_get(desk, "/products/ETH-USD/trades").body, "[]");
}

TEST(MarketRoutes, TickerHasTheBestPricesAndTheLastTrade) {
  Desk desk;
  EXPECT_EQ(plain_get(desk, "/products/BTC-USD/ticker").status, 200);
  EXPECT_EQ(Desk::member(plain_get(desk, "/products/BTC-USD/ticker"), "bid"), "<none>");
  desk.place("sell", "100", "2", "bob-key");
  desk.place("buy", "100", "1");
  desk.place("buy", "99", "1");
  const HttpResponse ticker = plain_get(desk, "/products/BTC-USD/ticker");
  EXPECT_EQ(Desk::member(ticker, "bid"), "99.00");
  EXPECT_EQ(Desk::member(ticker, "ask"), "100.00");
  EXPECT_EQ(Desk::member(ticker, "price"), "100.00");
  EXPECT_EQ(Desk::member(ticker, "size"), "1.00000000");
}

TEST(MarketRoutes, CandlesAreNewestFirstAndNumbers) {
  Desk desk;
  desk.now().wall_us = 1'800'000'000'000'000;  // 2027-01-15T08:00:00Z
  desk.place("sell", "100", "1", "bob-key");
  desk.place("sell", "103", "2", "bob-key");
  desk.place("buy", "103", "2");
  desk.now().wall_us += 60'000'000;
  desk.place("sell", "101", "1", "bob-key");
  desk.place("buy", "101", "1");
  const std::string minutes = plain_get(desk, "/products/BTC-USD/candles").body;
  EXPECT_EQ(minutes,
            "[[1800000060,101.00,101.00,101.00,101.00,1.00000000],"
            "[1800000000,100.00,103.00,100.00,103.00,2.00000000]]");
  EXPECT_EQ(plain_get(desk, "/products/BTC-USD/candles?granularity=60&start=1800000060").body,
            "[[1800000060,101.00,101.00,101.00,101.00,1.00000000]]");
  EXPECT_EQ(plain_get(desk,
                      "/products/BTC-USD/candles?start=2027-01-15T08:00:00Z"
                      "&end=2027-01-15T08:00:59Z")
                .body,
            "[[1800000000,100.00,103.00,100.00,103.00,2.00000000]]");
  EXPECT_EQ(plain_get(desk, "/products/BTC-USD/candles?granularity=86400").body,
            "[[1799971200,100.00,103.00,100.00,101.00,3.00000000]]");
  EXPECT_EQ(plain_get(desk, "/products/ETH-USD/candles").body, "[]");
  EXPECT_EQ(plain_get(desk, "/products/spark-lines").body,
            R"({"BTC-USD":[[1800000000,100.00,103.00,100.00,101.00]],"ETH-USD":[]})");
}

TEST(MarketRoutes, StatsOfTheDayAndTheMonth) {
  Desk desk;
  EXPECT_EQ(plain_get(desk, "/products/BTC-USD/stats").body,
            R"({"volume":"0.00000000","volume_30day":"0.00000000"})");
  desk.place("sell", "100", "1", "bob-key");
  desk.place("buy", "100", "1");
  desk.place("sell", "99", "2", "bob-key");
  desk.place("buy", "99", "2");
  EXPECT_EQ(plain_get(desk, "/products/BTC-USD/stats").body,
            R"({"open":"100.00","high":"100.00","low":"99.00","last":"99.00",)"
            R"("volume":"3.00000000","volume_30day":"3.00000000"})");
  EXPECT_EQ(Desk::member(plain_get(desk, "/products/BTC-USD/ticker"), "volume"), "3.00000000");
}

TEST(MarketRoutes, ACurrencyHasTheStepsOfItsProducts) {
  Desk desk;
  EXPECT_EQ(Desk::member(plain_get(desk, "/currencies/BTC"), "max_precision"), "0.00000001");
  EXPECT_EQ(Desk::member(plain_get(desk, "/currencies/USD"), "max_precision"), "0.0000000001");
}

TEST(MarketRoutes, TimeIsTextAndSeconds) {
  Desk desk;
  desk.now().wall_us = 1'700'000'000'007'000;
  EXPECT_EQ(plain_get(desk, "/time").body,
            R"({"iso":"2023-11-14T22:13:20.007000Z","epoch":1700000000.007})");
}

}  // namespace
}  // namespace syrah::api
