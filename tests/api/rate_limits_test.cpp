#include "api/rate_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/limits.h"
#include "desk.h"

namespace syrah::api {
namespace {

using tests::Desk;

base::Time at(std::int64_t ms) { return {ms * base::kUsPerMs, 0}; }

TEST(RateLimits, AKeyMayDoTwiceItsRateAtOnceAndThenItsRate) {
  RateLimits limits({.per_key = 10});
  for (int i = 0; i < 20; ++i) ASSERT_EQ(limits.take("a", false, at(0)), 0);
  EXPECT_EQ(limits.take("a", false, at(0)), 1) << "seconds to wait, rounded up";
  EXPECT_EQ(limits.take("b", false, at(0)), 0) << "another key";
  EXPECT_EQ(limits.take("a", true, at(0)), 0) << "cancelling is always possible for a while";
  EXPECT_EQ(limits.take("a", false, at(99)), 1);
  EXPECT_EQ(limits.take("a", false, at(100)), 0);
  EXPECT_EQ(limits.take("a", false, at(100)), 1);
}

TEST(RateLimits, ThisMachineMayDoWhatAKeyMay) {
  RateLimits limits({.per_key = 50, .per_address = 1});
  const Caller far{"192.0.2.1", false};
  EXPECT_EQ(limits.take(far, at(0)), 0);
  EXPECT_EQ(limits.take(far, at(0)), 0);
  EXPECT_EQ(limits.take(far, at(0)), 1);
  EXPECT_EQ(limits.take({"192.0.2.2", false}, at(0)), 0);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(limits.take({"127.0.0.1", true}, at(0)), 0);
  EXPECT_EQ(limits.take({"::1", true}, at(0)), 1) << "all local addresses together";
}

TEST(RateLimits, ManyAddressesShareWhatIsLeft) {
  RateLimits limits({.per_address = 1});
  for (std::size_t i = 0; i < kAddressesMax; ++i) {
    ASSERT_EQ(limits.take({std::to_string(i), false}, at(0)), 0);
  }
  EXPECT_EQ(limits.take({"late", false}, at(1)), 0);
  EXPECT_EQ(limits.take({"later", false}, at(1)), 0);
  EXPECT_EQ(limits.take({"latest", false}, at(1)), 1);
  EXPECT_EQ(limits.take({"0", false}, at(1)), 0) << "those that have a place keep it";
  // Who was quiet for long makes room.
  EXPECT_EQ(limits.take({"new", false}, at(10'000)), 0);
  EXPECT_EQ(limits.take({"new", false}, at(10'000)), 0);
  EXPECT_EQ(limits.take({"other", false}, at(10'000)), 0);
}

TEST(RateLimits, BeyondThemTheAnswerSaysWhenToTryAgain) {
  Desk desk;
  desk.clients().rates = RateLimits({.per_key = 2, .per_address = 1});
  const HttpRequest place = desk.request(
      "POST", "/orders", R"({"product_id":"BTC-USD","side":"buy","price":"1","size":"1"})");
  for (int i = 0; i < 4; ++i) ASSERT_EQ(desk.send(place).status, 200);
  const HttpResponse refused = desk.send(place);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Desk::header(refused, "Retry-After"), "1");
  EXPECT_EQ(Desk::member(refused, "message"), "too many requests from this key: try again in 1 s");
  EXPECT_EQ(desk.send(desk.request("DELETE", "/orders")).status, 200) << "one can get out";
  EXPECT_EQ(desk.send(desk.request("GET", "/orders", "", "bob-key")).status, 200);

  const HttpRequest time{"GET", "/time", {}, "", ""};
  EXPECT_EQ(desk.send(time).status, 200);
  EXPECT_EQ(desk.send({"GET", "/nowhere", {}, "", ""}).status, 404);
  const HttpResponse late = desk.send(time);
  EXPECT_EQ(late.status, 429);
  EXPECT_EQ(Desk::header(late, "Retry-After"), "1");
  EXPECT_EQ(desk.send({"GET", "/nowhere", {}, "", ""}).status, 429);
  HttpRequest forged = desk.request("GET", "/orders");
  forged.target = "/orders?limit=1";
  EXPECT_EQ(desk.send(forged).status, 429) << "wrong signatures count for the address";
  desk.caller() = {"192.0.2.2", false};
  EXPECT_EQ(desk.send(forged).status, 401);
}

}  // namespace
}  // namespace syrah::api
