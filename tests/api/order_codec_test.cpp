#include "api/order_codec.h"

#include <gtest/gtest.h>

namespace syrah::api {
namespace {

constexpr base::Time kNow{0, 1'795'246'200'000'000};  // 2026-11-21T07:30:00Z

base::Result<PlaceRequest> read(const std::string& members) {
  return read_place_order(R"({"product_id":"BTC-USD","side":"sell","size":"1",)" + members + "}",
                          "alice", kNow);
}

TEST(OrderCodec, WhatIsNotSaidIsALimitOrderGoodTillCancelled) {
  const auto request = read(R"("price":"2")");
  ASSERT_TRUE(request.ok());
  const exchange::PlaceOrder& order = request->command;
  EXPECT_EQ(order.account, "alice");
  EXPECT_EQ(order.instrument, "BTC-USD");
  EXPECT_EQ(order.side, exchange::Side::kSell);
  EXPECT_EQ(order.type, exchange::OrderType::kLimit);
  EXPECT_EQ(order.price, "2");
  EXPECT_EQ(order.quantity, "1");
  EXPECT_EQ(order.tif, exchange::TimeInForce::kGtc);
  EXPECT_EQ(order.self_trade, exchange::SelfTrade::kDecrementAndCancel);
  EXPECT_FALSE(order.post_only);
  EXPECT_EQ(order.client_id, "");
  EXPECT_EQ(order.expires_ms, 0);
}

TEST(OrderCodec, DecimalsStayTextAsTheyWereWritten) {
  const auto request = read_place_order(
      R"({"product_id":"X-Y","side":"buy","size":0.10,"price":12345678901234567.89})", "a", kNow);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->command.quantity, "0.10");
  EXPECT_EQ(request->command.price, "12345678901234567.89");
}

TEST(OrderCodec, GoodTillTimeIsRelativeOrADate) {
  EXPECT_EQ(read(R"("price":"2","time_in_force":"GTT","cancel_after":"hour")")->command.expires_ms,
            kNow.wall_ms() + 3'600'000);
  EXPECT_EQ(read(R"("price":"2","time_in_force":"GTT","cancel_after":"day")")->cancel_after_ms,
            86'400'000);
  const auto dated =
      read(R"("price":"2","time_in_force":"GTT","expire_time":"2026-11-21T07:30:01.5Z")");
  ASSERT_TRUE(dated.ok());
  EXPECT_EQ(dated->command.expires_ms, kNow.wall_ms() + 1500);
  EXPECT_EQ(dated->command.tif, exchange::TimeInForce::kGtd);
}

TEST(OrderCodec, AMarketOrderNeverRests) {
  EXPECT_EQ(read(R"("type":"market")")->command.tif, exchange::TimeInForce::kIoc);
  EXPECT_EQ(read(R"("type":"market","time_in_force":"FOK")")->command.tif,
            exchange::TimeInForce::kFok);
}

TEST(OrderCodec, AbsentAndNullAreTheSame) {
  EXPECT_TRUE(read(R"("price":"2","client_oid":null,"stp":null,"post_only":null)").ok());
}

exchange::Order order() {
  exchange::Order order;
  order.id.seq = 5;
  order.instrument = "BTC-USD";
  order.price = {100};
  order.quantity = {10};
  return order;
}

TEST(OrderCodec, StatusIsPendingWhileAnythingIsInDoubt) {
  exchange::Order value = order();
  EXPECT_EQ(status_text(value), "open");
  value.held = {1};
  EXPECT_EQ(status_text(value), "pending");
  value.closed = true;
  EXPECT_EQ(status_text(value), "pending") << "cancelled, and yet it may be filled";
  value.held = {0};
  EXPECT_EQ(status_text(value), "done");
}

TEST(OrderCodec, ReasonsAreCoinbasesWordsAndTheExactOne) {
  const exchange::Instrument instrument = *exchange::parse_instrument("BTC-USD:0.01:0.1");
  const std::vector<std::tuple<exchange::CloseReason, std::string, std::string>> cases = {
      {exchange::CloseReason::kFilled, "filled", "filled"},
      {exchange::CloseReason::kCancelled, "canceled", "cancelled"},
      {exchange::CloseReason::kExpired, "expired", "expired"},
      {exchange::CloseReason::kImmediate, "canceled", "immediate"},
      {exchange::CloseReason::kKilled, "canceled", "killed"},
      {exchange::CloseReason::kPostOnly, "canceled", "post_only"},
      {exchange::CloseReason::kSelfTrade, "canceled", "self_trade"},
      {exchange::CloseReason::kUnconfirmed, "canceled", "unconfirmed"}};
  for (const auto& [reason, done_reason, close_reason] : cases) {
    exchange::Order value = order();
    value.closed = true;
    value.cancelled = value.quantity;
    value.reason = reason;
    std::string text;
    json::Writer out(text);
    write_order(out, value, instrument);
    EXPECT_NE(text.find(R"("done_reason":")" + done_reason + R"(","close_reason":")" +
                        close_reason + R"(")"),
              std::string::npos)
        << text;
  }
}

TEST(OrderCodec, AnOrderThatWasFilledWholeIsFilledHoweverItClosed) {
  // An IOC order that another home fills: closed while its quantity was promised, then filled.
  exchange::Order value = order();
  value.closed = true;
  value.reason = exchange::CloseReason::kImmediate;
  value.held = value.quantity;
  value.filled = {0};
  const exchange::Instrument instrument = *exchange::parse_instrument("BTC-USD:0.01:0.1");
  const auto reason = [&] {
    std::string text;
    json::Writer out(text);
    write_order(out, value, instrument);
    const std::size_t at = text.find("\"done_reason\"");
    return text.substr(at, text.find(',', text.find(',', at) + 1) - at);
  };
  EXPECT_EQ(reason(), R"("done_reason":"canceled","close_reason":"immediate")");
  value.held = {0};
  value.filled = value.quantity;
  EXPECT_EQ(reason(), R"("done_reason":"filled","close_reason":"filled")");
}

}  // namespace
}  // namespace syrah::api
