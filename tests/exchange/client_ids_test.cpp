#include "exchange/client_ids.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

PlaceOrder order() {
  PlaceOrder command;
  command.account = "ada";
  command.instrument = "BTC-USD";
  command.price = "42000";
  command.quantity = "0.5";
  command.client_id = "one";
  return command;
}

TEST(TermsFingerprint, EveryTermCounts) {
  const std::vector<std::function<void(PlaceOrder&)>> changes = {
      [](PlaceOrder& c) { c.account = "bob"; },
      [](PlaceOrder& c) { c.instrument = "ETH-USD"; },
      [](PlaceOrder& c) { c.side = Side::kSell; },
      [](PlaceOrder& c) { c.type = OrderType::kMarket; },
      [](PlaceOrder& c) { c.price = "42001"; },
      [](PlaceOrder& c) { c.quantity = "0.51"; },
      [](PlaceOrder& c) { c.tif = TimeInForce::kIoc; },
      [](PlaceOrder& c) { c.expires_ms = 1; },
      [](PlaceOrder& c) { c.post_only = true; },
      [](PlaceOrder& c) { c.self_trade = SelfTrade::kCancelBoth; },
  };
  std::set<std::uint64_t> seen = {terms_fingerprint(order())};
  for (const auto& change : changes) {
    PlaceOrder changed = order();
    change(changed);
    EXPECT_TRUE(seen.insert(terms_fingerprint(changed)).second);
  }
}

TEST(TermsFingerprint, TheSameTermsWrittenOtherwiseAreTheSame) {
  PlaceOrder same = order();
  same.price = "42000.00";
  same.quantity = "0.50";
  same.client_id = "two";  // names the order, is no term of it
  EXPECT_EQ(terms_fingerprint(same), terms_fingerprint(order()));
}

TEST(TermsFingerprint, WordsDoNotRunIntoEachOther) {
  PlaceOrder left = order();
  left.account = "adaB";
  left.instrument = "TC-USD";
  EXPECT_NE(terms_fingerprint(left), terms_fingerprint(order()));
}

TEST(TermsFingerprint, StaysTheSameBetweenVersions) {  // it is kept on disk
  EXPECT_EQ(terms_fingerprint(order()), 9530830174612376934U);
}

TEST(ClientIds, FindsWhatWasAddedPerAccount) {
  ClientIds ids;
  EXPECT_TRUE(ids.add("ada", "one", {7, 70}, 1000));
  ASSERT_TRUE(ids.find("ada", "one").has_value());
  EXPECT_EQ(ids.find("ada", "one")->order, 7U);
  EXPECT_EQ(ids.find("ada", "one")->fingerprint, 70U);
  EXPECT_FALSE(ids.find("bob", "one").has_value());
  EXPECT_FALSE(ids.find("ada", "two").has_value());
  EXPECT_FALSE(ids.find("adao", "ne").has_value());
}

TEST(ClientIds, TheFirstUseCounts) {
  ClientIds ids;
  ids.add("ada", "one", {7, 70}, 1000);
  EXPECT_TRUE(ids.add("ada", "one", {8, 80}, 2000));
  EXPECT_EQ(ids.find("ada", "one")->order, 7U);
  ids.forget_before(1001);
  EXPECT_FALSE(ids.find("ada", "one").has_value());
}

TEST(ClientIds, ForgetsByAge) {
  ClientIds ids;
  ids.add("ada", "one", {1, 0}, 1000);
  ids.add("ada", "two", {2, 0}, 2000);
  ids.forget_before(1000);
  EXPECT_TRUE(ids.find("ada", "one").has_value());
  ids.forget_before(2000);
  EXPECT_FALSE(ids.find("ada", "one").has_value());
  EXPECT_TRUE(ids.find("ada", "two").has_value());
}

TEST(ClientIds, IsBoundedAndSaysSo) {
  ClientIds ids;
  for (std::size_t at = 0; at < kClientIdsMax; ++at) {
    ASSERT_FALSE(ids.full());
    ASSERT_TRUE(ids.add("a", std::to_string(at), {at, 0}, static_cast<std::int64_t>(at)));
  }
  EXPECT_TRUE(ids.full());
  EXPECT_FALSE(ids.add("a", "more", {1, 0}, 0));
  EXPECT_TRUE(ids.add("a", "0", {1, 0}, 0));  // known already: takes no room
  ids.forget_before(1);
  EXPECT_TRUE(ids.add("a", "more", {1, 0}, 0));
}

}  // namespace
}  // namespace syrah::exchange
