// Everything that a client can do wrong, with the status it gets and a word of the sentence.

#include "api/errors.h"

#include <gtest/gtest.h>

#include <optional>

#include "api/limits.h"
#include "desk.h"

namespace syrah::api {
namespace {

using tests::Desk;

struct Case {
  std::string_view method;
  std::string target;
  std::string body;
  int status;
  std::string_view says;
};

std::string order(std::string_view members) {
  return R"({"product_id":"BTC-USD","side":"buy",)" + std::string(members) + "}";
}

std::vector<Case> routing_cases() {
  const std::string unknown = "/orders/07070707-0707-0707-0000-0000000f0000";
  return {
      {"GET", "/", "", 404, "nothing at"},
      {"GET", "/nothing", "", 404, "nothing at"},
      {"GET", "/orders/x/y/z", "", 404, "nothing at"},
      {"GET", "/a/b/c/d/e/f/g/h/i", "", 404, "deep"},
      {"GET", "time", "", 400, "begin with"},
      {"GET", "/time%", "", 400, "percent-encoded"},
      {"POST", "/time", "", 405, "only GET"},
      {"PATCH", "/orders", "", 405, "only POST, GET, DELETE"},
      {"get", "/time", "", 405, "only GET"},
      {"GET", "/products/NIL-USD", "", 404, "no product"},
      {"GET", "/products/NIL-USD/book", "", 404, "no product"},
      {"GET", "/products/BTC-USD/book?level=4", "", 400, "level must be"},
      {"GET", "/products/BTC-USD/book?level=", "", 400, "level must be"},
      {"GET", "/products/NIL-USD/trades", "", 404, "no product"},
      {"GET", "/products/BTC-USD/trades?limit=0", "", 400, "limit must be"},
      {"GET", "/products/BTC-USD/trades?limit=1001", "", 400, "limit must be"},
      {"GET", "/products/BTC-USD/trades?before=x", "", 400, "before must be"},
      {"GET", "/products/BTC-USD/trades?after=-1", "", 400, "after must be"},
      {"GET", "/products/NIL-USD/ticker", "", 404, "no product"},
      {"GET", "/orders?status=closed", "", 400, "not one of open, active, pending, done, all"},
      {"GET", "/orders?product_id=NIL-USD", "", 404, "no product"},
      {"GET", "/orders?limit=x", "", 400, "limit must be"},
      {"GET", "/orders/17", "", 400, "id: must be"},
      {"GET", "/orders/00000000-0000-0000-0000-000000000001", "", 404, "another home"},
      {"GET", unknown, "", 404, "no such order"},
      {"GET", "/orders/client:unknown", "", 404, "no such order"},
      {"DELETE", "/orders/17", "", 400, "id: must be"},
      {"DELETE", unknown, "", 404, "no such open order"},
      {"DELETE", "/orders/client:unknown", "", 404, "no such order"},
      {"DELETE", "/orders?product_id=NIL-USD", "", 404, "no product"},
      {"DELETE", "/orders", "[]", 400, "JSON object"},
      {"DELETE", "/orders", R"({"product":"BTC-USD"})", 400, "not known"},
      {"DELETE", "/orders", R"({"product_id":7})", 400, "must be a string"},
      {"PUT", "/orders/17", "{}", 400, "id: must be"},
      {"PUT", unknown, "{}", 400, "new price, size or stop_price"},
      {"PUT", unknown, R"({"prize":"1"})", 400, "not known"},
      {"PUT", unknown, R"({"price":"1"})", 404, "no such open order"},
      {"GET", "/fills?product_id=NIL-USD", "", 404, "no product"},
      {"GET", "/fills?order_id=17", "", 400, "id: must be"},
      {"GET", "/fills?limit=-1", "", 400, "limit must be"},
      {"GET", "/fills?unconfirmed=1", "", 400, "unconfirmed must be true or false"},
      {"GET", "/fills?start_date=soon", "", 400, "start_date must be a time in UTC"},
      {"GET", "/fills?end_date=2026-13-01", "", 400, "end_date must be a time in UTC"},
      {"GET", "/orders?status=done&end_date=", "", 400, "end_date must be a time in UTC"},
      {"GET", "/orders?start_date=2026-11-22&end_date=2026-11-21", "", 400, "not be later than"},
      {"GET", "/products/NIL-USD/candles", "", 404, "no product"},
      {"GET", "/products/BTC-USD/candles?granularity=61", "", 400, "60, 300, 900, 3600"},
      {"GET", "/products/BTC-USD/candles?start=soon", "", 400, "start must be a time in UTC"},
      {"GET", "/products/BTC-USD/candles?end=-1", "", 400, "end must be a time in UTC"},
      {"GET", "/products/BTC-USD/candles?start=600&end=500", "", 400, "not be later than end"},
      {"GET", "/products/BTC-USD/candles?start=0&end=18000", "", 400, "more than 300 candles"},
      {"GET", "/products/NIL-USD/stats", "", 404, "no product"},
      {"GET", "/products/NIL-USD/ticker", "", 404, "no product"},
      {"GET", "/currencies/NIL", "", 404, "no currency"},
      {"GET", "/accounts/nil", "", 404, "no account"},
      {"POST", "/withdrawals/crypto", "{}", 501, "keeps nobody's money"},
      {"GET", "/transfers", "", 501, "keeps nobody's money"},
      {"GET", "/accounts/nil/ledger", "", 501, "keeps nobody's money"},
      {"POST", "/node/peers", "", 400, "body is missing"},
      {"POST", "/node/peers", "{}", 400, "host:port"},
      {"POST", "/node/peers", R"({"address":"here"})", 400, "host:port"},
      {"POST", "/node/peers", R"({"address":"a:1","x":1})", 400, "not known"},
      {"POST", "/node/holds/x/abandon", "", 400, "number"},
      {"POST", "/node/holds/0/abandon", "", 400, "number"},
      {"POST", "/node/holds/99/abandon", "", 404, "not open"},
  };
}

std::vector<Case> stop_and_funds_cases() {
  return {
      {"POST", "/orders", order(R"("size":"1","price":"1","stop":"loss")"), 400,
       "stop_price is missing"},
      {"POST", "/orders", order(R"("size":"1","price":"1","stop":"up","stop_price":"1")"), 400,
       "not one of loss, entry"},
      {"POST", "/orders", order(R"("size":"1","price":"1","stop_price":"0.001")"), 400,
       "stop price"},
      {"POST", "/orders", order(R"("size":"1","price":"1","stop_limit_price":"1")"), 400,
       "not known"},
      {"POST", "/orders", order(R"("type":"market","funds":"10")"), 409, "no order to trade"},
      {"POST", "/orders", order(R"("type":"market","funds":"0")"), 400, "funds must be at least"},
      {"POST", "/orders", order(R"("type":"market")"), 400, "size is missing, or funds"},
      {"POST", "/orders", order(R"("type":"market","size":"1","funds":"1")"), 400, "not both"},
      {"POST", "/orders", order(R"("type":"market","funds":"1","time_in_force":"FOK")"), 400,
       "by funds is IOC"},
      {"POST", "/orders", order(R"("price":"1","funds":"10")"), 400, "funds need a market order"},
  };
}

std::vector<Case> order_cases() {
  return {
      {"POST", "/orders", "", 400, "body is missing"},
      {"POST", "/orders", "{", 400, "JSON"},
      {"POST", "/orders", "[]", 400, "JSON object"},
      {"POST", "/orders", R"({"side":"buy","side":"sell"})", 400, "duplicate"},
      {"POST", "/orders", "{}", 400, "side is missing"},
      {"POST", "/orders", R"({"side":"up"})", 400, "not one of buy, sell"},
      {"POST", "/orders", R"({"side":1})", 400, "must be a string"},
      {"POST", "/orders", R"({"side":"buy","size":"1","price":"1"})", 400, "product_id is missing"},
      {"POST", "/orders", R"({"side":"buy","product_id":"X-Y","size":"1","price":"1"})", 404,
       "no product"},
      {"POST", "/orders", order(R"("price":"1")"), 400, "size is missing"},
      {"POST", "/orders", order(R"("size":"1")"), 400, "price is missing"},
      {"POST", "/orders", order(R"("size":"1","price":"0")"), 400, "more than zero"},
      {"POST", "/orders", order(R"("size":"0","price":"1")"), 400, "more than zero"},
      {"POST", "/orders", order(R"("size":"-1","price":"1")"), 400, "quantity"},
      {"POST", "/orders", order(R"("size":"1","price":"0.015")"), 400, "tick"},
      {"POST", "/orders", order(R"("size":"0.000000001","price":"1")"), 400, "lot"},
      {"POST", "/orders", order(R"("size":1e3,"price":"1")"), 400, "quantity"},
      {"POST", "/orders", order(R"("size":true,"price":"1")"), 400, "must be a decimal"},
      {"POST", "/orders", order(R"("size":"","price":"1")"), 400, "must be a decimal"},
      {"POST", "/orders", order(R"("size":"99999999999999999999","price":"1")"), 400, "quantity"},
      {"POST", "/orders", order(R"("size":"1","price":"1","type":"stop")"), 400,
       "not one of limit, market"},
      {"POST", "/orders", order(R"("type":"market","size":"1","price":"1")"), 400, "no price"},
      {"POST", "/orders", order(R"("type":"market","size":"1")"), 409, "no order to trade"},
      {"POST", "/orders",
       order(R"("type":"market","size":"1","time_in_force":"GTT","cancel_after":"min")"), 400,
       "cannot be GTT"},
      {"POST", "/orders", order(R"("size":"1","price":"1","time_in_force":"gtc")"), 400,
       "not one of GTC, GTT, IOC, FOK"},
      {"POST", "/orders", order(R"("size":"1","price":"1","time_in_force":"GTT")"), 400,
       "cancel_after or expire_time"},
      {"POST", "/orders", order(R"("size":"1","price":"1","cancel_after":"min")"), 400, "need"},
      {"POST", "/orders",
       order(R"("size":"1","price":"1","time_in_force":"GTT","cancel_after":"year")"), 400,
       "not one of min, hour, day"},
      {"POST", "/orders",
       order(R"("size":"1","price":"1","time_in_force":"GTT","expire_time":"soon")"), 400,
       "time in UTC"},
      {"POST", "/orders",
       order(
           R"("size":"1","price":"1","time_in_force":"GTT","expire_time":"2020-01-01T00:00:00Z")"),
       400, "in the future"},
      {"POST", "/orders", order(R"("size":"1","price":"1","post_only":"yes")"), 400,
       "true or false"},
      {"POST", "/orders", order(R"("size":"1","price":"1","post_only":true,"time_in_force":"IOC")"),
       400, "post_only"},
      {"POST", "/orders", order(R"("type":"market","size":"1","post_only":true)"), 400,
       "post_only"},
      {"POST", "/orders", order(R"("size":"1","price":"1","stp":"xx")"), 400, "dc, co, cn, cb"},
      {"POST", "/orders", order(R"("size":"1","price":"1","client_oid":"a b")"), 400, "client"},
      {"POST", "/orders", order(R"("size":"1","price":"1","client_oid":7)"), 400,
       "must be a string"},
      {"POST", "/orders", order(R"("size":"1","price":"1","post_onyl":true)"), 400, "not known"},
  };
}

void expect(Desk& desk, const Case& test) {
  const HttpResponse response =
      desk.send(desk.request(std::string(test.method), test.target, test.body));
  const std::string what = std::string(test.method) + " " + test.target + " " + test.body;
  EXPECT_EQ(response.status, test.status) << what << '\n' << response.body;
  if (test.status == 200) return;
  EXPECT_NE(Desk::member(response, "message").find(test.says), std::string::npos) << what << '\n'
                                                                                  << response.body;
}

TEST(Errors, EveryWrongTargetHasItsStatus) {
  Desk desk;
  for (const Case& test : routing_cases()) expect(desk, test);
}

TEST(Errors, EveryWrongOrderHasItsStatusAndLeavesNoTrace) {
  Desk desk;
  const exchange::Seq before = desk.exchange().home(desk.exchange().self())->seq();
  for (const Case& test : order_cases()) expect(desk, test);
  for (const Case& test : stop_and_funds_cases()) expect(desk, test);
  EXPECT_EQ(desk.exchange().home(desk.exchange().self())->seq(), before);
}

TEST(Errors, WhatIsNotAllowedNamesWhatIs) {
  Desk desk;
  EXPECT_EQ(Desk::header(desk.send(desk.request("PATCH", "/orders")), "Allow"),
            "POST, GET, DELETE");
  EXPECT_EQ(Desk::header(desk.send(desk.request("DELETE", "/time")), "Allow"), "GET");
}

TEST(Errors, TooMuchIsRefusedBeforeItIsRead) {
  Desk desk;
  EXPECT_EQ(desk.post("/orders", std::string(kBodyBytesMax + 1, ' ')).status, 413);
  EXPECT_EQ(desk.get("/time?" + std::string(kTargetBytesMax, 'a')).status, 414);
  HttpRequest request = desk.request("GET", "/time");
  request.headers.emplace_back("X", std::string(kHeaderBytesMax, 'a'));
  EXPECT_EQ(desk.send(request).status, 431);
}

TEST(Errors, EverythingOfATraderNeedsASignature) {
  Desk desk;
  const std::string id = "07070707-0707-0707-0000-000000000003";
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/orders"},
                                                        {"GET", "/orders"},
                                                        {"DELETE", "/orders"},
                                                        {"GET", "/orders/" + id},
                                                        {"DELETE", "/orders/" + id},
                                                        {"PUT", "/orders/" + id},
                                                        {"GET", "/orders/client:a"},
                                                        {"DELETE", "/orders/client:a"},
                                                        {"GET", "/fills"},
                                                        {"POST", "/orders/cancel-after"},
                                                        {"GET", "/orders/cancel-after"},
                                                        {"GET", "/node/keys"},
                                                        {"POST", "/node/keys"},
                                                        {"DELETE", "/node/keys/a"},
                                                        {"POST", "/node/peers"},
                                                        {"GET", "/node/holds"},
                                                        {"POST", "/node/holds/1/abandon"}}) {
    HttpRequest request = desk.request(method, target);
    request.headers.pop_back();
    const HttpResponse response = desk.send(request);
    EXPECT_EQ(response.status, 401) << method << ' ' << target;
    EXPECT_EQ(Desk::member(response, "message"), "CB-ACCESS-PASSPHRASE is missing");
  }
}

TEST(Errors, ABrokenHistoryIsUnavailableNotEmpty) {
  Desk desk;
  desk.history_error() = "disk I/O error at /secret/path";
  const HttpResponse response = desk.get("/products/BTC-USD/trades");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Errors, EveryKindHasItsStatus) {
  EXPECT_EQ(status_of(base::ErrorCode::kInvalid), 400);
  EXPECT_EQ(status_of(base::ErrorCode::kUnauthorized), 401);
  EXPECT_EQ(status_of(base::ErrorCode::kForbidden), 403);
  EXPECT_EQ(status_of(base::ErrorCode::kNotFound), 404);
  EXPECT_EQ(status_of(base::ErrorCode::kRefused), 409);
  EXPECT_EQ(status_of(base::ErrorCode::kLimit), 429);
  EXPECT_EQ(status_of(base::ErrorCode::kUnavailable), 503);
  EXPECT_EQ(status_of(base::ErrorCode::kDamaged), 500);
  EXPECT_EQ(status_of(base::ErrorCode::kIo), 500);
}

TEST(Errors, QuotedTextIsCutBetweenCharacters) {
  EXPECT_EQ(api::quoted("abc"), "\"abc\"");
  EXPECT_EQ(api::quoted("\xff"), "\"?\"");
  const std::string cut = api::quoted(std::string(63, 'a') + "\xc3\xa9");
  EXPECT_EQ(cut, "\"" + std::string(63, 'a') + "...\"");
}

}  // namespace
}  // namespace syrah::api
