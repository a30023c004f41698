#include "p2p/session.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"
#include "p2p/limits.h"
#include "seed.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::identity_of;

constexpr base::Time kStart{50'000'000, 1'700'000'000'000'000};

base::Time after_ms(std::int64_t ms) {
  return {kStart.steady_us + ms * 1000, kStart.wall_us + ms * 1000};
}

Handshake own_handshake(const crypto::Identity& identity, std::uint8_t nonce) {
  Handshake body;
  body.port = 3000;
  body.identity = Handshake::Identity{.id = identity.id(),
                                      .nonce = {},
                                      .network = "main",
                                      .software = "test",
                                      .advertise = std::nullopt,
                                      .proof = std::nullopt};
  body.identity->nonce.fill(nonce);
  return body;
}

std::string frame(const std::string& type, const std::string& rest = "") {
  return encode_frame(R"({"type":")" + type + R"(","nodeId":"js","timestamp":5)" + rest + "}");
}

const std::string kBasicHandshake =
    frame("handshake", R"(,"version":"1.0.0","port":3000,"capabilities":{})");

class SessionTest : public testing::Test {
 protected:
  Session dialling() {
    return {Role::kDialling, alice_, "alice", own_handshake(alice_, 1), kStart};
  }
  Session answering() { return {Role::kAnswering, bob_, "bob", own_handshake(bob_, 2), kStart}; }

  static std::optional<SessionEvent> give(Session& session, std::string_view bytes,
                                          base::Time now = kStart) {
    return session.receive(bytes, now);
  }

  /// An accepted basic peer with an open session; what was said so far has left.
  Session open_basic() {
    Session session = answering();
    EXPECT_TRUE(std::holds_alternative<Introduced>(*give(session, kBasicHandshake)));
    EXPECT_TRUE(session.accept(kStart).has_value());
    session.open(kStart);
    session.sent(session.take_bytes(kStart).size(), kStart);
    return session;
  }

  crypto::Identity alice_ = identity_of(1);
  crypto::Identity bob_ = identity_of(2);
};

/// Drives two sessions with each other until both are open.
void open_both(Session& dialler, Session& answerer) {
  const auto pass = [](Session& from, Session& to) {
    const std::string bytes = from.take_bytes(kStart);
    from.sent(bytes.size(), kStart);
    std::string_view rest = bytes;
    return to.receive(rest, kStart);
  };
  ASSERT_TRUE(std::holds_alternative<Introduced>(*pass(dialler, answerer)));
  ASSERT_FALSE(answerer.accept(kStart).has_value());
  ASSERT_EQ(answerer.state(), SessionState::kAwaitingProof);
  ASSERT_TRUE(std::holds_alternative<Introduced>(*pass(answerer, dialler)));
  ASSERT_TRUE(std::holds_alternative<Proven>(*dialler.accept(kStart)));
  dialler.open(kStart);
  ASSERT_TRUE(std::holds_alternative<Proven>(*pass(dialler, answerer)));
  answerer.open(kStart);
}

TEST_F(SessionTest, TwoFullSidesOpen) {
  Session alice = dialling();
  Session bob = answering();
  open_both(alice, bob);
  EXPECT_EQ(alice.state(), SessionState::kOpenFull);
  EXPECT_EQ(bob.state(), SessionState::kOpenFull);
  EXPECT_EQ(alice.id(), bob_.id());
  EXPECT_EQ(bob.id(), alice_.id());
  EXPECT_EQ(alice.name(), "bob");
}

TEST_F(SessionTest, EveryMessageInEveryState) {
  using T = MessageType;
  std::map<SessionState, std::set<T>> expected;
  expected[SessionState::kAwaitingAnswer] = {T::kHandshake, T::kDisconnect, T::kError};
  expected[SessionState::kAwaitingHandshake] = {T::kHandshake, T::kDisconnect, T::kError};
  expected[SessionState::kAwaitingProof] = {T::kHandshakeAck, T::kDisconnect, T::kError};
  expected[SessionState::kAwaitingDecision] = {};
  expected[SessionState::kOver] = {};
  expected[SessionState::kOpenBasic] = {
      T::kHandshakeAck, T::kHeartbeat,   T::kHeartbeatAck, T::kPeerExchangeRequest,
      T::kPeerExchange, T::kDisconnect,  T::kError,        T::kOrder,
      T::kTrade,        T::kCancelOrder, T::kOrderbookSync};
  expected[SessionState::kOpenFull] = {
      T::kHeartbeat,       T::kHeartbeatAck, T::kPeerExchangeRequest,
      T::kPeerExchange,    T::kFeedBatch,    T::kFeedRequest,
      T::kSnapshotRequest, T::kSnapshotPage, T::kFork,
      T::kDisconnect,      T::kError,        T::kOrder,
      T::kTrade,           T::kCancelOrder,  T::kOrderbookSync};
  for (std::size_t state = 0; state < kSessionStates; ++state) {
    for (std::size_t type = 0; type < kMessageTypes; ++type) {
      const auto s = static_cast<SessionState>(state);
      const auto t = static_cast<T>(type);
      EXPECT_EQ(is_allowed(s, t), expected[s].contains(t)) << to_text(s) << ": " << to_text(t);
    }
  }
}

TEST_F(SessionTest, WhatMayNotComeEndsTheSessionAndIsHeldAgainstThePeer) {
  Session session = answering();
  const auto event = give(session, frame("heartbeat"));
  ASSERT_TRUE(event.has_value());
  const Refusal& refusal = std::get<MustEnd>(*event).refusal;
  EXPECT_EQ(refusal.code, "INVALID_MESSAGE");
  EXPECT_EQ(refusal.reason, "heartbeat may not come while awaiting handshake");
  EXPECT_TRUE(refusal.misbehaved);
}

TEST_F(SessionTest, ABasicPeerIsNeverSentWhatItDoesNotKnow) {
  Session session = open_basic();
  ASSERT_EQ(session.state(), SessionState::kOpenBasic);
  const base::NodeId home = alice_.id();
  for (const MessageBody& body : {MessageBody{FeedBatch{}}, MessageBody{FeedRequest{home, 1}},
                                  MessageBody{SnapshotRequest{home, 0, 0}},
                                  MessageBody{SnapshotPage{}}, MessageBody{ForkNotice{}}}) {
    EXPECT_EQ(session.send(body, Urgency::kBook, {}, kStart), Session::Sending::kNotSpoken);
  }
  EXPECT_EQ(session.take_bytes(kStart), "");
  EXPECT_EQ(session.send(BasicCancel{"o"}, Urgency::kBook, {}, kStart), Session::Sending::kQueued);
}

TEST_F(SessionTest, TheHandshakeHasATimeAndThatTimeIsExact) {
  Session accepted = answering();
  EXPECT_EQ(accepted.next_deadline_us(), after_ms(kHandshakeMs).steady_us);
  EXPECT_FALSE(accepted.due({accepted.next_deadline_us() - 1, 0}).has_value());
  const auto event = accepted.due({accepted.next_deadline_us(), 0});
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(std::get<MustEnd>(*event).refusal.code, "HANDSHAKE_TIMEOUT");

  // Someone who says hello and then proves nothing does not hold the place longer.
  Session dialler = dialling();
  Session bob = answering();
  ASSERT_TRUE(give(bob, dialler.take_bytes(kStart), after_ms(4'000)).has_value());
  ASSERT_FALSE(bob.accept(after_ms(4'000)).has_value());
  EXPECT_EQ(bob.next_deadline_us(), after_ms(kHandshakeMs).steady_us);

  Session slow = dialling();
  EXPECT_EQ(slow.next_deadline_us(), after_ms(kHandshakeDialledMs).steady_us);
}

TEST_F(SessionTest, AFrameThatBeginsMustEndInTime) {
  Session session = open_basic();
  ASSERT_FALSE(give(session, std::string("\0\0", 2)).has_value());
  // Single bytes that trickle in do not move the deadline.
  for (std::int64_t ms = 1'000; ms < kFrameMs; ms += 1'000) {
    ASSERT_FALSE(give(session, std::string(1, '\1'), after_ms(ms)).has_value());
  }
  EXPECT_FALSE(session.due({after_ms(kFrameMs).steady_us - 1, 0}).has_value());
  const auto event = session.due(after_ms(kFrameMs));
  ASSERT_TRUE(event.has_value());
  EXPECT_TRUE(std::holds_alternative<MustEnd>(*event));
}

TEST_F(SessionTest, SilenceEndsASessionAtExactlyItsDeadline) {
  Session session = open_basic();
  const base::Time heard = after_ms(7);
  ASSERT_TRUE(give(session, frame("heartbeat"), heard).has_value());
  session.sent(session.take_bytes(heard).size(), heard);
  const std::int64_t end = heard.steady_us + kSilenceBasicMs * 1000;
  while (session.next_deadline_us() < end) {
    const auto event = session.due({session.next_deadline_us(), 0});
    ASSERT_TRUE(std::holds_alternative<HeartbeatDue>(*event));
  }
  EXPECT_EQ(session.next_deadline_us(), end);
  EXPECT_FALSE(session.due({end - 1, 0}).has_value());
  const auto event = session.due({end, 0});
  EXPECT_EQ(std::get<MustEnd>(*event).refusal.code, "HEARTBEAT_TIMEOUT");
}

TEST_F(SessionTest, APeerThatDoesNotReadIsFoundOut) {
  Session session = open_basic();
  ASSERT_EQ(session.send(BasicCancel{"o"}, Urgency::kBook, {}, after_ms(100)),
            Session::Sending::kQueued);
  ASSERT_FALSE(session.take_bytes(after_ms(100)).empty());
  EXPECT_EQ(session.next_deadline_us(), after_ms(100 + kProgressMs).steady_us);
  const auto event = session.due(after_ms(100 + kProgressMs));
  EXPECT_EQ(std::get<MustEnd>(*event).refusal.reason, "it does not read what it is sent");
}

TEST_F(SessionTest, FramesAreBoundedByWhatIsKnownOfThePeer) {
  const auto header = [](std::size_t size) {
    return encode_frame(std::string(size, ' ')).substr(0, 4);
  };
  Session fresh = answering();
  const auto event = give(fresh, header(kFrameBytesBeforeHandshake + 1));
  EXPECT_EQ(std::get<MustEnd>(*event).refusal.code, "MESSAGE_TOO_LARGE");

  Session basic = open_basic();
  EXPECT_FALSE(give(basic, header(kFrameBytesBasicMax)).has_value());
  Session alice = dialling();
  Session bob = answering();
  open_both(alice, bob);
  EXPECT_TRUE(give(bob, header(kFrameBytesMax + 1)).has_value());
  EXPECT_FALSE(give(alice, header(kFrameBytesMax)).has_value());
}

TEST_F(SessionTest, FloodsEndTheSessionWithoutBlame) {
  Session session = open_basic();
  const std::string one = frame("heartbeat_ack");
  for (std::int64_t i = 1; i < kMessagesBurst; ++i) ASSERT_FALSE(give(session, one).has_value());
  const auto event = give(session, one);
  ASSERT_TRUE(event.has_value());
  EXPECT_FALSE(std::get<MustEnd>(*event).refusal.misbehaved);
}

TEST_F(SessionTest, HeartbeatsAreAnsweredAndMeasured) {
  Session alice = dialling();
  Session bob = answering();
  open_both(alice, bob);
  ASSERT_EQ(alice.send(Heartbeat{}, Urgency::kControl, {}, after_ms(100)),
            Session::Sending::kQueued);
  ASSERT_TRUE(
      std::holds_alternative<Heard>(*give(bob, alice.take_bytes(after_ms(100)), after_ms(130))));
  ASSERT_FALSE(give(alice, bob.take_bytes(after_ms(130)), after_ms(160)).has_value());
  EXPECT_EQ(alice.round_trip_us(), 60'000);
  EXPECT_EQ(alice.clock_ahead_ms(), 0);
  EXPECT_FALSE(bob.clock_ahead_ms().has_value());
  EXPECT_EQ(alice.next_deadline_us(), after_ms(100 + kHeartbeatMs).steady_us);
}

TEST_F(SessionTest, TheLastWordSaysWhy) {
  Session session = open_basic();
  const std::string last = session.end({"PEER_LIMIT_REACHED", "full"}, kStart);
  const auto decoded = decode_message(last.substr(4));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(std::get<ErrorMessage>(decoded->message->body).code, "PEER_LIMIT_REACHED");
  EXPECT_FALSE(give(session, frame("heartbeat")).has_value()) << "deaf afterwards";
  EXPECT_EQ(session.send(Heartbeat{}, Urgency::kControl, {}, kStart), Session::Sending::kNotSpoken);
}

TEST_F(SessionTest, RandomSequencesNeverBreakIt) {
  base::Random random(tests::seed());
  const std::vector<std::string> frames{
      kBasicHandshake,
      frame("handshake_ack"),
      frame("heartbeat"),
      frame("heartbeat_ack"),
      frame("peer_exchange_request"),
      frame("peer_exchange"),
      frame("cancel_order", R"(,"orderId":"o")"),
      frame("disconnect"),
      frame("error"),
      frame("orderbook_sync_request"),
      frame("feed_request", R"(,"home":")" + std::string(64, 'a') + R"(","from":1)"),
      frame("nonsense"),
      encode_frame("{}"),
      std::string("\xFF\xFF\xFF\xFF", 4)};
  for (int round = 0; round < 500; ++round) {
    Session session = random.below(2) == 0 ? dialling() : answering();
    base::Time now = kStart;
    for (int i = 0; i < 50 && session.state() != SessionState::kOver; ++i) {
      now.steady_us += random.between(0, 2'000'000);
      const std::string& bytes = frames[random.below(frames.size())];
      const bool allowed_to_open = session.introduced();
      auto event = random.below(4) == 0 ? session.due(now) : give(session, bytes, now);
      if (!event) continue;
      if (std::holds_alternative<Introduced>(*event)) event = session.accept(now);
      if (event && std::holds_alternative<Proven>(*event)) session.open(now);
      if (event && std::holds_alternative<MustEnd>(*event)) {
        EXPECT_FALSE(session.end(std::get<MustEnd>(*event).refusal, now).empty());
      }
      EXPECT_TRUE(allowed_to_open || session.introduced() || !session.is_open());
    }
  }
}

}  // namespace
}  // namespace syrah::p2p
