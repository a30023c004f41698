#include "exchange/event_codec.h"

#include <gtest/gtest.h>

#include "exchange/fixture.h"
#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

using testing::kHome;
using testing::kOther;

class EventCodecTest : public ::testing::Test {
 protected:
  EventCodecTest() { instruments.add(testing::bitcoin()).value(); }

  std::string encode(const Event& event, const std::string& instrument = "BTC-USD") {
    return encode_event({kHome, 7, {1'700'000'000'123, 4}, instrument, event}, instruments);
  }

  void expect_round_trip(const Event& event, const std::string& instrument = "BTC-USD") {
    const Recorded recorded{kHome, 7, {1'700'000'000'123, 4}, instrument, event};
    const std::string text = encode_event(recorded, instruments);
    const base::Result<Recorded> decoded = decode_event(kHome, text, instruments);
    ASSERT_TRUE(decoded.ok()) << decoded.error().message << "\n" << text;
    EXPECT_EQ(*decoded, recorded) << text;
    // Every member counts: without it the text says something else or nothing.
    for (std::size_t at = text.find(",\""); at != std::string::npos;
         at = text.find(",\"", at + 1)) {
      std::string renamed = text;
      renamed[at + 2] = '_';
      const base::Result<Recorded> other = decode_event(kHome, renamed, instruments);
      EXPECT_TRUE(!other.ok() || !(*other == recorded)) << renamed;
    }
  }

  void expect_refused(const std::string& text, std::string_view named) {
    const base::Result<Recorded> decoded = decode_event(kHome, text, instruments);
    ASSERT_FALSE(decoded.ok()) << text;
    EXPECT_NE(decoded.error().message.find(named), std::string::npos) << decoded.error().message;
  }

  Instruments instruments;
};

constexpr Notional kLargest{kNotionalMax};

OrderAccepted full_order() {
  OrderAccepted event;
  event.side = Side::kSell;
  event.type = OrderType::kMarket;
  event.price = {4'200'000};
  event.quantity = {50'000'000};
  event.tif = TimeInForce::kGtd;
  event.expires_ms = 1'800'000'000'000;
  event.post_only = true;
  event.self_trade = SelfTrade::kCancelBoth;
  event.account = "alice";
  event.client_id = "3b241101-e2bb-4255-8caf-4136c566a962";
  return event;
}

TEST_F(EventCodecTest, EveryEventSurvivesItsText) {
  expect_round_trip(InstrumentDeclared{{"ETH-USD", {5, 1}, {1, 4}}}, "");
  expect_round_trip(full_order());
  OrderAccepted plain;
  plain.price = {1};
  plain.quantity = {1};
  plain.account = "bob";
  expect_round_trip(plain);
  plain.stop = Stop::kEntry;
  plain.stop_price = {4'100'000};
  expect_round_trip(plain);
  plain.stop = Stop::kNone;
  plain.stop_price = {};
  plain.type = OrderType::kMarket;
  plain.funds = kLargest;
  expect_round_trip(plain);
  expect_round_trip(OrderReplaced{5, {4'200'001}, {7}});
  expect_round_trip(OrderReplaced{5, {4'200'001}, {7}, {3}});
  expect_round_trip(Triggered{5, {4'200'001}, {7}});
  expect_round_trip(OrderClosed{5, CloseReason::kPostOnly});
  expect_round_trip(OrderClosed{5, CloseReason::kFilled}, "");
  expect_round_trip(Traded{{kOther, 3}, {kHome, 5}, {kOther, 2}, {4'200'000}, {7}});
  Held hold;
  hold.order = 5;
  hold.maker = {kOther, 9};
  hold.price = {4'200'000};
  hold.quantity = {7};
  expect_round_trip(hold);
  hold.self_trade = true;
  hold.group_size = 3;
  hold.group_index = 2;
  expect_round_trip(hold);
  expect_round_trip(Refused{{kOther, 3}, 5, RefuseReason::kNotWhole, {}}, "");
  expect_round_trip(Refused{{kOther, 3}, 5, RefuseReason::kSelfTrade, {9}});
  expect_round_trip(Released{6, RefuseReason::kAbandoned, {}}, "");
  expect_round_trip(Released{6, RefuseReason::kSelfTrade, {9}});
  expect_round_trip(LeaseRenewed{1'800'000'000'000}, "");
  expect_round_trip(Settled{kOther, 12}, "");
  Checkpoint checkpoint;
  checkpoint.digest.fill(0xAB);
  checkpoint.size_bytes = 12'345;
  expect_round_trip(checkpoint, "");
}

TEST_F(EventCodecTest, EveryWordSurvives) {
  for (const auto side : {Side::kBuy, Side::kSell}) EXPECT_EQ(side_from(to_text(side)), side);
  for (const auto tif :
       {TimeInForce::kGtc, TimeInForce::kIoc, TimeInForce::kFok, TimeInForce::kGtd}) {
    EXPECT_EQ(time_in_force_from(to_text(tif)), tif);
  }
  for (int value = 0; value < 7; ++value) {
    expect_round_trip(OrderClosed{5, static_cast<CloseReason>(value)});
    expect_round_trip(Released{5, static_cast<RefuseReason>(value), {}}, "");
  }
}

TEST_F(EventCodecTest, TextIsTheOneInTheProtocol) {
  OrderAccepted plain;
  plain.price = {4'200'010};
  plain.quantity = {50'000'000};
  plain.account = "bob";
  EXPECT_EQ(encode(plain),
            R"({"seq":7,"time":[1700000000123,4],"event":"order","instrument":"BTC-USD",)"
            R"("side":"buy","price":"42000.10","quantity":"0.50000000","account":"bob"})");
  plain.type = OrderType::kMarket;
  plain.tif = TimeInForce::kIoc;
  plain.stop = Stop::kLoss;
  plain.stop_price = {4'100'000};
  plain.funds = {210'005'000'000'000};
  EXPECT_EQ(encode(plain),
            R"({"seq":7,"time":[1700000000123,4],"event":"order","instrument":"BTC-USD",)"
            R"("side":"buy","type":"market","price":"42000.10","quantity":"0.50000000",)"
            R"("tif":"ioc","account":"bob","stop":"loss","stopPrice":"41000.00",)"
            R"("funds":"21000.5000000000"})");
  EXPECT_EQ(encode(Triggered{5, {4'200'010}, {50'000'000}}),
            R"({"seq":7,"time":[1700000000123,4],"event":"trigger","instrument":"BTC-USD",)"
            R"("order":5,"price":"42000.10","quantity":"0.50000000"})");
  EXPECT_EQ(encode(OrderClosed{5, CloseReason::kSelfTrade}, ""),
            R"({"seq":7,"time":[1700000000123,4],"event":"close","order":5,)"
            R"("reason":"self_trade"})");
}

TEST_F(EventCodecTest, WrongEntriesAreNamed) {
  const std::string good = encode(full_order());
  const auto changed = [&](std::string_view what, std::string_view with) {
    std::string text = good;
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
  };
  expect_refused("[]", "object");
  expect_refused("{", "JSON");
  expect_refused(changed("\"seq\":7", "\"seq\":0"), "seq");
  expect_refused(changed("\"seq\":7", "\"seq\":\"7\""), "seq");
  expect_refused(changed("[1700000000123,4]", "[1700000000123]"), "time");
  expect_refused(changed("[1700000000123,4]", "[-1,4]"), "time");
  expect_refused(changed("[1700000000123,4]", "[1700000000123,4294967296]"), "time");
  expect_refused(changed("\"event\":\"order\"", "\"event\":\"ordre\""), "event");
  expect_refused(changed("BTC-USD", "ETH-USD"), "instrument");
  expect_refused(changed("\"instrument\":\"BTC-USD\"", "\"instrument\":7"), "instrument");
  expect_refused(changed("\"instrument\"", "\"instrumental\""), "instrument");
  expect_refused(changed("\"sell\"", "\"sale\""), "side");
  expect_refused(changed("\"market\"", "\"bazaar\""), "type");
  expect_refused(changed("\"42000.00\"", "\"42000.001\""), "price");
  expect_refused(changed("\"42000.00\"", "42000"), "price");
  expect_refused(changed("\"42000.00\"", "\"-1\""), "price");
  expect_refused(changed("\"0.50000000\"", "\"0\""), "quantity");
  expect_refused(changed("\"gtd\"", "\"soon\""), "tif");
  expect_refused(changed("1800000000000", "-1"), "expires");
  expect_refused(changed("1800000000000", "9999999999999999"), "expires");
  expect_refused(changed("\"postOnly\":true", "\"postOnly\":1"), "postOnly");
  expect_refused(changed("\"cb\"", "\"cd\""), "selfTrade");
  expect_refused(changed("\"alice\"", "\"al ice\""), "account");
  expect_refused(changed("\"3b24", "\"\\u00e93b24"), "clientId");
  expect_refused(R"({"seq":7,"time":[1,0],"event":"hold","instrument":"BTC-USD","order":5,)"
                 R"("maker":"nobody:9","price":"1.00","quantity":"1"})",
                 "maker");
  expect_refused(R"({"seq":7,"time":[1,0],"event":"checkpoint","digest":"ab","size":1})", "digest");
  expect_refused(R"({"seq":7,"time":[1,0],"event":"instrument","name":"eth","tick":"1","lot":"1"})",
                 "instrument");
  expect_refused(
      R"({"seq":7,"time":[1,0],"event":"instrument","name":"ETH-USD","tick":"0","lot":"1"})",
      "tick");
}

}  // namespace
}  // namespace syrah::exchange
