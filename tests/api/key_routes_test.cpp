// Keys made, used and revoked through the API, and what each of them may do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/limits.h"
#include "desk.h"

namespace syrah::api {
namespace {

using testing::HasSubstr;
using tests::Desk;

/// Makes a key through the API.
ApiKey create(Desk& desk, const std::string& body) {
  const HttpResponse response = desk.post("/node/keys", body);
  EXPECT_EQ(response.status, 200) << response.body;
  ApiKey key;
  key.key = Desk::member(response, "key");
  key.passphrase = Desk::member(response, "passphrase");
  key.secret = Desk::member(response, "secret");
  key.account = Desk::member(response, "account");
  return key;
}

HttpResponse send_as(Desk& desk, const ApiKey& key, std::string method, std::string target,
                     std::string body = "") {
  return desk.send(desk.request_by(key, std::move(method), std::move(target), std::move(body)));
}

constexpr std::string_view kOrder =
    R"({"product_id":"BTC-USD","side":"buy","price":"1","size":"1"})";

TEST(KeyRoutes, AKeyIsShownWholeOnceAndWorksAtOnce) {
  Desk desk;
  const HttpResponse made =
      desk.post("/node/keys", R"({"label":"my bot","permissions":["view","trade"]})");
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(Desk::member(made, "label"), "my bot");
  EXPECT_EQ(Desk::member(made, "account"), "alice") << "of the first key";
  EXPECT_THAT(made.body, HasSubstr(R"("permissions":["view","trade"])"));
  const std::string secret = Desk::member(made, "secret");
  const HttpResponse listed = desk.get("/node/keys");
  EXPECT_THAT(listed.body, HasSubstr(Desk::member(made, "key")));
  EXPECT_THAT(listed.body, Not(HasSubstr(secret)));
  EXPECT_THAT(listed.body, Not(HasSubstr(Desk::member(made, "passphrase"))));
  EXPECT_THAT(listed.body, Not(HasSubstr("c2VjcmV0"))) << "nor those of the others";

  const ApiKey key = create(desk, R"({"permissions":["view","trade"],"account":"robots"})");
  EXPECT_NE(key.secret, secret);
  EXPECT_EQ(send_as(desk, key, "POST", "/orders", std::string(kOrder)).status, 200);
  EXPECT_THAT(desk.get("/orders").body, Not(HasSubstr("BTC-USD"))) << "the account is another";
  ASSERT_EQ(desk.kept().size(), 2U);
  EXPECT_EQ(desk.kept().back().keys.size(), 3U) << "bob's and the two, not the first";
}

TEST(KeyRoutes, EachPermissionOpensItsOwnDoors) {
  struct Door {
    std::string method, target, body;
    Permission needs;
  };
  const std::vector<Door> doors = {
      {"GET", "/orders", "", Permission::kView},
      {"GET", "/fills", "", Permission::kView},
      {"GET", "/node/holds", "", Permission::kView},
      {"GET", "/orders/cancel-after", "", Permission::kView},
      {"POST", "/orders", std::string(kOrder), Permission::kTrade},
      {"DELETE", "/orders", "", Permission::kTrade},
      {"POST", "/orders/cancel-after", R"({"timeout":0})", Permission::kTrade},
      {"GET", "/node/keys", "", Permission::kManage},
      {"POST", "/node/keys", R"({"permissions":["view"]})", Permission::kManage},
      {"POST", "/node/peers", R"({"address":"a:1"})", Permission::kManage},
      {"DELETE", "/node/peers/a%3A1", "", Permission::kManage},
  };
  for (const Permission given : {Permission::kView, Permission::kTrade, Permission::kManage}) {
    Desk desk;
    const std::string word(to_text(given));
    const ApiKey key = create(desk, R"({"permissions":[")" + word + R"("]})");
    for (const Door& door : doors) {
      const HttpResponse response = send_as(desk, key, door.method, door.target, door.body);
      const std::string what = word + ": " + door.method + " " + door.target;
      if (given == door.needs) {
        EXPECT_LT(response.status, 300) << what << response.body;
        continue;
      }
      EXPECT_EQ(response.status, 403) << what;
      EXPECT_THAT(Desk::member(response, "message"),
                  HasSubstr("needs the permission " + std::string(to_text(door.needs)) +
                            ", this key has only " + word))
          << what;
    }
  }
}

TEST(KeyRoutes, ARevokedKeyStopsAtOnce) {
  Desk desk;
  const ApiKey key = create(desk, R"({"permissions":["view"]})");
  EXPECT_EQ(send_as(desk, key, "GET", "/orders").status, 200);
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/keys/" + key.key)).status, 200);
  const HttpResponse refused = send_as(desk, key, "GET", "/orders");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("not a key of this node"));
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/keys/" + key.key)).status, 404);
  for (const ApiKey& kept : desk.kept().back().keys) EXPECT_NE(kept.key, key.key);
}

TEST(KeyRoutes, AnAnswerThatWaitedForTheHistoryIsNotGivenToARevokedKey) {
  Desk desk;
  const ApiKey key = create(desk, R"({"permissions":["view"]})");
  const HttpRequest fills = desk.request_by(key, "GET", "/fills");
  Context context = desk.make_context();
  ASSERT_TRUE(std::holds_alternative<NeedsHistory>(handle(fills, context)));
  ASSERT_EQ(desk.send(desk.request("DELETE", "/node/keys/" + key.key)).status, 200);
  EXPECT_EQ(finish(fills, {}, context).status, 401);
}

TEST(KeyRoutes, WhatIsWrongIsSaidAndLeavesNoTrace) {
  Desk desk;
  const std::vector<std::tuple<std::string, std::string, int, std::string>> cases = {
      {"POST", "", 400, "body is missing"},
      {"POST", "{}", 400, "at least one of view, trade, manage"},
      {"POST", R"({"permissions":[]})", 400, "at least one"},
      {"POST", R"({"permissions":"view"})", 400, "array of strings"},
      {"POST", R"({"permissions":[1]})", 400, "array of strings"},
      {"POST", R"({"permissions":["View"]})", 400, "\"View\" is not one of view, trade, manage"},
      {"POST", R"({"permissions":["view"],"label":7})", 400, "label must be a string"},
      {"POST", R"({"permissions":["view"],"label":"a\nb"})", 400, "printable"},
      {"POST", R"({"permissions":["view"],"label":")" + std::string(65, 'a') + "\"}", 400, "64"},
      {"POST", R"({"permissions":["view"],"account":""})", 400, "account must be"},
      {"POST", R"({"permissions":["view"],"account":"a b"})", 400, "account must be"},
      {"POST", R"({"permissions":["view"],"name":"x"})", 400, "not known"},
      {"DELETE", "", 405, "only GET, POST"},
  };
  for (const auto& [method, body, status, says] : cases) {
    const HttpResponse response = desk.send(desk.request(method, "/node/keys", body));
    EXPECT_EQ(response.status, status) << body << response.body;
    EXPECT_THAT(Desk::member(response, "message"), HasSubstr(says)) << body;
  }
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/keys/unknown")).status, 404);
  const HttpResponse first = desk.send(desk.request("DELETE", "/node/keys/alice-key"));
  EXPECT_EQ(first.status, 409);
  EXPECT_THAT(first.body, HasSubstr("api-key.json"));
  EXPECT_EQ(desk.clients().keys.size(), 2U);
  EXPECT_TRUE(desk.kept().empty());
}

TEST(KeyRoutes, ThereAreOnlySoManyKeys) {
  Desk desk;
  while (desk.clients().keys.size() < kKeysMax) create(desk, R"({"permissions":["view"]})");
  const HttpResponse response = desk.post("/node/keys", R"({"permissions":["view"]})");
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("revoke one first"));
  // All of them can be read back.
  const auto records = read_key_records(write_key_records(desk.kept().back()));
  ASSERT_TRUE(records.ok()) << records.error().message;
  EXPECT_EQ(records->keys.size(), kKeysMax - 1);
}

TEST(KeyRoutes, WhatCannotBeKeptIsNotAcknowledged) {
  Desk desk;
  const ApiKey kept = create(desk, R"({"permissions":["view"]})");
  desk.keeps() = false;
  EXPECT_EQ(desk.post("/node/keys", R"({"permissions":["view"]})").status, 500);
  EXPECT_EQ(desk.clients().keys.size(), 3U) << "the key was not made";
  EXPECT_EQ(desk.post("/orders/cancel-after", R"({"timeout":5})").status, 500);
  EXPECT_FALSE(desk.clients().cancel_after.due("alice-key"));
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/keys/" + kept.key)).status, 500);
  EXPECT_EQ(desk.clients().keys.find(kept.key), nullptr) << "revoked all the same";
}

TEST(KeyRoutes, CancelAfterIsSetRenewedShownAndEnded) {
  Desk desk;
  const std::string off = R"({"account":"alice","timeout":0})";
  EXPECT_EQ(desk.get("/orders/cancel-after").body, off);
  const HttpResponse set = desk.post("/orders/cancel-after", R"({"timeout":60})");
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(Desk::member(set, "cancels_at"), "2026-11-21T07:31:00.001000Z");
  ASSERT_EQ(desk.kept().size(), 1U);
  EXPECT_EQ(desk.kept()[0].switches, (std::vector<SwitchRecord>{{"alice-key", "alice"}}));
  EXPECT_EQ(desk.post("/orders/cancel-after", R"({"timeout":"90"})").status, 200);
  EXPECT_EQ(desk.kept().size(), 1U) << "renewing writes nothing";
  EXPECT_THAT(desk.get("/orders/cancel-after").body, HasSubstr("\"timeout\":89"));
  EXPECT_THAT(desk.send(desk.request("GET", "/orders/cancel-after", "", "bob-key")).body,
              HasSubstr("\"timeout\":0"))
      << "each key has its own";
  EXPECT_EQ(desk.post("/orders/cancel-after", R"({"timeout":0})").body, off);
  EXPECT_TRUE(desk.kept().back().switches.empty());
  for (const auto& [body, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "body is missing"},
           {"{}", "timeout is missing"},
           {R"({"timeout":-1})", "whole number from 0 to 86400"},
           {R"({"timeout":86401})", "whole number"},
           {R"({"timeout":1.5})", "whole number"},
           {R"({"timeout":true})", "whole number"},
           {R"({"timeout":5,"x":1})", "not known"}}) {
    const HttpResponse response = desk.post("/orders/cancel-after", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr(says)) << body;
  }
}

}  // namespace
}  // namespace syrah::api
