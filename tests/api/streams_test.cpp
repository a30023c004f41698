#include "api/streams.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <deque>

#include "api/stream_limits.h"
#include "base/random.h"
#include "crypto/crc32.h"
#include "desk.h"
#include "seed.h"
#include "stream_reader.h"

namespace syrah::tests {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A desk and clients of its feed: what each was sent, and how it was closed.
class StreamsTest : public testing::Test {
 protected:
  static constexpr const char* kFull =
      R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"]})";
  static constexpr const char* kLevel2 =
      R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"]})";

  api::Streams& streams() { return desk_.streams(); }

  api::StreamId connect() {
    streams().opened(++last_, desk_.now());
    return last_;
  }
  void say(api::StreamId stream, const std::string& text) {
    const api::Context context = desk_.make_context();
    if (auto answer = streams().received(stream, text, context)) streams().release(*answer);
    flush();
  }
  api::StreamId subscribe(const std::string& text) {
    const api::StreamId stream = connect();
    say(stream, text);
    return stream;
  }
  /// As if so much time had passed that everything gathered leaves.
  void flush() {
    desk_.now().steady_us += api::kLevel2BatchMs * base::kUsPerMs;
    desk_.now().wall_us += api::kLevel2BatchMs * base::kUsPerMs;
    streams().flush(desk_.now());
    for (api::StreamOutput& output : streams().take_outputs()) {
      if (const auto* send = std::get_if<api::StreamSend>(&output)) {
        for (const api::StreamId stream : send->streams) {
          for (const api::StreamText& text : send->messages) {
            told_[stream].push_back(*text);
            if (reads_) streams().sent(stream, text->size());
          }
        }
      } else {
        const auto& close = std::get<api::StreamClose>(output);
        closed_[close.stream] = close;
      }
    }
  }
  /// What the client was told since the last call, of one type or of all.
  std::vector<std::string> told(api::StreamId stream, const std::string& type = "") {
    flush();
    std::vector<std::string> texts;
    for (const std::string& text : std::exchange(told_[stream], {})) {
      if (type.empty() || text.find("{\"type\":\"" + type + "\"") == 0) texts.push_back(text);
    }
    return texts;
  }
  std::vector<std::string> types(api::StreamId stream) {
    std::vector<std::string> types;
    for (const std::string& text : told(stream)) {
      types.emplace_back(*read_json(text).string("type"));
    }
    return types;
  }
  std::string signed_message(const std::string& rest, const std::string& key = "alice-key") {
    const std::string timestamp = std::to_string(desk_.now().wall_ms() / 1000);
    const auto sign = api::sign_request("c2VjcmV0", timestamp, "GET", "/users/self/verify", "");
    return R"({"type":"subscribe","key":")" + key +
           R"(","passphrase":"open sesame","timestamp":")" + timestamp + R"(","signature":")" +
           *sign + R"(",)" + rest + "}";
  }
  /// Some 300 KB that a client can resume from.
  void fill_ring() {
    ring_begin_ = streams().sequence("BTC-USD");
    for (int i = 0; i < 600; ++i) desk_.place("buy", "1", "0.00000001");
  }
  std::string resume() const {
    return R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],"resume_from":)" +
           std::to_string(ring_begin_) + "}";
  }
  json::Document level3() {
    return read_json(level3_ = desk_.get("/products/BTC-USD/book?level=3").body);
  }
  static std::vector<std::string> rows(const json::Value& level3) {
    FullReader reader;
    reader.load(level3);
    return reader.rows();
  }
  /// Something that a client of an exchange does, by chance.
  void act(base::Random& random) {
    const auto some = [&](std::uint64_t n) { return random.below(n); };
    const std::string key = some(2) == 0 ? "alice-key" : "bob-key";
    const std::uint64_t what = some(10);
    if (what < 6 || ids_.empty()) {
      const std::string price = std::to_string(90 + some(20));
      const std::string size = std::to_string(1 + some(9));
      const char* const terms[] = {"", R"(,"time_in_force":"IOC")", R"(,"time_in_force":"FOK")",
                                   R"(,"post_only":true)"};
      const api::HttpResponse placed = desk_.send(desk_.request(
          "POST", "/orders",
          R"({"product_id":"BTC-USD","side":")" + std::string(some(2) == 0 ? "buy" : "sell") +
              R"(","price":")" + price + R"(","size":")" + size + "\"" +
              (some(3) == 0 ? terms[some(4)] : "") + "}",
          key));
      if (placed.status == 200) ids_.emplace_back(Desk::member(placed, "id"), key);
      return;
    }
    const auto& [id, owner] = ids_[some(ids_.size())];
    if (what < 9) {
      desk_.send(desk_.request("DELETE", "/orders/" + id, "", owner));
    } else {
      desk_.send(desk_.request("PUT", "/orders/" + id,
                               R"({"price":")" + std::to_string(90 + some(20)) + R"(","size":")" +
                                   std::to_string(1 + some(9)) + "\"}",
                               owner));
    }
  }

  Desk desk_;
  api::StreamId last_ = 0;
  bool reads_ = true;
  std::map<api::StreamId, std::vector<std::string>> told_;
  std::map<api::StreamId, api::StreamClose> closed_;
  std::vector<std::pair<std::string, std::string>> ids_;
  std::string level3_;
  std::int64_t ring_begin_ = 0;
};

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

TEST_F(StreamsTest, SubscriptionsThatAreWrongChangeNothingAndSayWhy) {
  const std::pair<const char*, const char*> wrong[] = {
      {"{", "JSON"},
      {R"([1])", "must be a JSON object"},
      {R"({"type":"hello"})", "type must be subscribe or unsubscribe"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"]})", "channels is missing"},
      {R"({"type":"subscribe","channels":["full"]})", "product_ids is missing for full"},
      {R"({"type":"subscribe","product_ids":["X-Y"],"channels":["full"]})", "no product \\\"X-Y"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["all"]})", "no channel"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],"resume_form":1})",
       "resume_form"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"],"resume_from":1})",
       "resume_from is for the channel full"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],"resume_from":1})",
       "too old"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],)"
       R"("resume_from":9000000000000000})",
       "has not come yet"},
      {R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],)"
       R"("cancel_on_disconnect":true})",
       "goes with the channel user"},
  };
  for (const auto& [text, why] : wrong) {
    const api::StreamId client = subscribe(text);
    EXPECT_THAT(told(client), ElementsAre(AllOf(HasSubstr(R"("type":"error")"), HasSubstr(why))))
        << text;
    desk_.place("buy", "1", "1");
    EXPECT_THAT(told(client), IsEmpty()) << text;
  }
}

TEST_F(StreamsTest, SigningInIsCheckedAsForRequests) {
  const std::string user = R"("product_ids":["BTC-USD"],"channels":["user"])";
  for (const std::string& text :
       {R"({"type":"subscribe",)" + user + "}",
        R"({"type":"subscribe","key":"alice-key",)" + user + "}", signed_message(user, "nobody")}) {
    const api::StreamId client = subscribe(text);
    EXPECT_THAT(told(client), ElementsAre(HasSubstr(R"("message":"Authentication Failed")")));
  }
  const api::StreamId client = subscribe(signed_message(user));
  say(client, signed_message(user, "bob-key"));
  EXPECT_THAT(told(client), ElementsAre(HasSubstr("subscriptions"), HasSubstr("another account")));
}

TEST_F(StreamsTest, WhoAsksForItHasItsOrdersCancelledWhenItLeaves) {
  const std::string user = R"("product_ids":["BTC-USD"],"channels":["user"])";
  const api::StreamId stays = subscribe(signed_message(user));
  const api::StreamId asks = subscribe(signed_message(user + R"(,"cancel_on_disconnect":true)"));
  EXPECT_EQ(streams().cancels_for(stays), std::nullopt);
  const api::SwitchRecord alice{"alice-key", "alice"};
  EXPECT_EQ(streams().cancels_for(asks), alice);
  desk_.clients().keys.add({"alices-other", "open sesame", "c2VjcmV0", "alice"});
  say(asks, signed_message(user + R"(,"cancel_on_disconnect":true)", "alices-other"));
  EXPECT_THAT(told(asks).back(), HasSubstr("on for another key: use a connection for each"));
  EXPECT_EQ(streams().cancels_for(asks), alice);
  streams().closed(asks);
  EXPECT_EQ(streams().cancels_for(asks), std::nullopt);
}

TEST_F(StreamsTest, UnsubscribingEndsIt) {
  const api::StreamId client = subscribe(kFull);
  say(client, R"({"type":"unsubscribe","product_ids":["BTC-USD"],"channels":["full"]})");
  EXPECT_THAT(told(client), ElementsAre(HasSubstr("full"), HasSubstr(R"("channels":[])")));
  desk_.place("buy", "1", "1");
  EXPECT_THAT(told(client), IsEmpty());
}

TEST_F(StreamsTest, ASlowReaderOfLevel2GetsOneUpdateForAllItMissed) {
  fill_ring();
  reads_ = false;
  const api::StreamId client = subscribe(kLevel2);
  say(client, resume());  // some 300 KB
  told(client);
  for (int i = 0; i < 100; ++i) desk_.place("buy", std::to_string(100 + i % 10), "1");
  EXPECT_THAT(told(client, "l2update"), IsEmpty());
  EXPECT_THAT(closed_, IsEmpty());
  streams().sent(client, 100'000'000);
  const auto caught_up = told(client, "l2update");
  ASSERT_THAT(caught_up, SizeIs(1));
  const json::Document update = read_json(caught_up[0]);
  EXPECT_EQ(update.find("changes")->items().size(), 10U);
  EXPECT_EQ(update.integer("checksum"),
            read_json(desk_.get("/products/BTC-USD/book").body).integer("checksum"));
}

TEST_F(StreamsTest, AClientThatDoesNotReadIsClosedAndOthersDoNotNotice) {
  fill_ring();
  const api::StreamId good = subscribe(kFull);
  reads_ = false;
  const api::StreamId slow = subscribe(kFull);
  for (int i = 0; i < 90 && closed_.empty(); ++i) say(slow, resume());
  ASSERT_TRUE(closed_.contains(slow));
  EXPECT_EQ(closed_.at(slow).code, api::kClosePolicy);
  EXPECT_THAT(closed_.at(slow).reason, HasSubstr("too slow"));
  told(good);
  told(slow);
  desk_.place("buy", "1", "1");
  EXPECT_THAT(types(good), ElementsAre("received", "open"));
  EXPECT_THAT(told(slow), IsEmpty());
}

TEST_F(StreamsTest, WhoSaysNothingOrTooMuchIsClosed) {
  const api::StreamId silent = connect();
  const api::StreamId loud = connect();
  for (std::uint32_t i = 0; i <= api::kStreamMessagesPerSecond; ++i) {
    streams().received(loud, kFull, desk_.make_context());
  }
  desk_.now().steady_us += api::kSubscribeWithinMs * base::kUsPerMs;
  flush();
  EXPECT_EQ(closed_.at(silent).code, api::kClosePolicy);
  EXPECT_EQ(closed_.at(loud).code, api::kClosePolicy);
}

TEST_F(StreamsTest, ThereAreOnlySoManyClients) {
  for (std::size_t i = 0; i < api::kStreamsMax; ++i) connect();
  const api::StreamId one_more = connect();
  flush();
  EXPECT_EQ(closed_.at(one_more).code, api::kCloseTryLater);
}

}  // namespace
}  // namespace syrah::tests
