#include "api/key_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syrah::api {
namespace {

using testing::HasSubstr;

KeyRecords sample() {
  KeyRecords records;
  ApiKey key = KeySource({7}).make();
  key.account = "alice";
  key.label = "bot \"1\"";
  key.permissions = *Permissions::parse({"trade"});
  key.created_ms = 1'795'246'200'123;
  records.keys.push_back(std::move(key));
  records.switches.push_back({"k", "alice"});
  return records;
}

TEST(KeyRecords, AreReadAsTheyWereWritten) {
  const KeyRecords records = sample();
  const auto read = read_key_records(write_key_records(records));
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->keys.size(), 1U);
  EXPECT_EQ(read->keys[0].key, records.keys[0].key);
  EXPECT_EQ(read->keys[0].passphrase, records.keys[0].passphrase);
  EXPECT_EQ(read->keys[0].secret, records.keys[0].secret);
  EXPECT_EQ(read->keys[0].account, "alice");
  EXPECT_EQ(read->keys[0].label, "bot \"1\"");
  EXPECT_EQ(read->keys[0].permissions, records.keys[0].permissions);
  EXPECT_EQ(read->keys[0].created_ms, 1'795'246'200'123);
  EXPECT_EQ(read->switches, records.switches);
}

TEST(KeyRecords, WhatIsWrongIsNamed) {
  const std::string good = write_key_records(sample());
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  for (const auto& [text, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "JSON"},
           {"[]", "JSON object"},
           {"{}", "\"keys\" must be an array"},
           {R"({"keys":[]})", "\"switches\" must be an array"},
           {R"({"keys":[1],"switches":[]})", "\"keys\", number 1: \"key\" must be a text"},
           {changed("\"trade\"", "\"rule\""), "\"rule\" is not one of"},
           {changed("\"trade\"", "7"), "not one of"},
           {changed("[\"trade\"]", "[]"), "at least one"},
           {changed("2026-", "26-"), "created_at"},
           {changed("bot", "b\\nt"), "label"},
           {changed(R"("account":"alice"}]})", R"("account":""}]})"), "\"switches\", number 1"},
       }) {
    const auto read = read_key_records(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.error().message, HasSubstr(says)) << text;
  }
}

TEST(KeySource, MakesOtherCredentialsEachTimeAndOutOfOtherRandomness) {
  KeySource source({1});
  const ApiKey first = source.make();
  const ApiKey second = source.make();
  const ApiKey other = KeySource({2}).make();
  EXPECT_EQ(first.key.size(), 32U);
  EXPECT_EQ(first.passphrase.size(), 32U);
  for (const ApiKey& key : {second, other}) {
    EXPECT_NE(first.key, key.key);
    EXPECT_NE(first.passphrase, key.passphrase);
    EXPECT_NE(first.secret, key.secret);
  }
}

}  // namespace
}  // namespace syrah::api
