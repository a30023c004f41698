#include <gtest/gtest.h>

#include "desk.h"

namespace syrah::api {
namespace {

using tests::Desk;

/// The account of a currency among all, as an answer of its own.
HttpResponse account(Desk& desk, std::string_view currency, const std::string& key = "alice-key") {
  const HttpResponse all = desk.send(desk.request("GET", "/accounts", "", key));
  const auto list = json::parse(all.body);
  SYRAH_CHECK(list && list->is_array(), all.body.c_str());
  for (const json::Value& one : list->items()) {
    if (one.string("currency") != currency) continue;
    return desk.send(desk.request("GET", "/accounts/" + std::string(*one.string("id")), "", key));
  }
  return {404, {}, "{}"};
}

TEST(AccountRoutes, AnAccountIsWhatItsFillsAddUpTo) {
  Desk desk;
  EXPECT_EQ(Desk::member(account(desk, "BTC"), "balance"), "0.00000000");
  desk.place("sell", "100", "3", "bob-key");
  desk.place("buy", "100", "1");
  EXPECT_EQ(Desk::member(account(desk, "BTC"), "balance"), "1.00000000");
  EXPECT_EQ(Desk::member(account(desk, "USD"), "balance"), "-100.0000000000");
  EXPECT_EQ(Desk::member(account(desk, "BTC", "bob-key"), "balance"), "-1.00000000");
  EXPECT_EQ(Desk::member(account(desk, "USD", "bob-key"), "balance"), "100.0000000000");
}

TEST(AccountRoutes, OpenOrdersHoldWhatTheyMayComeTo) {
  Desk desk;
  desk.place("buy", "100", "2");
  desk.place("sell", "200", "0.5");
  EXPECT_EQ(Desk::member(account(desk, "USD"), "hold"), "200.0000000000");
  EXPECT_EQ(Desk::member(account(desk, "USD"), "available"), "-200.0000000000");
  EXPECT_EQ(Desk::member(account(desk, "BTC"), "hold"), "0.50000000");
}

TEST(AccountRoutes, EveryTraderHasAccountsOfItsOwn) {
  Desk desk;
  const std::string mine = Desk::member(account(desk, "BTC"), "id");
  EXPECT_NE(mine, Desk::member(account(desk, "BTC", "bob-key"), "id"));
  EXPECT_EQ(mine, Desk::member(account(desk, "BTC"), "id"));
  EXPECT_EQ(desk.send(desk.request("GET", "/accounts/" + mine, "", "bob-key")).status, 404);
}

TEST(AccountRoutes, FeesAreToldAsTheOperatorSetThem) {
  Desk desk;
  EXPECT_EQ(desk.get("/fees").body,
            R"({"maker_fee_rate":"0","taker_fee_rate":"0","usd_volume":null})");
  desk.fees() = {"0.001", "0.002"};
  EXPECT_EQ(Desk::member(desk.get("/fees"), "taker_fee_rate"), "0.002");
}

}  // namespace
}  // namespace syrah::api
