// What only this node can tell of feeds and orders.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"
#include "exchange/event_codec.h"

namespace syrah::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::Desk;

/// A home with a feed of its own, which the desk's node folds.
class OtherHome {
 public:
  explicit OtherHome(Desk& desk) : desk_(desk) {
    id_.bytes.fill(9);
    EXPECT_TRUE(instruments_.add(*desk.exchange().instrument("BTC-USD")).ok());
    add("BTC-USD", exchange::InstrumentDeclared{*desk.exchange().instrument("BTC-USD")});
    add({}, exchange::LeaseRenewed{desk.now().wall_ms() + 86'400'000});
    reach(exchange::Reach::kLive, "live");
  }
  const base::NodeId& id() const { return id_; }
  exchange::Seq add(std::string instrument, exchange::Event event) {
    const exchange::Recorded recorded{
        id_, ++seq_, {desk_.now().wall_ms() - 60'000, 0}, std::move(instrument), std::move(event)};
    const auto folded =
        desk_.exchange().fold(id_, exchange::encode_event(recorded, instruments_), desk_.now());
    EXPECT_TRUE(folded.ok()) << folded.error().message;
    return seq_;
  }
  /// Its public id.
  std::string sell(std::int64_t ticks, std::int64_t lots, std::string account = "carol") {
    exchange::OrderAccepted order;
    order.side = exchange::Side::kSell;
    order.price = {ticks};
    order.quantity = {lots};
    order.account = std::move(account);
    const exchange::Seq seq = add("BTC-USD", order);
    desk_.settle();
    return base::PublicId::of({id_, seq}).text();
  }
  void reach(exchange::Reach reach, std::string state) {
    desk_.exchange().set_reach(id_, reach, desk_.now());
    FeedLine feed;
    feed.home = id_.text();
    feed.seq = feed.newest = static_cast<std::int64_t>(seq_);
    feed.state = std::move(state);
    feed.heard_ms_ago = 34'000;
    FeedLine own;
    own.home = desk_.exchange().self().text();
    own.state = "own";
    own.seq = own.newest = 1000;
    desk_.view().id = own.home;
    desk_.view().feeds = {own, feed};
    PeerLine peer;
    peer.id = id_.text();
    peer.name = "carol";
    desk_.view().peers = {peer};
  }

 private:
  Desk& desk_;
  base::NodeId id_;
  exchange::Instruments instruments_;
  exchange::Seq seq_ = 0;
};

/// The words of the reasons, in their order.
std::vector<std::string> reasons(const HttpResponse& response) {
  std::vector<std::string> words;
  const auto value = json::parse(response.body);
  EXPECT_TRUE(value.ok()) << response.body;
  if (!value || value->find("reasons") == nullptr) return {response.body};
  for (const json::Value& reason : value->find("reasons")->items()) {
    words.emplace_back(reason.string("reason").value_or(""));
  }
  return words;
}

HttpResponse why(Desk& desk, const std::string& id) {
  return desk.get("/node/orders/" + id + "/why");
}

TEST(Why, AnOrderAloneWaitsForAnOpposite) {
  Desk desk;
  const std::string id = desk.place("buy", "100", "1");
  EXPECT_THAT(reasons(why(desk, id)), ElementsAre("no_opposite", "first"));
}

TEST(Why, AQueueIsCounted) {
  Desk desk;
  desk.place("buy", "101", "0.5", "bob-key");
  desk.place("buy", "100", "1", "bob-key");
  desk.place("buy", "100", "2");
  const std::string id = desk.place("buy", "100", "1");
  desk.place("buy", "100", "7", "bob-key");
  desk.place("sell", "110", "1", "bob-key");
  const HttpResponse response = why(desk, id);
  EXPECT_THAT(reasons(response), ElementsAre("not_crossing", "behind", "behind"));
  EXPECT_THAT(response.body, HasSubstr("the best ask is 110.00, 10.00 away from its price"));
  EXPECT_THAT(response.body, HasSubstr(R"("orders_better":1,"size_better":"0.50000000",)"
                                       R"("orders_before":2,"size_before":"3.00000000")"));
  EXPECT_THAT(response.body, HasSubstr(R"("best_price":"101.00","from_best":"1.00",)"
                                       R"("best_opposite":"110.00","from_opposite":"10.00")"));
}

TEST(Why, WhatIsOverSaysHowItEnded) {
  Desk desk;
  const std::string cancelled = desk.place("buy", "100", "1");
  desk.send(desk.request("DELETE", "/orders/" + cancelled));
  EXPECT_THAT(reasons(why(desk, cancelled)), ElementsAre("cancelled"));
  desk.place("sell", "100", "1", "bob-key");
  const HttpResponse post_only =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"buy","price":"100","size":"1",)"
                           R"("post_only":true})");
  EXPECT_THAT(reasons(why(desk, Desk::member(post_only, "id"))), ElementsAre("post_only"));
  const HttpResponse rest =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"buy","price":"99","size":"1",)"
                           R"("time_in_force":"IOC"})");
  EXPECT_THAT(reasons(why(desk, Desk::member(rest, "id"))), ElementsAre("immediate"));
  const std::string filled = desk.place("buy", "100", "1");
  EXPECT_THAT(reasons(why(desk, filled)), ElementsAre("filled"));
  const std::string mine = desk.place("sell", "120", "1");
  desk.place("buy", "120", "1");
  EXPECT_THAT(reasons(why(desk, mine)), ElementsAre("self_trade"));
}

TEST(Why, ASuspendedHomeIsSaidForItsOrdersAndForThoseThatCrossThem) {
  Desk desk;
  OtherHome carol(desk);
  const std::string theirs = carol.sell(10'000, 100'000'000);
  carol.reach(exchange::Reach::kSilent, "silent");
  const HttpResponse response = why(desk, theirs);
  EXPECT_THAT(reasons(response), ElementsAre("suspended"));
  EXPECT_THAT(response.body, HasSubstr("its home carol (09090909) was not heard for 34 s"));
  EXPECT_THAT(response.body, HasSubstr("\"in_book\":false"));
  const std::string mine = desk.place("buy", "100", "1");
  EXPECT_THAT(reasons(why(desk, mine)), ElementsAre("opposite_suspended", "no_opposite", "first"));
  carol.reach(exchange::Reach::kGone, "gone");
  EXPECT_THAT(reasons(why(desk, theirs)), ElementsAre("gone"));
  carol.reach(exchange::Reach::kGone, "forked");
  EXPECT_THAT(reasons(why(desk, theirs)), ElementsAre("forked"));
}

TEST(Why, AStopWaitsForItsPrice) {
  Desk desk;
  const HttpResponse stop =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"sell","price":"90","size":"1",)"
                           R"("stop":"loss","stop_price":"95"})");
  const std::string id = Desk::member(stop, "id");
  const HttpResponse response = why(desk, id);
  EXPECT_THAT(reasons(response), ElementsAre("stop"));
  EXPECT_THAT(response.body, HasSubstr("a trade at 95.00 or below: there was none yet"));
  EXPECT_EQ(desk.get("/node/orders").body, "[]") << "nobody else's business";
  EXPECT_EQ(desk.get("/node/orders/" + id).status, 404);
}

TEST(Why, AHoldSaysWhomItWaitsFor) {
  Desk desk;
  OtherHome carol(desk);
  carol.sell(10'000, 100'000'000);
  const std::string mine = desk.place("buy", "100", "1");
  const HttpResponse response = why(desk, mine);
  EXPECT_THAT(reasons(response), testing::Contains("pending"));
  EXPECT_THAT(response.body, HasSubstr("1.00000000 of it waits for the answer of carol"));
  const std::vector<std::tuple<exchange::Reach, std::string, std::string>> cases = {
      {exchange::Reach::kLive, "live", "\"waits_for\":\"answer\""},
      {exchange::Reach::kSilent, "silent", "\"waits_for\":\"home\""},
      {exchange::Reach::kGone, "forked", "\"waits_for\":\"operator\""}};
  for (const auto& [reach, state, says] : cases) {
    carol.reach(reach, state);
    const HttpResponse holds = desk.get("/node/holds");
    EXPECT_THAT(holds.body, HasSubstr(says));
    EXPECT_THAT(holds.body, HasSubstr("\"maker_state\":\"" + state + "\""));
    EXPECT_THAT(holds.body, HasSubstr("\"maker_name\":\"carol\""));
    EXPECT_THAT(holds.body, HasSubstr("\"since\":\"2026-"));
  }
  carol.reach(exchange::Reach::kLive, "live");
  desk.view().feeds[1].newest += 3;
  EXPECT_THAT(desk.get("/node/holds").body, HasSubstr("for 3 entries of carol"));
}

TEST(Why, OrdersOfOtherHomesThatAreNotHere) {
  Desk desk;
  OtherHome carol(desk);
  const auto id_of = [&](exchange::Seq seq) {
    return base::PublicId::of({carol.id(), seq}).text();
  };
  EXPECT_THAT(reasons(why(desk, id_of(500))), ElementsAre("not_here_yet"));
  EXPECT_THAT(reasons(why(desk, id_of(1))), ElementsAre("over"));
  EXPECT_EQ(why(desk, "0a0a0a0a-0a0a-0a0a-0000-000000000001").status, 404);
  EXPECT_EQ(why(desk, "17").status, 400);
}

TEST(Why, OtherAccountsOrdersOfThisHomeAreTheirs) {
  Desk desk;
  const std::string id = desk.place("buy", "100", "1", "bob-key");
  EXPECT_EQ(why(desk, id).status, 404);
  HttpRequest unsigned_request = desk.request("GET", "/node/orders/" + id + "/why");
  unsigned_request.headers.clear();
  EXPECT_EQ(desk.send(unsigned_request).status, 401);
}

TEST(Orders, EveryOpenOrderHasItsHome) {
  Desk desk;
  OtherHome carol(desk);
  const std::string mine = desk.place("buy", "90", "1");
  const std::string theirs = carol.sell(10'000, 100'000'000);
  const std::string all = desk.get("/node/orders").body;
  EXPECT_THAT(all, HasSubstr(mine));
  EXPECT_THAT(all, HasSubstr("\"home_name\":\"carol\",\"home_state\":\"live\""));
  EXPECT_THAT(all, Not(HasSubstr("alice"))) << "accounts are nobody's business";
  EXPECT_EQ(desk.get("/node/orders?state=suspended").body, "[]");
  carol.reach(exchange::Reach::kSilent, "silent");
  const std::string suspended = desk.get("/node/orders?state=suspended").body;
  EXPECT_THAT(suspended, HasSubstr(theirs));
  EXPECT_THAT(suspended, Not(HasSubstr(mine)));
  EXPECT_THAT(desk.get("/node/orders?state=live").body, Not(HasSubstr(theirs)));
  EXPECT_EQ(desk.get("/node/orders?product_id=ETH-USD").body, "[]");
  EXPECT_THAT(desk.get("/node/orders/" + theirs).body, HasSubstr("\"home_state\":\"silent\""));
  EXPECT_EQ(desk.get("/node/orders?state=here").status, 400);
  EXPECT_EQ(desk.get("/node/orders?limit=0").status, 400);
  EXPECT_EQ(desk.get("/node/orders/07070707-0707-0707-0000-00000000ffff").status, 404);
}

TEST(Feeds, AreToldWithTheirHeadsAndHowTheyCame) {
  Desk desk;
  OtherHome carol(desk);
  const std::string theirs = carol.sell(10'000, 100'000'000);
  desk.view().feeds[1].hash = "abcd";
  desk.view().feeds[1].seq = 3;
  desk.view().feeds[1].newest = 5;
  ArrivalLine line;
  line.how = "peer";
  line.peer = carol.id().text();
  line.route = "grenache";
  line.first = 2;
  line.last = 3;
  line.made_ms = 1'795'246'200'000;
  line.arrived_wall_us = 1'795'246'200'012'345;
  desk.arrivals()[{carol.id(), 3}] = line;
  EXPECT_THAT(desk.get("/node/feeds").body,
              HasSubstr(R"("name":"carol","state":"live","seq":3,"newest":5,"missing":2,)"
                        R"("heard_ms_ago":34000,"hash":"abcd","orders":1,"holds":0)"));
  for (const std::string& name : {std::string("carol"), carol.id().text().substr(0, 8)}) {
    EXPECT_THAT(desk.get("/node/feeds/" + name).body,
                HasSubstr(R"("route":"grenache","first_hand":true,"first":2,"last":3,)"))
        << name;
  }
  EXPECT_THAT(desk.get("/node/feeds/carol?seq=3").body, HasSubstr("\"after_ms\":12"));
  EXPECT_EQ(desk.get("/node/feeds/carol?seq=4").status, 400);
  EXPECT_EQ(desk.get("/node/feeds/0909").status, 404);
  const std::string provenance = desk.get("/node/orders/" + theirs + "/provenance").body;
  EXPECT_THAT(provenance, HasSubstr(R"("home_name":"carol","seq":3,"arrival":{"how":"peer")"));
  EXPECT_THAT(provenance, HasSubstr("\"after_ms\":60012")) << "by the order's own time";
  EXPECT_EQ(desk.get("/node/orders/09090909-0909-0909-0000-000000000004/provenance").status, 404);
}

}  // namespace
}  // namespace syrah::api
