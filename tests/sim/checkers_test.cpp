// Every checker bites: fed with a history that breaks its promise it says so, and fed with the
// honest version of the same history it keeps quiet.

#include <gtest/gtest.h>

#include "exchange/exchange.h"
#include "sim/api_client.h"
#include "sim/checkers/acknowledged_checker.h"
#include "sim/checkers/after_cancel_checker.h"
#include "sim/checkers/both_sides_checker.h"
#include "sim/checkers/client_id_checker.h"
#include "sim/checkers/conservation_checker.h"
#include "sim/checkers/crossed_checker.h"
#include "sim/checkers/determinism_checker.h"
#include "sim/checkers/durable_first_checker.h"
#include "sim/checkers/feed_checker.h"
#include "sim/checkers/heads_checker.h"
#include "sim/checkers/holds_checker.h"
#include "sim/checkers/no_reuse_checker.h"
#include "sim/checkers/order_terms_checker.h"
#include "sim/checkers/overfill_checker.h"
#include "sim/checkers/price_checker.h"
#include "sim/checkers/price_time_checker.h"

namespace syrah::sim {
namespace {

using exchange::Held;
using exchange::OrderAccepted;
using exchange::OrderClosed;
using exchange::Price;
using exchange::Quantity;
using exchange::Recorded;
using exchange::Released;
using exchange::Side;
using exchange::Traded;

base::NodeId node(std::uint8_t number) {
  base::NodeId id;
  id.bytes.fill(number);
  return id;
}
const base::NodeId kA = node(1);
const base::NodeId kB = node(2);

/// Feeds of two homes, written by hand, with the account that checkers look at.
class Histories {
 public:
  Ledger ledger;

  Recorded next(const base::NodeId& home, exchange::Event event) {
    const base::Seq seq = ++ends_[home];
    return {home, seq, {static_cast<std::int64_t>(1000 + ++time_), 0}, "BTC-USD", std::move(event)};
  }
  Recorded add(const base::NodeId& home, exchange::Event event) {
    Recorded recorded = next(home, std::move(event));
    ledger.apply(recorded);
    return recorded;
  }
  base::OrderId order(const base::NodeId& home, Side side, std::int64_t price, std::int64_t lots,
                      const std::string& account) {
    return {home, add(home, terms(side, price, lots, account)).seq};
  }
  static OrderAccepted terms(Side side, std::int64_t price, std::int64_t lots,
                             const std::string& account) {
    OrderAccepted event;
    event.side = side;
    event.price = Price{price};
    event.quantity = Quantity{lots};
    event.account = account;
    return event;
  }

 private:
  std::map<base::NodeId, base::Seq> ends_;
  std::uint64_t time_ = 0;
};

Traded trade(const base::TradeId& id, const base::OrderId& maker, const base::OrderId& taker,
             std::int64_t price, std::int64_t lots) {
  return {id, maker, taker, Price{price}, Quantity{lots}};
}

/// A maker at A, a taker at B that asks for it.
struct AcrossHomes : Histories {
  base::OrderId maker = order(kA, Side::kSell, 100, 10, "alice");
  base::OrderId taker = order(kB, Side::kBuy, 100, 10, "bob");
  base::TradeId hold(std::int64_t lots) {
    Held request;
    request.order = taker.seq;
    request.maker = maker;
    request.price = Price{100};
    request.quantity = Quantity{lots};
    return {kB, add(kB, request).seq};
  }
};

TEST(OverfillChecker, BitesWhenTwoMakersFillOneTakerBeyondItsQuantity) {
  AcrossHomes world;
  const base::OrderId other = world.order(kA, Side::kSell, 100, 10, "carol");
  Report report;
  OverfillChecker checker(report);
  checker.entry(world.add(kA, trade({kB, 50}, world.maker, world.taker, 100, 6)), world.ledger);
  EXPECT_TRUE(report.clean());
  checker.entry(world.add(kA, trade({kB, 51}, other, world.taker, 100, 6)), world.ledger);
  EXPECT_FALSE(report.clean());
}

TEST(OverfillChecker, CountsATradeThatBothHomesTellOnce) {
  AcrossHomes world;
  const base::TradeId id = world.hold(10);
  Report report;
  OverfillChecker checker(report);
  checker.entry(world.add(kA, trade(id, world.maker, world.taker, 100, 10)), world.ledger);
  checker.entry(world.add(kB, trade(id, world.maker, world.taker, 100, 10)), world.ledger);
  EXPECT_TRUE(report.clean());
}

TEST(BothSidesChecker, AcceptsTheAgreementStepByStep) {
  AcrossHomes world;
  Report report;
  BothSidesChecker checker(report);
  const base::TradeId id = world.hold(4);
  for (const base::NodeId& home : {kA, kB}) {
    const Recorded told = world.next(home, trade(id, world.maker, world.taker, 100, 4));
    checker.entry(told, world.ledger);
    world.ledger.apply(told);
  }
  checker.at_end();
  EXPECT_TRUE(report.clean());
}

TEST(BothSidesChecker, BitesOnOneSidedUnequalAndDoubledTrades) {
  for (const int fault : {0, 1, 2, 3}) {
    AcrossHomes world;
    Report report;
    BothSidesChecker checker(report);
    const base::TradeId id = world.hold(4);
    checker.entry(world.next(kA, trade(id, world.maker, world.taker, 100, 4)), world.ledger);
    if (fault == 1) {
      checker.entry(world.next(kB, trade(id, world.maker, world.taker, 100, 3)), world.ledger);
    } else if (fault == 2) {
      checker.entry(world.next(kA, trade(id, world.maker, world.taker, 100, 4)), world.ledger);
    } else if (fault == 3) {
      checker.entry(world.next(kB, Released{id.seq, exchange::RefuseReason::kAbandoned, {}}),
                    world.ledger);
    }
    checker.at_end();
    EXPECT_FALSE(report.clean()) << "fault " << fault;
  }
}

TEST(BothSidesChecker, BitesWhenARequestWasNeverHeldOrALetGoOneIsTraded) {
  AcrossHomes world;
  Report report;
  BothSidesChecker checker(report);
  checker.entry(world.next(kA, trade({kB, 77}, world.maker, world.taker, 100, 4)), world.ledger);
  EXPECT_FALSE(report.clean());

  Report second;
  BothSidesChecker other(second);
  const base::TradeId id = world.hold(4);
  other.entry(world.next(kB, Released{id.seq, exchange::RefuseReason::kNotOpen, {}}), world.ledger);
  EXPECT_FALSE(second.clean()) << "a release needs a refusal";
}

TEST(ConservationChecker, BitesWhenTheFoldRefusesAndWhenAmountsGoBelowZero) {
  Histories world;
  Report report;
  ConservationChecker checker(report);
  const exchange::InstrumentDeclared declared{instrument(0)};
  checker.entry(world.add(kA, declared), world.ledger);
  checker.entry(world.add(kA, Histories::terms(Side::kSell, 100, 10, "alice")), world.ledger);
  EXPECT_TRUE(report.clean());
  checker.entry(world.add(kA, trade({kB, 9}, {kA, 2}, {kB, 5}, 100, 11)), world.ledger);
  EXPECT_FALSE(report.clean());
}

TEST(PriceChecker, BitesOnAnotherPriceThanTheMakersAndOnSelfTrade) {
  AcrossHomes world;
  Report report;
  PriceChecker checker(report);
  const base::TradeId id = world.hold(4);
  checker.entry(world.next(kA, trade(id, world.maker, world.taker, 100, 4)), world.ledger);
  EXPECT_TRUE(report.clean());
  checker.entry(world.next(kA, trade(id, world.maker, world.taker, 99, 4)), world.ledger);
  EXPECT_FALSE(report.clean());

  Report second;
  PriceChecker other(second);
  const base::OrderId own = world.order(kB, Side::kBuy, 100, 5, "alice");
  other.entry(world.next(kA, trade({kB, 60}, world.maker, own, 100, 4)), world.ledger);
  EXPECT_FALSE(second.clean());
}

TEST(PriceChecker, BitesOnARequestOutsideTheTakersLimit) {
  AcrossHomes world;
  Report report;
  PriceChecker checker(report);
  Held request;
  request.order = world.taker.seq;
  request.maker = world.maker;
  request.price = Price{101};
  request.quantity = Quantity{1};
  checker.entry(world.next(kB, request), world.ledger);
  EXPECT_FALSE(report.clean());
}

TEST(OrderTermsChecker, BitesWhenPostOnlyTakesAndWhenFillOrKillIsPartial) {
  Histories world;
  Report report;
  OrderTermsChecker checker(report);
  const base::OrderId maker = world.order(kA, Side::kSell, 100, 10, "alice");
  OrderAccepted terms = Histories::terms(Side::kBuy, 100, 10, "bob");
  terms.post_only = true;
  const base::OrderId taker{kA, world.add(kA, terms).seq};
  checker.entry(world.add(kA, trade({kA, 3}, maker, taker, 100, 1)), world.ledger);
  EXPECT_FALSE(report.clean());

  Report second;
  terms.post_only = false;
  terms.tif = exchange::TimeInForce::kFok;
  const base::OrderId whole{kA, world.add(kA, terms).seq};
  world.add(kA, trade({kA, 5}, maker, whole, 100, 1));
  world.add(kA, OrderClosed{whole.seq, exchange::CloseReason::kKilled});
  OrderTermsChecker(second).at_end(world.ledger);
  EXPECT_FALSE(second.clean());
}

TEST(AfterCancelChecker, AllowsWhatWasHeldBeforeAndBitesOnAnythingElse) {
  AcrossHomes world;
  Report report;
  AfterCancelChecker checker(report);
  const base::TradeId id = world.hold(4);
  world.add(kB, OrderClosed{world.taker.seq, exchange::CloseReason::kCancelled});
  const Recorded held_before = world.next(kB, trade(id, world.maker, world.taker, 100, 4));
  checker.entry(held_before, world.ledger);
  EXPECT_TRUE(report.clean());
  world.ledger.apply(held_before);
  checker.entry(world.next(kB, trade(id, world.maker, world.taker, 100, 1)), world.ledger);
  EXPECT_FALSE(report.clean());

  Report second;
  world.add(kA, OrderClosed{world.maker.seq, exchange::CloseReason::kCancelled});
  AfterCancelChecker(second).entry(
      world.next(kA, trade({kB, 99}, world.maker, world.taker, 100, 1)), world.ledger);
  EXPECT_FALSE(second.clean());
}

TEST(PriceTimeChecker, BitesWhenSomeoneIsPassedOver) {
  Histories world;
  const base::OrderId first = world.order(kA, Side::kSell, 100, 10, "alice");
  const base::OrderId second = world.order(kA, Side::kSell, 100, 10, "carol");
  const base::OrderId taker = world.order(kA, Side::kBuy, 100, 10, "bob");
  Report honest;
  PriceTimeChecker(honest).entry(world.next(kA, trade({kA, 4}, first, taker, 100, 1)),
                                 world.ledger);
  EXPECT_TRUE(honest.clean());
  Report report;
  PriceTimeChecker(report).entry(world.next(kA, trade({kA, 4}, second, taker, 100, 1)),
                                 world.ledger);
  EXPECT_FALSE(report.clean());
}

TEST(ClientIdChecker, BitesOnASecondOrderUnderOneClientId) {
  Histories world;
  Report report;
  ClientIdChecker checker(report);
  OrderAccepted terms = Histories::terms(Side::kBuy, 100, 10, "bob");
  terms.client_id = "mine";
  checker.entry(world.next(kA, terms));
  checker.entry(world.next(kB, terms));
  EXPECT_TRUE(report.clean()) << "another home is another matter";
  checker.entry(world.next(kA, terms));
  EXPECT_FALSE(report.clean());

  Report second;
  ClientIdChecker other(second);
  Intent intent;
  intent.home = kA;
  intent.account = "bob";
  intent.client_id = "mine";
  other.placed(intent, {kA, 1});
  other.placed(intent, {kA, 1});
  EXPECT_TRUE(second.clean());
  other.placed(intent, {kA, 2});
  EXPECT_FALSE(second.clean());
}

TEST(NoReuseChecker, BitesWhenAnIdStandsForAnotherOrder) {
  Histories world;
  const base::OrderId id = world.order(kA, Side::kBuy, 100, 10, "bob");
  Intent intent;
  intent.number = 1;
  intent.home = kA;
  intent.account = "bob";
  intent.instrument = "BTC-USD";
  intent.price_ticks = 100;
  intent.quantity_lots = 10;
  Report report;
  NoReuseChecker checker(report, world.ledger);
  checker.placed(intent, id);
  EXPECT_TRUE(report.clean());
  intent.number = 2;
  checker.placed(intent, id);
  EXPECT_FALSE(report.clean());

  Report second;
  intent.price_ticks = 101;
  NoReuseChecker(second, world.ledger).placed(intent, id);
  EXPECT_FALSE(second.clean());
}

TEST(AcknowledgedChecker, BitesWhenSomethingIsTakenBack) {
  Report report;
  AcknowledgedChecker checker(report);
  checker.told({{kA, 1}, 10, 5, false});
  checker.told({{kA, 1}, 10, 6, true});
  checker.not_found({kA, 2});
  EXPECT_TRUE(report.clean());
  checker.told({{kA, 1}, 10, 5, true});
  EXPECT_EQ(report.violations().size(), 1U);
  checker.told({{kA, 1}, 10, 6, false});
  EXPECT_EQ(report.violations().size(), 2U);
  checker.not_found({kA, 1});
  EXPECT_EQ(report.violations().size(), 3U);
}

/// A home that signs entries of any text.
struct Writer {
  crypto::Identity identity;
  crypto::Digest hash;
  base::Seq seq = 0;

  explicit Writer(std::uint8_t number)
      : identity(crypto::Identity::from_seed(crypto::Seed{number})),
        hash(feed::genesis_hash(identity.id())) {}

  feed::Batch batch(const std::string& text) {
    feed::Batch batch;
    batch.previous = hash;
    hash = feed::next_hash(hash, text);
    batch.entries = std::vector{feed::Entry{++seq, {1000, 0}, text}};
    batch.head = feed::sign_head(identity, seq, hash, {1000, 0});
    return batch;
  }
};

TEST(FeedChecker, BitesOnGapsForksForgeriesAndWhatWasNeverDurable) {
  Writer home(1);
  const feed::Batch first = home.batch("{\"seq\":1}");
  const feed::Batch second = home.batch("{\"seq\":2}");
  Writer twin(1);
  const feed::Batch fork = twin.batch("{\"seq\":1,\"other\":true}");
  {
    Report report;
    FeedArchive archive;
    FeedChecker checker(report, archive);
    EXPECT_TRUE(checker.own_stored(first));
    EXPECT_TRUE(checker.own_stored(second));
    checker.copy(kB, first);
    checker.copy(kB, second.head);
    EXPECT_TRUE(report.clean());
    checker.copy(kB, fork);
    EXPECT_EQ(report.violations().size(), 1U);
    feed::Batch changed = second;
    std::vector<feed::Entry> entries = second.entries.list();
    entries[0].text += ' ';
    changed.entries = entries;
    checker.copy(kB, changed);
    EXPECT_EQ(report.violations().size(), 2U);
    feed::Head forged = second.head;
    forged.signature[0] ^= 1;
    checker.copy(kB, forged);
    EXPECT_EQ(report.violations().size(), 3U);
  }
  Report report;
  FeedArchive archive;
  FeedChecker checker(report, archive);
  EXPECT_FALSE(checker.own_stored(second));
  checker.copy(kB, first);
  EXPECT_EQ(report.violations().size(), 2U);
}

TEST(DurableFirstChecker, BitesOnWordsAheadOfTheDisk) {
  Writer home(1);
  const feed::Batch first = home.batch("{\"seq\":1}");
  const feed::Batch second = home.batch("{\"seq\":2}");
  Histories world;
  const base::OrderId id = world.order(kA, Side::kBuy, 100, 10, "bob");
  Report report;
  FeedArchive archive;
  ASSERT_EQ(archive.extend(first), "");
  DurableFirstChecker checker(report, archive, world.ledger);
  EXPECT_TRUE(checker.own_head_sent(first.head));
  checker.told({id, 10, 0, false});
  EXPECT_TRUE(report.clean());
  EXPECT_FALSE(checker.own_head_sent(second.head));
  checker.told({id, 10, 1, false});
  checker.told({id, 10, 0, true});
  checker.told({{kA, 7}, 10, 0, false});
  checker.told_cancelled(id);
  EXPECT_EQ(report.violations().size(), 5U);
}

TEST(DeterminismChecker, BitesOnDifferentTraces) {
  Report report;
  DeterminismChecker checker(report);
  checker.compare("a", "a");
  EXPECT_TRUE(report.clean());
  checker.compare("a", "b");
  EXPECT_FALSE(report.clean());
}

/// An exchange with one order, alone or knowing another one's feed.
struct Node {
  exchange::Exchange exchange;
  std::vector<exchange::OwnEntry> entries;

  explicit Node(const base::NodeId& id) : exchange({id, {instrument(0)}, 1, {}}) {
    EXPECT_TRUE(exchange.start(kNow).ok());
    collect();
  }
  void collect() {
    exchange.settle(kNow);
    for (exchange::OwnEntry& entry : exchange.take_entries()) entries.push_back(std::move(entry));
  }
  void place(const std::string& side, const std::string& account) {
    exchange::PlaceOrder order;
    order.account = account;
    order.instrument = "BTC-USD";
    order.side = side == "buy" ? Side::kBuy : Side::kSell;
    order.price = "100";
    order.quantity = "1";
    EXPECT_TRUE(exchange.place(order, kNow).ok());
    collect();
  }
  void learn(const Node& other) {
    for (const exchange::OwnEntry& entry : other.entries) {
      EXPECT_TRUE(exchange.fold(other.exchange.self(), entry.text, kNow).ok());
    }
    exchange.set_reach(other.exchange.self(), exchange::Reach::kLive, kNow);
  }
  [[nodiscard]] LiveNode view(const std::string& name) const { return {name, &exchange, {}}; }

  static constexpr base::Time kNow{1'000'000, 1'795'219'200'000'000};
};

TEST(HeadsChecker, BitesWhenAFeedWasNotFollowed) {
  Node a(kA);
  Node b(kB);
  a.learn(b);
  b.learn(a);
  Report report;
  HeadsChecker(report).at_end({a.view("A"), b.view("B")});
  EXPECT_TRUE(report.clean());
  a.place("buy", "alice");
  HeadsChecker(report).at_end({a.view("A"), b.view("B")});
  EXPECT_FALSE(report.clean());
}

TEST(HeadsChecker, BitesWhenBooksDifferOverEqualFeeds) {
  Node a(kA);
  Node b(kB);
  a.place("buy", "alice");
  a.learn(b);
  b.learn(a);
  b.exchange.set_reach(kA, exchange::Reach::kSilent, Node::kNow);
  Report report;
  HeadsChecker(report).at_end({a.view("A"), b.view("B")});
  EXPECT_FALSE(report.clean());
}

TEST(CrossedAndHoldsCheckers, BiteOnABookThatNobodyClears) {
  Node a(kA);
  Node b(kB);
  a.place("sell", "alice");
  b.place("buy", "bob");
  b.learn(a);
  Report report;
  CrossedChecker(report).at_end({a.view("A"), b.view("B")});
  EXPECT_FALSE(report.clean());
  // B holds for A's order now, and A never hears of it.
  b.collect();
  Report second;
  HoldsChecker(second).at_end({a.view("A")});
  EXPECT_TRUE(second.clean());
  HoldsChecker(second).at_end({b.view("B")});
  EXPECT_FALSE(second.clean());
}

}  // namespace
}  // namespace syrah::sim
