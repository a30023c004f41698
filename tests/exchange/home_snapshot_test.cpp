#include "exchange/home_snapshot.h"

#include <gtest/gtest.h>

#include "exchange/fixture.h"

namespace syrah::exchange {
namespace {

using testing::kHome;
using testing::kOther;
using testing::Writer;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

class HomeSnapshotTest : public ::testing::Test {
 protected:
  HomeSnapshotTest() {
    feed.declare();
    OrderAccepted full;
    full.side = Side::kSell;
    full.type = OrderType::kLimit;
    full.price = {4'200'000};
    full.quantity = {50};
    full.tif = TimeInForce::kGtd;
    full.expires_ms = 1'900'000'000'000;
    full.post_only = true;
    full.self_trade = SelfTrade::kCancelBoth;
    full.account = "alice";
    full.client_id = "c-1";
    feed.apply(full).value();
    sell = feed.state.seq();
    buy = feed.order(Side::kBuy, 4'100'000, 20);
    feed.hold(buy, 4'000'000, 5);
    feed.hold(buy, 4'000'000, 6);
    feed.apply(Traded{{kOther, 3}, {kHome, sell}, {kOther, 2}, {4'200'000}, {7}}).value();
    feed.apply(Refused{{kOther, 4}, sell, RefuseReason::kSelfTrade, {2}}).value();
    feed.apply(OrderClosed{buy, CloseReason::kExpired}).value();
    feed.apply(LeaseRenewed{1'800'000'000'000}, "").value();
    feed.apply(Settled{testing::home_of(0x33), 6}, "").value();
    feed.apply(Settled{testing::home_of(0x44), 7}, "").value();
    text = HomeSnapshot::write(feed.state);
  }

  void expect_refused(const std::string& changed) {
    EXPECT_NE(changed, text);
    const base::Result<HomeState> read = HomeSnapshot::read(kHome, changed);
    ASSERT_FALSE(read.ok()) << changed;
    EXPECT_NE(read.error().message.find("snapshot line"), std::string::npos)
        << read.error().message;
  }

  Writer feed;
  Seq sell = 0;
  Seq buy = 0;
  std::string text;
};

TEST_F(HomeSnapshotTest, ReadingGivesTheStateAndWritingTheTextAgain) {
  const base::Result<HomeState> read = HomeSnapshot::read(kHome, text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->seq(), feed.state.seq());
  EXPECT_EQ(read->lease_until_ms(), feed.state.lease_until_ms());
  EXPECT_EQ(read->entries_since_checkpoint(), feed.state.entries_since_checkpoint());
  EXPECT_EQ(read->instruments().all(), feed.state.instruments().all());
  EXPECT_EQ(read->orders(), feed.state.orders());
  EXPECT_EQ(read->holds(), feed.state.holds());
  EXPECT_EQ(read->decisions(), feed.state.decisions());
  EXPECT_EQ(read->settled(), feed.state.settled());
  EXPECT_EQ(HomeSnapshot::write(*read), text);
}

TEST_F(HomeSnapshotTest, EmptyStateHasASnapshotToo) {
  const HomeState empty(kHome);
  const base::Result<HomeState> read = HomeSnapshot::read(kHome, HomeSnapshot::write(empty));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->seq(), 0U);
}

TEST_F(HomeSnapshotTest, OrdersThatAreOverAreLeftOut) {
  feed.apply(OrderClosed{sell, CloseReason::kCancelled}).value();
  EXPECT_NE(feed.state.order(sell), nullptr);
  EXPECT_EQ(HomeSnapshot::write(feed.state).find("\"alice\",\"clientId\":\"c-1\""),
            std::string::npos);
}

TEST_F(HomeSnapshotTest, AnotherHomesSnapshotIsRefused) {
  EXPECT_FALSE(HomeSnapshot::read(kOther, text).ok());
}

TEST_F(HomeSnapshotTest, ContradictionsAreRefused) {
  expect_refused(replaced(text, "\"filled\":7", "\"filled\":49"));
  expect_refused(replaced(text, "\"filled\":7", "\"filled\":51"));
  expect_refused(replaced(text, "\"filled\":7", "\"filled\":-1"));
  expect_refused(replaced(text, "\"held\":11", "\"held\":10"));
  expect_refused(replaced(text, "\"cancelled\":9", "\"cancelled\":8"));
  expect_refused(
      replaced(text, "\"quantity\":5,\"selfTrade\":false", "\"quantity\":4,\"selfTrade\":false"));
  expect_refused(
      replaced(text, "\"quantity\":5,\"selfTrade\":false", "\"quantity\":6,\"selfTrade\":false"));
  expect_refused(replaced(text, "\"priority\":3", "\"priority\":2"));
  expect_refused(replaced(text, "\"version\":7", "\"version\":99"));
  expect_refused(replaced(text, "\"order\":3", "\"order\":2"));
  expect_refused(replaced(text, "\"account\":\"alice\"", "\"account\":\"\""));
  expect_refused(replaced(text, "\"instrument\":\"BTC-USD\"", "\"instrument\":\"ETH-USD\""));
  expect_refused(replaced(text, "\"orders\":2", "\"orders\":1"));
  expect_refused(replaced(text, "\"orders\":2", "\"orders\":3"));
  expect_refused(replaced(text, "\"orders\":2", "\"orders\":200001"));
  expect_refused(replaced(text, "\"decisions\":2", "\"decisions\":1"));
  expect_refused(replaced(text, "\"groupSize\":1", "\"groupSize\":65"));
  expect_refused(replaced(text, "\"groupIndex\":0", "\"groupIndex\":1"));
  expect_refused(replaced(text, "\"below\":6", "\"below\":0"));
  expect_refused(replaced(text, "\"settled\":\"44", "\"settled\":\"32"));
  expect_refused(replaced(text, kOther.text() + ":4", kOther.text() + ":2"));
  expect_refused(replaced(text, kOther.text() + ":4", kOther.text() + ":3"));
  expect_refused(replaced(text, kOther.text() + ":4", kHome.text() + ":4"));
}

TEST_F(HomeSnapshotTest, OnlyOneFormIsAccepted) {
  expect_refused(replaced(text, "\"filled\":7", "\"filled\": 7"));
  expect_refused(replaced(text, "\"filled\":7", "\"filled\":7,\"more\":1"));
  expect_refused(text + "\n");
  expect_refused(text.substr(0, text.size() - 1));
  expect_refused(std::string());
}

TEST_F(HomeSnapshotTest, DamageIsNeverMistakenForTheState) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const int flip : {1, 2, 4, 64}) {
      std::string damaged = text;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      const base::Result<HomeState> read = HomeSnapshot::read(kHome, damaged);
      EXPECT_TRUE(!read.ok() || HomeSnapshot::write(*read) == damaged) << damaged;
    }
    EXPECT_FALSE(HomeSnapshot::read(kHome, text.substr(0, at)).ok());
  }
}

}  // namespace
}  // namespace syrah::exchange
