#include "p2p/message_router.h"

#include <gtest/gtest.h>

#include <limits>

#include "p2p/limits.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::identity_of;
using tests::Wire;

base::Time at_ms(std::int64_t ms) { return {ms * 1000, 1'700'000'000'000'000 + ms * 1000}; }

RoutedMessage request(base::Seq from) {
  return {FeedRequest{identity_of(1).id(), from}, Urgency::kBook, std::nullopt};
}
base::NodeId id_of(std::size_t number) {
  base::NodeId id = identity_of(1).id();
  id.bytes[0] = static_cast<std::uint8_t>(number);
  id.bytes[1] = static_cast<std::uint8_t>(number >> 8U);
  return id;
}

TEST(MessageRouter, WhatWaitsComesInOrder) {
  MessageRouter router;
  for (base::Seq i = 1; i <= 3; ++i) ASSERT_TRUE(router.wait(id_of(1), request(i), at_ms(0)).ok());
  ASSERT_TRUE(router.wait(id_of(2), request(9), at_ms(0)).ok());
  const auto messages = router.take(id_of(1));
  ASSERT_EQ(messages.size(), 3U);
  for (base::Seq i = 1; i <= 3; ++i) {
    EXPECT_EQ(std::get<FeedRequest>(messages[i - 1].body).from, i);
  }
  EXPECT_TRUE(router.take(id_of(1)).empty());
  EXPECT_EQ(router.waiting(), 1U);
}

TEST(MessageRouter, WaitingIsBoundedInNumberAndBytes) {
  MessageRouter router;
  for (std::size_t i = 0; i < kRoutedMessagesMax; ++i) {
    ASSERT_TRUE(router.wait(id_of(1), request(i + 1), at_ms(0)).ok());
  }
  const base::Status beyond = router.wait(id_of(1), request(1), at_ms(0));
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.error().code, base::ErrorCode::kLimit);
  EXPECT_TRUE(router.wait(id_of(2), request(1), at_ms(0)).ok()) << "others have their own";

  SnapshotPage page;
  page.text = std::string(100'000, 'x');
  EXPECT_TRUE(router.wait(id_of(3), {page, Urgency::kBulk, std::nullopt}, at_ms(0)).ok());
  EXPECT_TRUE(router.wait(id_of(3), {page, Urgency::kBulk, std::nullopt}, at_ms(0)).ok());
  EXPECT_FALSE(router.wait(id_of(3), {page, Urgency::kBulk, std::nullopt}, at_ms(0)).ok());
  EXPECT_EQ(router.counts().dropped, 2U);

  for (std::size_t i = 4; router.waiting() < kRoutedMessagesAllMax; ++i) {
    ASSERT_TRUE(router.wait(id_of(i), request(1), at_ms(0)).ok());
  }
  EXPECT_FALSE(router.wait(id_of(5'000), request(1), at_ms(0)).ok());
}

TEST(MessageRouter, NothingWaitsForEver) {
  MessageRouter router;
  EXPECT_EQ(router.next_deadline_us(), std::numeric_limits<std::int64_t>::max());
  ASSERT_TRUE(router.wait(id_of(1), request(1), at_ms(0)).ok());
  ASSERT_TRUE(router.wait(id_of(1), request(2), at_ms(5)).ok());
  EXPECT_EQ(router.next_deadline_us(), kRoutedMs * 1000);
  EXPECT_EQ(router.expire(at_ms(kRoutedMs - 1)), 0U);
  EXPECT_EQ(router.expire(at_ms(kRoutedMs)), 1U);
  const auto messages = router.take(id_of(1));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(std::get<FeedRequest>(messages[0].body).from, 2U);
  EXPECT_EQ(router.counts().dropped, 1U);
  EXPECT_EQ(router.counts().queued, 2U);
}

TEST(MessageRouter, AMessageToSomeoneNotYetConnectedArrivesWhenItIs) {
  Wire wire;
  Config of_alice;
  of_alice.node_name = "alice";
  auto& alice = wire.add("192.0.2.1", 1, of_alice);
  wire.with(alice, [&](auto& m, auto& out) {
    for (base::Seq i = 1; i <= 2; ++i) {
      const auto routed = m.send_to(identity_of(2).id(), FeedRequest{identity_of(1).id(), i},
                                    Urgency::kBook, std::nullopt, wire.now(), out);
      ASSERT_TRUE(routed.ok());
      EXPECT_EQ(*routed, Routing::kQueued);
    }
  });
  Config of_bob;
  of_bob.node_name = "bob";
  of_bob.bootstrap = {alice.endpoint()};
  auto& bob = wire.add("192.0.2.2", 2, of_bob);
  wire.run_for(1'000);
  std::vector<base::Seq> heard;
  for (const PeerMessage& message : bob.messages) {
    if (const auto* asked = std::get_if<FeedRequest>(&message.message.body)) {
      heard.push_back(asked->from);
    }
  }
  EXPECT_EQ(heard, (std::vector<base::Seq>{1, 2}));
  wire.with(alice, [&](auto& m, auto& out) {
    const auto routed = m.send_to(identity_of(2).id(), FeedRequest{identity_of(1).id(), 3},
                                  Urgency::kBook, std::nullopt, wire.now(), out);
    EXPECT_EQ(*routed, Routing::kDirect);
  });
  EXPECT_EQ(alice.manager->route_counts().queued, 2U);
  EXPECT_GE(alice.manager->route_counts().direct, 3U);
}

}  // namespace
}  // namespace syrah::p2p
