#include "p2p/legacy_message.h"

#include <gtest/gtest.h>

#include <set>

#include "json/reader.h"

namespace syrah::p2p {
namespace {

constexpr base::Time kNow{0, 1'795'224'209'123'000};
const std::string kUuid = "80860c8d-43d5-40b9-9aff-4352d7982969";

base::NodeId self() {
  base::NodeId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
  return id;
}

BasicOrder order() {
  BasicOrder order;
  order.id = kUuid;
  order.user_id = "user_abc";
  order.amount = "1.5";
  order.price = "50000";
  order.pair = "BTC/USD";
  order.timestamp_ms = 1'795'224'209'118;
  order.status = "pending";
  return order;
}

BasicTrade trade() {
  BasicTrade trade;
  trade.id = kUuid;
  trade.buy_order_id = "00000000-0000-4000-8000-000000000001";
  trade.sell_order_id = "00000000-0000-4000-8000-000000000002";
  trade.amount = "0.25";
  trade.price = "42000.10";
  trade.timestamp_ms = 1'795'224'209'118;
  return trade;
}

/// The document's example with other members of the order.
std::string example(const std::string& payload, const std::string& type = "order") {
  return R"({"id":")" + kUuid + R"(","type":")" + type +
         R"(","fromNode":"11111111-2222-4333-8444-555555555555","payload":)" + payload +
         R"(,"vectorClock":{"11111111-2222-4333-8444-555555555555":1},"timestamp":1795224209123})";
}
std::string order_payload(const std::string& member, const std::string& value) {
  std::string text = R"({"id":"80860c8d-43d5-40b9-9aff-4352d7982969","timestamp":1795224209118,)"
                     R"("status":"pending","userId":"user_abc","side":"sell","amount":"1.5",)"
                     R"("price":"50000","pair":"BTC/USD"})";
  const std::size_t name = text.find("\"" + member + "\":");
  EXPECT_NE(name, std::string::npos);
  const std::size_t begin = name + member.size() + 3;
  const std::size_t end = text.find_first_of(",}", begin);
  return text.replace(begin, end - begin, value);
}

TEST(LegacyMessage, WritesAnOrderAsDocumented) {
  LegacyWriter writer(self(), 1);
  EXPECT_EQ(writer.name(), "00010203-0405-4607-8809-0a0b0c0d0e0f");
  const auto text = writer.write(order(), kNow);
  ASSERT_TRUE(text);
  const auto read = json::parse(*text);
  ASSERT_TRUE(read);
  const std::string id(*read->string("id"));
  EXPECT_EQ(*text, R"({"id":")" + id +
                       R"(","type":"order","fromNode":"00010203-0405-4607-8809-0a0b0c0d0e0f",)"
                       R"("payload":{"id":"80860c8d-43d5-40b9-9aff-4352d7982969",)"
                       R"("timestamp":1795224209118,"status":"pending","userId":"user_abc",)"
                       R"("side":"sell","amount":"1.5","price":"50000","pair":"BTC/USD"},)"
                       R"("vectorClock":{"00010203-0405-4607-8809-0a0b0c0d0e0f":1},)"
                       R"("timestamp":1795224209123})");
  EXPECT_EQ(legacy_id(id), id) << "old nodes accept it";
}

TEST(LegacyMessage, WritesATradeAsDocumented) {
  LegacyWriter writer(self(), 1);
  const auto text = writer.write(trade(), kNow);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find(R"("type":"trade",)"), std::string::npos);
  EXPECT_NE(text->find(R"("payload":{"id":"80860c8d-43d5-40b9-9aff-4352d7982969",)"
                       R"("buyOrderId":"00000000-0000-4000-8000-000000000001",)"
                       R"("sellOrderId":"00000000-0000-4000-8000-000000000002",)"
                       R"("amount":"0.25","price":"42000.10","timestamp":1795224209118})"),
            std::string::npos)
      << *text;
}

TEST(LegacyMessage, MessagesAreNumberedAndNamedFromTheSeed) {
  LegacyWriter writer(self(), 7);
  LegacyWriter same(self(), 7);
  LegacyWriter other(self(), 8);
  std::set<std::string> ids;
  for (int i = 1; i <= 20; ++i) {
    const std::string text = *writer.write(order(), kNow);
    EXPECT_EQ(text, *same.write(order(), kNow));
    const auto read = json::parse(text);
    ids.insert(std::string(*read->string("id")));
    ids.insert(std::string(*json::parse(*other.write(order(), kNow))->string("id")));
    EXPECT_EQ(read->find("vectorClock")->integer(writer.name()), i);
  }
  EXPECT_EQ(ids.size(), 40U);
}

TEST(LegacyMessage, IdsThatOldNodesRefuseBecomeUuids) {
  EXPECT_EQ(legacy_id(kUuid), kUuid);
  for (const std::string id : {"80860c8d-43d5-f0b9-9aff-4352d7982969",  // version
                               "80860c8d-43d5-40b9-0000-000000000001",  // variant
                               "80860c8d43d540b99aff4352d7982969", "a", ""}) {
    const std::string uuid = legacy_id(id);
    EXPECT_NE(uuid, id);
    EXPECT_EQ(legacy_id(uuid), uuid) << "it is one now";
    EXPECT_EQ(legacy_id(id), uuid) << "always the same";
  }
  EXPECT_NE(legacy_id("a"), legacy_id("b"));
}

TEST(LegacyMessage, SaysWhyAnOrderCannotBeTold) {
  EXPECT_TRUE(check_legacy(order()));
  const auto why_not = [](auto change) {
    BasicOrder changed = order();
    change(changed);
    const base::Status status = check_legacy(changed);
    EXPECT_FALSE(LegacyWriter(self(), 1).write(changed, kNow).ok()) << "nor is it written";
    return status ? std::string("it can") : status.error().message;
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  for (const std::string user : {"", "ab", "user abc", "user/abc", "ünder"}) {
    EXPECT_TRUE(has(why_not([&](BasicOrder& o) { o.user_id = user; }), "userId")) << user;
  }
  EXPECT_TRUE(has(why_not([](BasicOrder& o) { o.user_id = std::string(51, 'a'); }), "userId"));
  for (const std::string amount :
       {"", "0", "0.0", "-1", "1e3", "1000000.000001", "1000001", ".5"}) {
    EXPECT_TRUE(has(why_not([&](BasicOrder& o) { o.amount = amount; }), "amount")) << amount;
    EXPECT_TRUE(has(why_not([&](BasicOrder& o) { o.price = amount; }), "price")) << amount;
  }
  for (const std::string pair :
       {"", "BTC", "BTC-USD", "BT/USD", "BTC/DOLLAR", "btc/usd", "BTC/US1", "BTC/USD/EUR", "/"}) {
    EXPECT_TRUE(has(why_not([&](BasicOrder& o) { o.pair = pair; }), "pair")) << pair;
  }
  EXPECT_TRUE(has(why_not([](BasicOrder& o) { o.status = "open"; }), "status"));
  EXPECT_TRUE(has(why_not([](BasicOrder& o) { o.timestamp_ms = 0; }), "timestamp"));
}

TEST(LegacyMessage, TheLargestAndSmallestAmountsCanBeTold) {
  for (const std::string amount :
       {"1000000", "1000000.000", "999999.999999999999", "0.0000000000000000001"}) {
    BasicOrder changed = order();
    changed.amount = changed.price = amount;
    EXPECT_TRUE(check_legacy(changed)) << amount;
  }
}

TEST(LegacyMessage, ReadsWhatItWrites) {
  LegacyWriter writer(self(), 1);
  const auto read = read_legacy(*writer.write(order(), kNow));
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->message.sender, writer.name());
  EXPECT_EQ((*read)->message.timestamp_ms, 1'795'224'209'123);
  const auto& told = std::get<BasicOrder>((*read)->message.body);
  EXPECT_EQ(told.id, order().id);
  EXPECT_EQ(told.user_id, "user_abc");
  EXPECT_FALSE(told.buy);
  EXPECT_EQ(told.amount, "1.5");
  EXPECT_EQ(told.price, "50000");
  EXPECT_EQ(told.pair, "BTC/USD");
  EXPECT_EQ(told.timestamp_ms, order().timestamp_ms);
  EXPECT_EQ(told.status, "pending");

  const auto traded = read_legacy(*writer.write(trade(), kNow));
  ASSERT_TRUE(traded && *traded);
  const auto& body = std::get<BasicTrade>((*traded)->message.body);
  EXPECT_EQ(body.buy_order_id, trade().buy_order_id);
  EXPECT_EQ(body.sell_order_id, trade().sell_order_id);
  EXPECT_EQ(body.amount, "0.25");
}

TEST(LegacyMessage, ReadsTheDocumentsExample) {
  const auto read = read_legacy(example(order_payload("side", "\"buy\"")));
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->id, kUuid);
  EXPECT_EQ((*read)->message.sender, "11111111-2222-4333-8444-555555555555");
  EXPECT_TRUE(std::get<BasicOrder>((*read)->message.body).buy);
}

TEST(LegacyMessage, OtherProgramsMessagesAreNoError) {
  for (const std::string& text :
       {std::string(R"({"action":"hello","id":7})"), std::string("null"), std::string("7"),
        std::string("\"text\""), std::string("[1,2]"), std::string("{}"),
        std::string(R"({"type":"order"})"), std::string(R"({"type":"order","payload":{}})"),
        example("{}", "heartbeat"), example("7")}) {
    const auto read = read_legacy(text);
    ASSERT_TRUE(read) << text << read.error().message;
    EXPECT_FALSE(*read) << text;
  }
}

TEST(LegacyMessage, WhatAnOldNodeWouldNotSayIsAnError) {
  const std::pair<const char*, const char*> changes[] = {
      {"id", "\"7\""},           {"id", "7"},           {"userId", "\"ab\""},
      {"userId", "null"},        {"side", "\"hold\""},  {"amount", "\"0\""},
      {"amount", "\"1000001\""}, {"amount", "\"1e3\""}, {"price", "\"-5\""},
      {"price", "{}"},           {"pair", "\"BTC\""},   {"status", "\"open\""},
      {"timestamp", "\"now\""},  {"timestamp", "-5"},
  };
  for (const auto& [member, value] : changes) {
    const auto read = read_legacy(example(order_payload(member, value)));
    ASSERT_FALSE(read) << member << value;
    EXPECT_NE(read.error().message, "");
  }
  EXPECT_FALSE(read_legacy(example("{}", "trade")));
  EXPECT_FALSE(read_legacy("no JSON"));
}

TEST(LegacyMessage, RepliesAreThoseOfTheOldNodes) {
  EXPECT_EQ(legacy_processed(kUuid),
            R"({"success":true,"nodeId":"80860c8d-43d5-40b9-9aff-4352d7982969",)"
            R"("message":"Message processed"})");
  EXPECT_EQ(legacy_ignored_self(), R"({"success":true,"message":"Ignored self message"})");
  EXPECT_TRUE(json::parse(legacy_ignored_other()));
}

}  // namespace
}  // namespace syrah::p2p
