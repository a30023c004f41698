#include "store/entries_text.h"

#include <gtest/gtest.h>

namespace syrah::store {
namespace {

feed::Entry entry(base::Seq seq, std::string rest) {
  return {
      seq, {5, 6}, "{\"seq\":" + std::to_string(seq) + ",\"time\":[5,6]" + std::move(rest) + "}"};
}

TEST(EntriesText, SplitsWhatItJoined) {
  const std::vector<feed::Entry> entries = {
      entry(1, ""),
      entry(2, R"(,"a":"}{,[\"\\","b":{"c":[{}]})"),
      entry(3, R"(,"d":"\\")"),
  };
  for (std::size_t count = 0; count <= entries.size(); ++count) {
    const std::vector<feed::Entry> some(entries.begin(),
                                        entries.begin() + static_cast<std::ptrdiff_t>(count));
    const base::Result<feed::Entries> split = split_entries(feed::Entries(some).text());
    ASSERT_TRUE(split.ok()) << split.error().message;
    EXPECT_EQ(split->list(), some);
  }
}

TEST(EntriesText, WhatIsNotAnArrayOfEntriesIsDamage) {
  for (const char* const text :
       {"", "[", "]", "{}", "[1]", "[{]", "[{}]", "[{\"seq\":1,\"time\":[5,6]},]",
        "[{\"seq\":1,\"time\":[5,6]}{}]", "[{\"seq\":1,\"time\":[5,6],\"a\":\"}]",
        "[{\"seq\":1,\"time\":[5,6],\"a\":\"\\]"}) {
    const base::Result<feed::Entries> split = split_entries(text);
    ASSERT_FALSE(split.ok()) << text;
    EXPECT_EQ(split.error().code, base::ErrorCode::kDamaged);
  }
}

}  // namespace
}  // namespace syrah::store
