#include "api/cancel_after.h"

#include <gtest/gtest.h>

#include <limits>

namespace syrah::api {
namespace {

base::Time at(std::int64_t seconds) {
  return {seconds * base::kUsPerSecond, (1'000'000 + seconds) * base::kUsPerSecond};
}

const SwitchRecord kAlice{"key-a", "alice"};
const SwitchRecord kBob{"key-b", "bob"};

TEST(CancelAfter, RunsOutUnlessItIsRenewed) {
  CancelAfter switches;
  EXPECT_EQ(switches.next_deadline_us(), std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(switches.set(kAlice, 10, at(0)));
  EXPECT_TRUE(switches.set(kBob, 20, at(0)));
  EXPECT_FALSE(switches.set(kAlice, 10, at(9))) << "was on";
  EXPECT_EQ(switches.next_deadline_us(), 19 * base::kUsPerSecond);
  EXPECT_TRUE(switches.expire(at(18)).empty());
  EXPECT_EQ(switches.expire(at(19)), std::vector{kAlice});
  EXPECT_FALSE(switches.due("key-a"));
  EXPECT_EQ(switches.expire(at(100)), std::vector{kBob});
  EXPECT_TRUE(switches.expire(at(100)).empty()) << "once";
}

TEST(CancelAfter, EndsWhenItsOwnerWantsThat) {
  CancelAfter switches;
  switches.set(kAlice, 10, at(0));
  EXPECT_TRUE(switches.end("key-a"));
  EXPECT_FALSE(switches.end("key-a"));
  EXPECT_TRUE(switches.expire(at(100)).empty());
}

TEST(CancelAfter, AConnectionThatEndsIsNoticedIfThatWasAskedFor) {
  CancelAfter switches;
  EXPECT_TRUE(switches.watch(7, kAlice));
  EXPECT_FALSE(switches.watch(7, kAlice));
  EXPECT_TRUE(switches.watch(8, kAlice));
  EXPECT_EQ(switches.connection_ended(9), std::nullopt);
  EXPECT_EQ(switches.connection_ended(7), kAlice);
  EXPECT_EQ(switches.connection_ended(7), std::nullopt);
  EXPECT_EQ(switches.records(), std::vector{kAlice}) << "connection 8 is still watched";
  EXPECT_TRUE(switches.expire(at(1'000'000)).empty()) << "no clock ends a watch";
}

TEST(CancelAfter, WhatIsOnIsToldOnceForEachKey) {
  CancelAfter switches;
  switches.set(kBob, 10, at(0));
  switches.watch(1, kBob);
  switches.watch(2, kAlice);
  EXPECT_EQ(switches.records(), (std::vector{kAlice, kBob}));
}

}  // namespace
}  // namespace syrah::api
