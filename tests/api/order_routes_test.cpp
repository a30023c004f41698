#include <gtest/gtest.h>

#include "api/order_codec.h"
#include "desk.h"

namespace syrah::api {
namespace {

using tests::Desk;

std::size_t count(const HttpResponse& response) {
  const auto value = json::parse(response.body);
  return value && value->is_array() ? value->items().size() : 999;
}

std::optional<bool> flag(const HttpResponse& response, std::string_view name) {
  const auto value = json::parse(response.body);
  return value ? value->boolean(name) : std::nullopt;
}

TEST(OrderRoutes, ARestingOrderTellsEverythingAboutItself) {
  Desk desk;
  const HttpResponse response =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"buy","price":42000,"size":"0.50",)"
                           R"("post_only":true,"stp":"co","client_oid":"mine-1"})");
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string id = Desk::member(response, "id");
  EXPECT_TRUE(id.starts_with("07070707-0707-0707-")) << id;
  const std::string home(64, '0');
  std::string sevens;
  for (int i = 0; i < 32; ++i) sevens += "07";
  EXPECT_EQ(response.body,
            R"({"id":")" + id +
                R"(","product_id":"BTC-USD","side":"buy","type":"limit","price":"42000.00",)"
                R"("size":"0.50000000","time_in_force":"GTC","post_only":true,"stp":"co",)"
                R"("created_at":"2026-11-21T07:30:00.000000Z","fill_fees":"0",)"
                R"("filled_size":"0.00000000","executed_value":"0.0000000000",)"
                R"("pending_size":"0.00000000",)"
                R"("remaining_size":"0.50000000","status":"open","settled":false,)"
                R"("client_oid":"mine-1","home":")" +
                sevens + R"("})");
  EXPECT_EQ(desk.get("/orders/" + id).body, response.body);
  EXPECT_EQ(desk.get("/orders/client:mine-1").body, response.body);
}

TEST(OrderRoutes, AnOrderIsFilledPartlyThenWhollyAndKeptInTheHistory) {
  Desk desk;
  const std::string maker = desk.place("sell", "100", "3", "bob-key");
  HttpResponse taker =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"buy","price":"101","size":"1"})");
  EXPECT_EQ(Desk::member(taker, "status"), "done");
  EXPECT_EQ(Desk::member(taker, "done_reason"), "filled");
  EXPECT_EQ(Desk::member(taker, "filled_size"), "1.00000000");
  EXPECT_EQ(flag(taker, "settled"), true);

  const auto maker_now = [&] {
    return desk.send(desk.request("GET", "/orders/" + maker, "", "bob-key"));
  };
  EXPECT_EQ(Desk::member(maker_now(), "status"), "open");
  EXPECT_EQ(Desk::member(maker_now(), "remaining_size"), "2.00000000");
  desk.place("buy", "100", "2");
  EXPECT_EQ(Desk::member(maker_now(), "status"), "done");

  // Other entries follow, and memory forgets the order; the history does not.
  desk.place("buy", "1", "1");
  EXPECT_EQ(Desk::member(maker_now(), "done_reason"), "filled");
  EXPECT_NE(Desk::member(maker_now(), "done_at"), "<none>");
  EXPECT_EQ(desk.get("/orders/" + maker).status, 404) << "another account's order";

  EXPECT_EQ(count(desk.get("/fills")), 2U);
  EXPECT_EQ(count(desk.send(desk.request("GET", "/fills?order_id=" + maker, "", "bob-key"))), 2U);
  EXPECT_EQ(count(desk.get("/fills?product_id=ETH-USD")), 0U);
  const HttpResponse fills = desk.get("/fills?limit=1");
  EXPECT_NE(fills.body.find(R"("liquidity":"T")"), std::string::npos);
  EXPECT_NE(fills.body.find(R"("price":"100.00","size":"2.00000000")"), std::string::npos);
}

TEST(OrderRoutes, TradesWithBasicPeersAreMarkedAndNeverAmongTheFills) {
  Desk desk;
  desk.place("sell", "100", "1", "bob-key");
  const std::string order = desk.place("buy", "100", "3");
  exchange::UnconfirmedFact fact;
  fact.id = "old-1";
  fact.instrument = "BTC-USD";
  fact.side = exchange::Side::kBuy;
  fact.price = {10'000};
  fact.quantity = {100'000'000};
  fact.order = base::PublicId::parse(order)->seq;
  fact.peer = "old \"node\"";
  fact.time = {1'795'246'200'000, 0};
  desk.trade_unconfirmed(fact);
  fact.id = "old-2";
  desk.trade_unconfirmed(fact);

  const HttpResponse confirmed = desk.get("/fills");
  EXPECT_EQ(count(confirmed), 1U);
  EXPECT_NE(confirmed.body.find(R"("unconfirmed":false)"), std::string::npos) << confirmed.body;
  EXPECT_EQ(desk.get("/fills?unconfirmed=false").body, confirmed.body);

  const HttpResponse newest = desk.get("/fills?unconfirmed=true&limit=1");
  EXPECT_NE(newest.body.find(R"("match_id":"old-2")"), std::string::npos) << newest.body;
  const std::string cursor = Desk::header(newest, "CB-AFTER");
  const HttpResponse older = desk.get("/fills?unconfirmed=true&after=" + cursor);
  EXPECT_EQ(older.body,
            R"([{"trade_id":)" + Desk::header(older, "CB-BEFORE") +
                R"(,"product_id":"BTC-USD","order_id":")" + order +
                R"(","client_oid":"","side":"buy","liquidity":"M","price":"100.00",)"
                R"("size":"1.00000000","fee":"0","created_at":"2026-11-21T07:30:00.000000Z",)"
                R"("settled":false,"match_id":"old-1","counterparty":"old \"node\"",)"
                R"("unconfirmed":true}])");

  EXPECT_EQ(count(desk.get("/fills?unconfirmed=true&order_id=" + order)), 2U);
  EXPECT_EQ(count(desk.get("/fills?unconfirmed=true&product_id=ETH-USD")), 0U);
  EXPECT_EQ(count(desk.send(desk.request("GET", "/fills?unconfirmed=true", "", "bob-key"))), 0U)
      << "another account's trades";
}

TEST(OrderRoutes, TheSameClientIdIsTheSameOrder) {
  Desk desk;
  const std::string body =
      R"({"product_id":"BTC-USD","side":"buy","price":"10","size":"1","client_oid":"a"})";
  const std::string id = Desk::member(desk.post("/orders", body), "id");
  EXPECT_EQ(Desk::member(desk.post("/orders", body), "id"), id);
  EXPECT_EQ(count(desk.get("/orders")), 1U);

  const HttpResponse other = desk.post(
      "/orders",
      R"({"product_id":"BTC-USD","side":"buy","price":"11","size":"1","client_oid":"a"})");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(desk.send(desk.request("POST", "/orders", body, "bob-key")).status, 200)
      << "client ids belong to an account";

  // Also when the order is over and only the history knows it.
  ASSERT_EQ(desk.send(desk.request("DELETE", "/orders/" + id)).status, 200);
  desk.place("buy", "1", "1");
  const HttpResponse again = desk.post("/orders", body);
  EXPECT_EQ(Desk::member(again, "id"), id);
  EXPECT_EQ(Desk::member(again, "status"), "done");
}

TEST(OrderRoutes, ARepeatedGoodTillTimeOrderIsTheSameOrder) {
  Desk desk;
  const std::string body = R"({"product_id":"BTC-USD","side":"buy","price":"10","size":"1",)"
                           R"("client_oid":"a","time_in_force":"GTT","cancel_after":"min"})";
  const HttpResponse first = desk.post("/orders", body);
  EXPECT_EQ(Desk::member(first, "expire_time"), "2026-11-21T07:31:00.000000Z");
  EXPECT_EQ(Desk::member(desk.post("/orders", body), "id"), Desk::member(first, "id"))
      << "sent again a moment later";
}

TEST(OrderRoutes, CancellingAnswersWithTheId) {
  Desk desk;
  const std::string id = desk.place("buy", "10", "1");
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders/" + id, "", "bob-key")).status, 404);
  const HttpResponse response = desk.send(desk.request("DELETE", "/orders/" + id));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "\"" + id + "\"");
  EXPECT_EQ(Desk::member(desk.get("/orders/" + id), "done_reason"), "canceled");
  const HttpResponse again = desk.send(desk.request("DELETE", "/orders/" + id));
  EXPECT_TRUE(again.status == 404 || again.status == 409) << again.body;
}

TEST(OrderRoutes, CancellingByClientId) {
  Desk desk;
  const HttpResponse placed = desk.post(
      "/orders",
      R"({"product_id":"BTC-USD","side":"buy","price":"10","size":"1","client_oid":"a"})");
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders/client:a", "", "bob-key")).status, 404);
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders/client:a")).body,
            "\"" + Desk::member(placed, "id") + "\"");
}

TEST(OrderRoutes, CancellingAllTakesOnlyWhatWasAskedFor) {
  Desk desk;
  const std::string first = desk.place("buy", "10", "1");
  desk.place("buy", "10", "1", "bob-key");
  const HttpResponse ether =
      desk.post("/orders", R"({"product_id":"ETH-USD","side":"buy","price":"10","size":"1"})");
  ASSERT_EQ(ether.status, 200);
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders?product_id=ETH-USD")).body,
            "[\"" + Desk::member(ether, "id") + "\"]");
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders", R"({"product_id":"ETH/USD"})")).body, "[]")
      << "as the client ccxt asks";
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders")).body, "[\"" + first + "\"]");
  EXPECT_EQ(count(desk.send(desk.request("GET", "/orders", "", "bob-key"))), 1U);
}

TEST(OrderRoutes, ReplacingChangesPriceAndSize) {
  Desk desk;
  const std::string id = desk.place("buy", "10", "2");
  const HttpResponse response =
      desk.send(desk.request("PUT", "/orders/" + id, R"({"price":"11","size":"1.5"})"));
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Desk::member(response, "id"), id);
  EXPECT_EQ(Desk::member(response, "price"), "11.00");
  EXPECT_EQ(Desk::member(response, "size"), "1.50000000");
  EXPECT_EQ(desk.send(desk.request("PUT", "/orders/" + id, R"({"price":"1"})", "bob-key")).status,
            404);
}

TEST(OrderRoutes, ImmediateOrdersEndAtOnce) {
  Desk desk;
  desk.place("sell", "100", "1", "bob-key");
  const HttpResponse partly = desk.post(
      "/orders",
      R"({"product_id":"BTC-USD","side":"buy","price":"100","size":"3","time_in_force":"IOC"})");
  EXPECT_EQ(Desk::member(partly, "status"), "done");
  EXPECT_EQ(Desk::member(partly, "filled_size"), "1.00000000");
  EXPECT_EQ(Desk::member(partly, "close_reason"), "immediate");
  EXPECT_EQ(Desk::member(partly, "done_reason"), "canceled");

  desk.place("sell", "100", "1", "bob-key");
  const HttpResponse killed = desk.post(
      "/orders",
      R"({"product_id":"BTC-USD","side":"buy","price":"100","size":"3","time_in_force":"FOK"})");
  EXPECT_EQ(Desk::member(killed, "filled_size"), "0.00000000");
  EXPECT_EQ(Desk::member(killed, "close_reason"), "killed");

  const HttpResponse market =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"buy","type":"market","size":"1"})");
  EXPECT_EQ(Desk::member(market, "done_reason"), "filled") << market.body;
  EXPECT_EQ(Desk::member(market, "price"), "<none>") << "its collar is nobody's price";
}

TEST(OrderRoutes, APostOnlyOrderThatWouldTakeIsDoneUnfilled) {
  Desk desk;
  desk.place("sell", "100", "1", "bob-key");
  const HttpResponse response = desk.post(
      "/orders",
      R"({"product_id":"BTC-USD","side":"buy","price":"100","size":"1","post_only":true})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Desk::member(response, "close_reason"), "post_only");
  EXPECT_EQ(Desk::member(response, "filled_size"), "0.00000000");
}

TEST(OrderRoutes, AStopOrderIsActiveUntilItsPriceIsReached) {
  Desk desk;
  const HttpResponse placed =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"sell","type":"market","size":"1",)"
                           R"("stop":"loss","stop_price":"90"})");
  ASSERT_EQ(placed.status, 200) << placed.body;
  EXPECT_EQ(Desk::member(placed, "status"), "active");
  EXPECT_EQ(Desk::member(placed, "stop"), "loss");
  EXPECT_EQ(Desk::member(placed, "stop_price"), "90.00");
  EXPECT_EQ(Desk::member(placed, "price"), "<none>");
  EXPECT_EQ(count(desk.get("/orders?status=active")), 1U);
  EXPECT_EQ(count(desk.get("/orders")), 1U);
  const std::string id = Desk::member(placed, "id");
  EXPECT_EQ(Desk::member(desk.send(desk.request("PUT", "/orders/" + id, R"({"stop_price":"91"})")),
                         "stop_price"),
            "91.00");
  desk.place("buy", "91", "3", "bob-key");
  EXPECT_EQ(Desk::member(desk.get("/orders/" + id), "status"), "active");
  desk.place("sell", "91", "1");
  const HttpResponse filled = desk.get("/orders/" + id);
  EXPECT_EQ(Desk::member(filled, "status"), "done");
  EXPECT_EQ(Desk::member(filled, "done_reason"), "filled");
  EXPECT_EQ(Desk::member(filled, "executed_value"), "91.0000000000");
  EXPECT_EQ(Desk::member(filled, "stop"), "loss");
  EXPECT_EQ(count(desk.get("/orders?status=active")), 0U);
}

TEST(OrderRoutes, ACancelledStopOrderSaysSo) {
  Desk desk;
  const HttpResponse placed = desk.post(
      "/orders",
      R"({"product_id":"BTC-USD","side":"buy","price":"100","size":"1","stop_price":"99"})");
  EXPECT_EQ(Desk::member(placed, "stop"), "entry") << "a buy waits for a higher price";
  const std::string id = Desk::member(placed, "id");
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders/" + id)).status, 200);
  EXPECT_EQ(Desk::member(desk.get("/orders/" + id), "done_reason"), "canceled");
}

TEST(OrderRoutes, AMarketOrderByFundsTellsWhatItSpent) {
  Desk desk;
  desk.place("sell", "100", "1", "bob-key");
  desk.place("sell", "102", "1", "bob-key");
  const HttpResponse bought = desk.post(
      "/orders", R"({"product_id":"BTC-USD","side":"buy","type":"market","funds":"151"})");
  ASSERT_EQ(bought.status, 200) << bought.body;
  EXPECT_EQ(Desk::member(bought, "specified_funds"), "151.0000000000");
  EXPECT_EQ(Desk::member(bought, "filled_size"), "1.50000000");
  EXPECT_EQ(Desk::member(bought, "executed_value"), "151.0000000000");
  EXPECT_EQ(Desk::member(bought, "size"), "<none>");
  EXPECT_EQ(Desk::member(bought, "done_reason"), "filled");
}

TEST(OrderRoutes, ListsAreOfTheTimeAskedFor) {
  Desk desk;
  desk.place("sell", "10", "1", "bob-key");
  const auto at = [&] { return base::to_iso8601(desk.now().wall_us); };
  const std::string first = at();
  desk.place("buy", "10", "1");
  desk.place("buy", "9", "1");
  desk.now().wall_us += 60 * base::kUsPerSecond;
  const std::string between = at();
  desk.now().wall_us += 60 * base::kUsPerSecond;
  const std::string second = at();
  desk.place("buy", "8", "1");
  desk.now().wall_us += 60 * base::kUsPerSecond;
  const auto found = [&](const std::string& list, const std::string& dates) {
    return count(desk.get("/" + list + (list.find('?') == std::string::npos ? "?" : "&") + dates));
  };
  for (const std::string list : {"orders?status=all", "orders?status=open", "fills"}) {
    const std::size_t early = list == "orders?status=all" ? 2 : 1;
    const std::size_t late = list == "fills" ? 0 : 1;
    EXPECT_EQ(found(list, "start_date=" + first), early + late) << list;
    EXPECT_EQ(found(list, "end_date=" + between), early) << list;
    EXPECT_EQ(found(list, "start_date=" + second), late) << list;
    EXPECT_EQ(found(list, "start_date=" + first + "&end_date=" + at()), early + late) << list;
    EXPECT_EQ(found(list, "start_date=" + at()), 0U) << list;
    EXPECT_EQ(found(list, "start_date=2000-01-01"), early + late) << list;
    EXPECT_EQ(found(list, "end_date=946684800"), 0U) << list;
  }
}

TEST(OrderRoutes, ListsAreByStatus) {
  Desk desk;
  const std::string open = desk.place("buy", "10", "1");
  const std::string gone = desk.place("buy", "11", "1");
  desk.send(desk.request("DELETE", "/orders/" + gone));
  desk.place("buy", "12", "1", "bob-key");
  EXPECT_EQ(count(desk.get("/orders")), 1U);
  EXPECT_EQ(count(desk.get("/orders?status=open&status=pending&status=active")), 1U);
  EXPECT_EQ(count(desk.get("/orders?status=pending")), 0U);
  EXPECT_EQ(count(desk.get("/orders?status=done")), 1U);
  EXPECT_NE(desk.get("/orders?status=done").body.find(gone), std::string::npos);
  EXPECT_EQ(count(desk.get("/orders?status=all")), 2U);
  EXPECT_EQ(count(desk.get("/orders?status=all&product_id=ETH-USD")), 0U);
  EXPECT_NE(desk.get("/orders").body.find(open), std::string::npos);
}

TEST(OrderRoutes, OpenOrdersArePaged) {
  Desk desk;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(desk.place("buy", "10", "1"));
  std::vector<std::string> seen;
  std::string after;
  do {
    const HttpResponse page =
        desk.get("/orders?limit=2" + (after.empty() ? "" : "&after=" + after));
    const auto orders = json::parse(page.body);
    for (const json::Value& order : orders->items()) seen.emplace_back(*order.string("id"));
    after = Desk::header(page, "CB-AFTER");
  } while (!after.empty());
  EXPECT_EQ(seen, std::vector<std::string>(ids.rbegin(), ids.rend()));
}

TEST(OrderRoutes, WhatIsPendingAtAnotherHomeShows) {
  Desk desk;
  exchange::ExchangeConfig config;
  config.self.bytes.fill(9);
  config.instruments = {*exchange::parse_instrument("BTC-USD:0.01:0.00000001")};
  exchange::Exchange other(config);
  other.finish_recovery();
  ASSERT_TRUE(other.start(desk.now()).ok());
  exchange::PlaceOrder command;
  command.account = "carol";
  command.instrument = "BTC-USD";
  command.side = exchange::Side::kSell;
  command.price = "100";
  command.quantity = "1";
  const auto placed = other.place(command, desk.now());
  ASSERT_TRUE(placed.ok());
  other.settle(desk.now());
  desk.exchange().set_reach(other.self(), exchange::Reach::kLive, desk.now());
  for (const exchange::OwnEntry& entry : other.take_entries()) {
    ASSERT_TRUE(desk.exchange().fold(other.self(), entry.text, desk.now()).ok());
  }
  desk.exchange().set_reach(other.self(), exchange::Reach::kLive, desk.now());
  desk.settle();

  const HttpResponse taker =
      desk.post("/orders", R"({"product_id":"BTC-USD","side":"buy","price":"100","size":"3"})");
  EXPECT_EQ(Desk::member(taker, "status"), "pending") << taker.body;
  EXPECT_EQ(Desk::member(taker, "pending_size"), "1.00000000");
  EXPECT_EQ(Desk::member(taker, "remaining_size"), "3.00000000");
  EXPECT_EQ(count(desk.get("/orders?status=pending")), 1U);

  const HttpResponse holds = desk.get("/node/holds");
  EXPECT_EQ(count(holds), 1U);
  EXPECT_NE(holds.body.find(base::PublicId::of(placed->id).text()), std::string::npos);
  EXPECT_EQ(count(desk.send(desk.request("GET", "/node/holds", "", "bob-key"))), 0U);
  const auto list = json::parse(holds.body);
  const std::string hold = std::to_string(*list->items()[0].integer("hold"));
  const std::string target = "/node/holds/" + hold + "/abandon";
  EXPECT_EQ(desk.send(desk.request("POST", target, "", "bob-key")).status, 403);
  EXPECT_EQ(desk.post(target, "").status, 200);
  EXPECT_EQ(desk.post(target, "").status, 404) << "given up once";

  desk.exchange().set_reach(other.self(), exchange::Reach::kSilent, desk.now());
  desk.settle();
  EXPECT_NE(desk.get("/products/BTC-USD/book").body.find(R"("suspended":1)"), std::string::npos);
}

}  // namespace
}  // namespace syrah::api
