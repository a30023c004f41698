// Clients of the feed: what they may ask for, and what becomes of those who do not read.

#include "streams_fixture.h"

namespace syrah::tests {
namespace {

class StreamsClientsTest : public StreamsTest {};

TEST_F(StreamsClientsTest, SubscriptionsThatAreWrongChangeNothingAndSayWhy) {
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

TEST_F(StreamsClientsTest, SigningInIsCheckedAsForRequests) {
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

TEST_F(StreamsClientsTest, WhoAsksForItHasItsOrdersCancelledWhenItLeaves) {
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

TEST_F(StreamsClientsTest, UnsubscribingEndsIt) {
  const api::StreamId client = subscribe(kFull);
  say(client, R"({"type":"unsubscribe","product_ids":["BTC-USD"],"channels":["full"]})");
  EXPECT_THAT(told(client), ElementsAre(HasSubstr("full"), HasSubstr(R"("channels":[])")));
  desk_.place("buy", "1", "1");
  EXPECT_THAT(told(client), IsEmpty());
}

TEST_F(StreamsClientsTest, ASlowReaderOfLevel2GetsOneUpdateForAllItMissed) {
  fill_ring();
  reads_ = false;
  const api::StreamId client = subscribe(kLevel2);
  say(client, resume());  // some 300 KB
  told(client);
  for (int i = 0; i < 100; ++i) desk_.place("buy", std::to_string(100 + i % 10), "1");
  EXPECT_THAT(told(client, "l2update"), IsEmpty());
  EXPECT_THAT(closed_, IsEmpty());
  const std::uint64_t conflated = streams().counts().conflated;
  EXPECT_GT(conflated, 0U);
  streams().sent(client, 100'000'000);
  const auto caught_up = told(client, "l2update");
  ASSERT_THAT(caught_up, SizeIs(1));
  const json::Document update = read_json(caught_up[0]);
  EXPECT_EQ(update.find("changes")->items().size(), 10U);
  EXPECT_EQ(update.integer("checksum"),
            read_json(desk_.get("/products/BTC-USD/book").body).integer("checksum"));
}

TEST_F(StreamsClientsTest, AClientThatDoesNotReadIsClosedAndOthersDoNotNotice) {
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
  EXPECT_EQ(streams().counts().too_slow, 1U);
  EXPECT_GT(streams().counts().resumed, 1U);
}

TEST_F(StreamsClientsTest, CountsWhatEachChannelWasToldAndWhoListens) {
  const auto of = [](const api::CountByChannel& counts, api::Channel channel) {
    return counts[static_cast<std::size_t>(channel)];
  };
  for (int i = 0; i < 2; ++i) subscribe(kFull);
  const api::StreamId leaves = subscribe(R"({"type":"subscribe","channels":["level2","matches"],)"
                                         R"("product_ids":["BTC-USD","ETH-USD"]})");
  desk_.place("buy", "1", "1");
  told(leaves);
  EXPECT_EQ(streams().clients(), 3U);
  EXPECT_EQ(of(streams().subscriptions(), api::Channel::kFull), 2U);
  EXPECT_EQ(of(streams().subscriptions(), api::Channel::kLevel2), 2U);
  EXPECT_EQ(of(streams().counts().messages, api::Channel::kFull), 4U) << "received and open, twice";
  EXPECT_EQ(of(streams().counts().messages, api::Channel::kLevel2), 1U);
  EXPECT_EQ(of(streams().counts().messages, api::Channel::kMatches), 0U);
  EXPECT_EQ(streams().counts().answers, 5U) << "three lists of subscriptions, two snapshots";
  say(leaves, R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],)"
              R"("resume_from":1})");
  EXPECT_EQ(streams().counts().not_resumed, 1U);
  streams().closed(leaves);
  EXPECT_EQ(of(streams().subscriptions(), api::Channel::kLevel2), 0U);
  EXPECT_EQ(of(streams().counts().messages, api::Channel::kLevel2), 1U) << "they only go up";
}

TEST_F(StreamsClientsTest, WhoSaysNothingOrTooMuchIsClosed) {
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

TEST_F(StreamsClientsTest, ThereAreOnlySoManyClients) {
  for (std::size_t i = 0; i < api::kStreamsMax; ++i) connect();
  const api::StreamId one_more = connect();
  flush();
  EXPECT_EQ(closed_.at(one_more).code, api::kCloseTryLater);
}

}  // namespace
}  // namespace syrah::tests
