#include "node/basic_market.h"

#include <gtest/gtest.h>

#include <tuple>

#include "base/ids.h"
#include "node/basic_limits.h"

namespace syrah::node {
namespace {

using exchange::Side;
using p2p::BasicPeers;

class Market : public ::testing::Test {
 protected:
  explicit Market(BasicPeers mode = BasicPeers::kTrade)
      : market(mode, "syrah", {exchange::parse_instrument("BTC-USD:0.01:0.001").value()}) {
    home.bytes[0] = 0xAB;
    now = {1'000'000, 1'700'000'000'000'000};
    market.learn({}, now);
  }

  exchange::Order own(exchange::Seq seq, Side side, std::int64_t price, std::int64_t lots) {
    exchange::Order order;
    order.id = {home, seq};
    order.instrument = "BTC-USD";
    order.side = side;
    order.price = {price * 100};
    order.quantity = {lots};
    order.account = "ada";
    order.accepted = {now.wall_ms(), 0};
    order.priority = {order.accepted, home, seq};
    return order;
  }
  [[nodiscard]] std::string id_of(exchange::Seq seq) const {
    return base::PublicId::of({home, seq}).text();
  }

  static p2p::BasicOrder heard(const std::string& id, bool buy, const std::string& price,
                               const std::string& amount) {
    p2p::BasicOrder order;
    order.id = id;
    order.user_id = "bob";
    order.buy = buy;
    order.price = price;
    order.amount = amount;
    order.pair = "BTC/USD";
    order.status = "pending";
    return order;
  }
  /// Every message has a time of its own unless `timestamp_ms` says which.
  void hear(const p2p::MessageBody& body, p2p::ConnectionId from = 2,
            std::int64_t timestamp_ms = 0) {
    const std::int64_t stamp = timestamp_ms != 0 ? timestamp_ms : ++last_stamp;
    market.message(from, {from == 2 ? "old" : "older", stamp, body}, now);
  }
  void advance(std::int64_t ms) {
    now.steady_us += ms * 1000;
    now.wall_us += ms * 1000;
  }
  void forget_outputs() { std::ignore = market.take_outputs(); }
  template <class T>
  std::vector<T> outputs() {
    std::vector<T> found;
    for (BasicOutput& output : market.take_outputs()) {
      if (T* one = std::get_if<T>(&output)) found.push_back(std::move(*one));
    }
    return found;
  }
  template <class T>
  std::vector<T> told() {
    std::vector<T> found;
    for (BasicTell& tell : outputs<BasicTell>()) {
      if (T* one = std::get_if<T>(&tell.body)) found.push_back(std::move(*one));
    }
    return found;
  }
  /// Their ids.
  std::vector<std::string> told_orders() {
    std::vector<std::string> ids;
    for (const p2p::BasicOrder& order : told<p2p::BasicOrder>()) ids.push_back(order.id);
    return ids;
  }

  base::NodeId home;
  BasicMarket market;
  base::Time now;
  std::int64_t last_stamp = 1;
};
class ShowingMarket : public Market {
 protected:
  ShowingMarket() : Market(BasicPeers::kShow) {}
};

TEST_F(ShowingMarket, ShowsWhatItHearsAndTradesWithNobody) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 5), now);
  forget_outputs();
  hear(heard("a", true, "101.50", "0.010"));
  ASSERT_EQ(market.indications().size(), 1U);
  const api::Indication& shown = market.indications().begin()->second;
  EXPECT_EQ(shown.peer, "old");
  EXPECT_EQ(shown.instrument, "BTC-USD");
  EXPECT_EQ(shown.side, Side::kBuy);
  EXPECT_EQ(shown.price.ticks, 10'150);
  EXPECT_EQ(shown.quantity.lots, 10);
  EXPECT_EQ(shown.heard_ms, now.wall_ms());
  EXPECT_TRUE(outputs<BasicFill>().empty());
}

TEST_F(ShowingMarket, WhatMakesNoSenseHereIsIgnoredWithAWord) {
  market.peer_up(2, "old", now);
  hear(heard("a", true, "1.001", "1"));
  hear(heard("b", true, "1", "0.0001"));
  hear(heard("c", true, "-1", "1"));
  hear(heard("", true, "1", "1"));
  hear(heard(std::string(kBasicIdMax + 1, 'x'), true, "1", "1"));
  hear(heard("line\nend", true, "1", "1"));
  p2p::BasicOrder pair = heard("d", true, "1", "1");
  pair.pair = "ETH/USD";
  hear(pair);
  EXPECT_TRUE(market.indications().empty());
  const auto lines = outputs<base::LogLine>();
  EXPECT_EQ(lines.size(), 7U);
  for (const base::LogLine& line : lines) EXPECT_EQ(line.level, base::LogLevel::kDebug);
}

TEST_F(ShowingMarket, CancelsAndEndsTakeAnIndicationAway) {
  market.peer_up(2, "old", now);
  hear(heard("a", true, "1", "1"));
  hear(heard("b", true, "1", "1"));
  hear(heard("c", true, "1", "1"));
  hear(p2p::BasicCancel{"a"});
  EXPECT_EQ(market.indications().size(), 2U);
  p2p::BasicOrder filled = heard("b", true, "1", "1");
  filled.status = "filled";
  hear(filled);
  EXPECT_EQ(market.indications().size(), 1U);
  market.peer_down(2, now);
  EXPECT_TRUE(market.indications().empty());
}

TEST_F(ShowingMarket, APeerCancelsOnlyItsOwn) {
  market.peer_up(2, "old", now);
  market.peer_up(4, "older", now);
  hear(heard("a", true, "1", "1"), 2);
  hear(p2p::BasicCancel{"a"}, 4);
  EXPECT_EQ(market.indications().size(), 1U);
  market.peer_down(4, now);
  EXPECT_EQ(market.indications().size(), 1U);
}

TEST_F(ShowingMarket, AReplacedConnectionKeepsWhatThePeerSaid) {
  market.peer_up(2, "old", now);
  hear(heard("a", true, "1", "1"), 2);
  market.peer_up(6, "old", now);
  market.peer_down(2, now);
  EXPECT_EQ(market.indications().size(), 1U);
}

TEST_F(ShowingMarket, IndicationsAreBoundedPerPeerAndForgottenByAge) {
  market.peer_up(2, "old", now);
  for (std::size_t at = 0; at <= kIndicationsPerPeerMax; ++at) {
    hear(heard("o" + std::to_string(at), true, "1", "1"));
    advance(1);
  }
  EXPECT_EQ(market.indications().size(), kIndicationsPerPeerMax);
  EXPECT_FALSE(market.indications().contains({"old", "o0"}));  // the oldest made room
  advance(kIndicationAgeMs);
  EXPECT_LE(market.next_deadline_us(), now.steady_us);
  market.tick(now);
  EXPECT_TRUE(market.indications().empty());
}

TEST_F(ShowingMarket, IndicationsOfAllPeersTogetherAreBounded) {
  for (p2p::ConnectionId peer = 1; peer <= 12; ++peer) {
    market.peer_up(peer, "peer" + std::to_string(peer), now);
    for (std::size_t at = 0; at < kIndicationsPerPeerMax; ++at) {
      hear(heard("o" + std::to_string(at), true, "1", "1"), peer);
    }
  }
  EXPECT_EQ(market.indications().size(), kIndicationsMax);
}

TEST_F(ShowingMarket, OwnOrdersAreFollowedForAWhileAfterTheLastPeerLeft) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 5), now);
  market.own_order(own(2, Side::kSell, 101, 5), now);
  market.peer_down(2, now);
  exchange::Order gone = own(1, Side::kSell, 100, 5);
  gone.closed = true;
  gone.cancelled = {5};
  market.own_order(gone, now);
  market.own_order(own(3, Side::kSell, 102, 5), now);
  advance(kOwnFollowedAloneMs - 1);
  market.tick(now);
  forget_outputs();
  market.peer_up(4, "older", now);
  EXPECT_FALSE(market.needs_own_orders());
  EXPECT_EQ(told_orders(), (std::vector{id_of(2), id_of(3)}));
}

TEST_F(ShowingMarket, WhoComesLaterHearsOfTheOrdersThatAreLearnedThen) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 5), now);
  market.peer_down(2, now);
  const std::int64_t deadline_us = now.steady_us + kOwnFollowedAloneMs * base::kUsPerMs;
  EXPECT_EQ(market.next_deadline_us(), deadline_us);
  advance(kOwnFollowedAloneMs);
  market.tick(now);
  EXPECT_GT(market.next_deadline_us(), deadline_us);
  market.own_order(own(2, Side::kSell, 101, 5), now);
  forget_outputs();
  market.peer_up(4, "older", now);
  EXPECT_TRUE(told<p2p::BasicOrder>().empty());
  ASSERT_TRUE(market.needs_own_orders());
  market.learn({{2, own(2, Side::kSell, 101, 5)}, {3, own(3, Side::kSell, 102, 5)}}, now);
  EXPECT_FALSE(market.needs_own_orders());
  EXPECT_EQ(told_orders(), (std::vector{id_of(2), id_of(3)}));
}

TEST_F(ShowingMarket, OwnOrdersAreAnnouncedWithWhatIsOpen) {
  exchange::Order order = own(7, Side::kSell, 100, 500);
  market.own_order(order, now);
  EXPECT_TRUE(outputs<BasicTell>().empty());
  market.peer_up(2, "old", now);
  auto orders = told<p2p::BasicOrder>();
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].id, id_of(7));
  EXPECT_FALSE(orders[0].buy);
  EXPECT_EQ(orders[0].pair, "BTC/USD");
  EXPECT_EQ(orders[0].price, "100.00");
  EXPECT_EQ(orders[0].amount, "0.500");
  EXPECT_EQ(orders[0].status, "pending");
  EXPECT_EQ(orders[0].timestamp_ms, order.accepted.ms);

  market.own_order(order, now);  // nothing changed
  EXPECT_TRUE(told<p2p::BasicOrder>().empty());
  order.filled = {100};
  order.held = {150};
  market.own_order(order, now);
  orders = told<p2p::BasicOrder>();
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].amount, "0.250");
  EXPECT_EQ(orders[0].status, "partial");

  order.held = {400};  // all of it is promised to others
  market.own_order(order, now);
  EXPECT_EQ(told<p2p::BasicCancel>().size(), 1U);
  order.held = {0};
  market.own_order(order, now);
  EXPECT_EQ(told<p2p::BasicOrder>().size(), 1U);
  order.closed = true;
  order.cancelled = {400};
  market.own_order(order, now);
  const auto cancels = told<p2p::BasicCancel>();
  ASSERT_EQ(cancels.size(), 1U);
  EXPECT_EQ(cancels[0].order_id, id_of(7));
}

TEST_F(ShowingMarket, ANewPriceIsANewOrderToThem) {
  market.peer_up(2, "old", now);
  market.own_order(own(7, Side::kSell, 100, 5), now);
  forget_outputs();
  market.own_order(own(7, Side::kSell, 101, 5), now);
  const auto tells = outputs<BasicTell>();
  ASSERT_EQ(tells.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<p2p::BasicCancel>(tells[0].body));
  EXPECT_EQ(std::get<p2p::BasicOrder>(tells[1].body).price, "101.00");
}

TEST_F(ShowingMarket, OrdersThatDoNotRestAreNotAnnounced) {
  market.peer_up(2, "old", now);
  exchange::Order order = own(1, Side::kBuy, 100, 5);
  order.tif = exchange::TimeInForce::kIoc;
  market.own_order(order, now);
  order = own(2, Side::kBuy, 0, 5);
  order.type = exchange::OrderType::kMarket;
  market.own_order(order, now);
  EXPECT_TRUE(outputs<BasicTell>().empty());
}

TEST_F(ShowingMarket, AnnouncementsAreSpreadOutAndMeltTogether) {
  market.peer_up(2, "old", now);
  for (exchange::Seq seq = 1; seq <= 200; ++seq) {
    market.own_order(own(seq, Side::kBuy, 100, 5), now);
  }
  EXPECT_EQ(told<p2p::BasicOrder>().size(), 100U);
  for (std::int64_t lots = 6; lots < 50; ++lots) {
    market.own_order(own(200, Side::kBuy, 100, lots), now);
  }
  exchange::Order gone = own(1, Side::kBuy, 100, 5);
  gone.closed = true;
  gone.cancelled = {5};
  market.own_order(gone, now);
  EXPECT_LT(market.next_deadline_us(), now.steady_us + 1'000'000);
  advance(1000);
  market.tick(now);
  const auto tells = outputs<BasicTell>();
  ASSERT_EQ(tells.size(), 20U);
  EXPECT_TRUE(std::holds_alternative<p2p::BasicCancel>(tells[0].body));  // what is gone goes first
  std::vector<p2p::BasicOrder> rest;
  for (int second = 0; second < 10; ++second) {
    advance(1000);
    market.tick(now);
    for (const auto& order : told<p2p::BasicOrder>()) rest.push_back(order);
  }
  EXPECT_EQ(rest.size() + 19, 100U);
  EXPECT_EQ(rest.back().amount, "0.049");
  EXPECT_GT(market.next_deadline_us(), now.steady_us + 1'000'000'000);
}

TEST_F(Market, AnOwnOrderTakesWhatWasHeardBeforeAtThePricesHeard) {
  market.peer_up(2, "old", now);
  hear(heard("dear", false, "101", "0.004"));
  hear(heard("cheap", false, "100", "0.003"));
  hear(heard("far", false, "103", "0.003"));
  forget_outputs();
  market.own_order(own(1, Side::kBuy, 102, 5), now);
  const auto fills = outputs<BasicFill>();
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[0].peer_order, "cheap");
  EXPECT_EQ(fills[0].price.ticks, 10'000);
  EXPECT_EQ(fills[0].quantity.lots, 3);
  EXPECT_EQ(fills[1].peer_order, "dear");
  EXPECT_EQ(fills[1].price.ticks, 10'100);
  EXPECT_EQ(fills[1].quantity.lots, 2);
  EXPECT_EQ(market.indications().at({"old", "dear"}).quantity.lots, 2);
}

TEST_F(Market, APostOnlyOrderTakesNothingAndAKnownOneDoesNotTakeAgain) {
  market.peer_up(2, "old", now);
  hear(heard("a", false, "100", "0.003"));
  exchange::Order order = own(1, Side::kBuy, 102, 5);
  order.post_only = true;
  forget_outputs();
  market.own_order(order, now);
  EXPECT_TRUE(outputs<BasicFill>().empty());
  order.post_only = false;
  order.filled = {1};
  market.own_order(order, now);
  EXPECT_TRUE(outputs<BasicFill>().empty());
  order.price = {10'100};
  market.own_order(order, now);
  EXPECT_EQ(outputs<BasicFill>().size(), 1U);
}

TEST_F(Market, AHeardOrderTradesByPriceAndTimeAtTheOwnPrice) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 102, 4), now);
  market.own_order(own(2, Side::kSell, 100, 4), now);
  market.own_order(own(3, Side::kSell, 100, 4), now);
  market.own_order(own(4, Side::kBuy, 99, 4), now);
  forget_outputs();
  hear(heard("a", true, "101", "0.010"));
  const auto fills = outputs<BasicFill>();
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[0].order, 2U);
  EXPECT_EQ(fills[1].order, 3U);
  EXPECT_EQ(fills[0].price.ticks, 10'000);
  EXPECT_EQ(fills[0].quantity.lots, 4);
  EXPECT_EQ(fills[0].side, Side::kSell);
  EXPECT_EQ(fills[0].peer, "old");
  EXPECT_EQ(fills[0].peer_order, "a");
  EXPECT_NE(fills[0].trade, fills[1].trade);
  ASSERT_EQ(market.indications().size(), 1U);
  EXPECT_EQ(market.indications().begin()->second.quantity.lots, 2);
}

TEST_F(Market, ATradeIsToldToAllOnceItIsDone) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 4), now);
  forget_outputs();
  hear(heard("a", true, "101", "0.004"));
  const auto fills = outputs<BasicFill>();
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_TRUE(market.indications().empty());
  market.filled(fills[0], true, now);
  const auto tells = outputs<BasicTell>();
  ASSERT_EQ(tells.size(), 1U);
  EXPECT_EQ(tells[0].connection, 0U);
  const auto& trade = std::get<p2p::BasicTrade>(tells[0].body);
  EXPECT_EQ(trade.id, fills[0].trade);
  EXPECT_EQ(trade.buy_order_id, "a");
  EXPECT_EQ(trade.sell_order_id, id_of(1));
  EXPECT_EQ(trade.amount, "0.004");
  EXPECT_EQ(trade.price, "100.00");
}

TEST_F(Market, ATradeThatCameToNothingIsNotTold) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 4), now);
  forget_outputs();
  hear(heard("a", true, "101", "0.004"));
  const auto fills = outputs<BasicFill>();
  ASSERT_EQ(fills.size(), 1U);
  market.filled(fills[0], false, now);
  EXPECT_TRUE(outputs<BasicTell>().empty());
  ASSERT_EQ(market.indications().size(), 1U);
  EXPECT_EQ(market.indications().begin()->second.quantity.lots, 4);
}

TEST_F(Market, WhatIsPromisedIsNotPromisedTwice) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 4), now);
  forget_outputs();
  hear(heard("a", true, "101", "0.003"));
  hear(heard("b", true, "101", "0.003"));
  const auto fills = outputs<BasicFill>();
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[0].quantity.lots + fills[1].quantity.lots, 4);
}

TEST_F(Market, AnOrderAnnouncedAgainDoesNotTradeAgain) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 40), now);
  forget_outputs();
  hear(heard("a", true, "101", "0.004"));
  EXPECT_EQ(outputs<BasicFill>().size(), 1U);
  hear(heard("a", true, "101", "0.004"));  // the old nodes name the full amount every time
  EXPECT_TRUE(outputs<BasicFill>().empty());
  hear(heard("a", true, "101", "0.006"));
  const auto fills = outputs<BasicFill>();
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].quantity.lots, 2);
}

TEST_F(Market, WhatWasSeenBeforeIsDroppedForTwoMinutes) {
  market.peer_up(2, "old", now);
  hear(heard("a", true, "101", "1"), 2, 77);
  hear(p2p::BasicCancel{"a"}, 2, 78);
  hear(heard("a", true, "101", "1"), 2, 77);
  EXPECT_TRUE(market.indications().empty());
  advance(kSeenMs);
  hear(heard("a", true, "101", "1"), 2, 77);
  EXPECT_EQ(market.indications().size(), 1U);
}

TEST_F(Market, AnEchoOfAnOwnOrderIsNotTradedWith) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 4), now);
  market.own_order(own(2, Side::kBuy, 90, 4), now);
  forget_outputs();
  hear(heard(id_of(1), false, "90", "0.004"));
  EXPECT_TRUE(outputs<BasicFill>().empty());
  EXPECT_TRUE(market.indications().empty());
}

TEST_F(Market, TradesOfOthersChangeNothing) {
  market.peer_up(2, "old", now);
  market.own_order(own(1, Side::kSell, 100, 4), now);
  forget_outputs();
  p2p::BasicTrade trade;
  trade.id = "t";
  trade.sell_order_id = id_of(1);
  trade.amount = "0.004";
  hear(trade);
  EXPECT_TRUE(outputs<BasicTell>().empty());
  EXPECT_TRUE(outputs<BasicFill>().empty());
}

TEST(SeenMessages, AreBounded) {
  SeenMessages seen;
  for (std::size_t at = 0; at <= kSeenMax; ++at) {
    ASSERT_TRUE(seen.add("order", "old", 1, std::to_string(at), 0));
  }
  EXPECT_FALSE(seen.add("order", "old", 1, "1", 0));
  EXPECT_TRUE(seen.add("order", "old", 1, "0", 0));  // the oldest made room
  EXPECT_TRUE(seen.add("trade", "old", 1, "5", 0));
  EXPECT_TRUE(seen.add("order", "older", 1, "5", 0));
  EXPECT_TRUE(seen.add("order", "old", 2, "5", 0));
}

}  // namespace
}  // namespace syrah::node
