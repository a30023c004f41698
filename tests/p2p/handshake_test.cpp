#include "p2p/handshake.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::identity_of;

Nonce nonce_of(std::uint8_t number) {
  Nonce nonce;
  nonce.fill(number);
  return nonce;
}

Handshake said_by(const crypto::Identity& identity, std::uint8_t nonce,
                  const std::string& network = "main") {
  Handshake body;
  body.port = 3000;
  body.identity = Handshake::Identity{.id = identity.id(),
                                      .nonce = nonce_of(nonce),
                                      .network = network,
                                      .software = "test",
                                      .advertise = std::nullopt,
                                      .proof = std::nullopt};
  return body;
}

class HandshakeTest : public testing::Test {
 protected:
  HandshakeExchange dialling(std::uint8_t nonce = 11) {
    return {Role::kDialling, alice_, said_by(alice_, nonce)};
  }
  HandshakeExchange answering(std::uint8_t nonce = 22) {
    return {Role::kAnswering, bob_, said_by(bob_, nonce)};
  }

  crypto::Identity alice_ = identity_of(1);
  crypto::Identity bob_ = identity_of(2);
  crypto::Identity mallory_ = identity_of(3);
};

TEST_F(HandshakeTest, BothSidesProveThemselves) {
  auto alice = dialling();
  auto bob = answering();
  ASSERT_FALSE(bob.take(alice.handshake()).has_value());
  ASSERT_FALSE(alice.take(bob.handshake()).has_value());
  EXPECT_FALSE(bob.take(alice.ack()).has_value());
  EXPECT_EQ(alice.theirs()->identity->id, bob_.id());
  EXPECT_EQ(bob.theirs()->identity->id, alice_.id());
}

TEST_F(HandshakeTest, TheBytesUnderAProofAreThoseOfTheDocument) {
  Transcript transcript{nonce_of(1), nonce_of(2), alice_.id(), bob_.id(), "main"};
  const std::string bytes = proof_bytes(Role::kDialling, transcript);
  EXPECT_EQ(bytes.substr(0, 22), "syrah handshake 1\ndial");
  EXPECT_EQ(bytes.substr(22, 64), std::string(32, '\1') + std::string(32, '\2'));
  EXPECT_EQ(bytes.substr(86, 32), std::string(alice_.id().bytes.begin(), alice_.id().bytes.end()));
  EXPECT_EQ(bytes.substr(118, 32), std::string(bob_.id().bytes.begin(), bob_.id().bytes.end()));
  EXPECT_EQ(bytes.substr(150), "main");
}

TEST_F(HandshakeTest, ProofsAreThoseOfTheDocument) {
  const Transcript transcript{nonce_of(0x11), nonce_of(0x22), alice_.id(), bob_.id(), "main"};
  EXPECT_EQ(base::to_hex(bob_.sign(proof_bytes(Role::kAnswering, transcript))),
            "922f240498b8585547a316565ff6679f4e667302042eca1d4131147ad17120d6"
            "9ed1e063113c86122fef834026d7870f44527a596fc1b460d3c4e25c06d9cc08");
  EXPECT_EQ(base::to_hex(alice_.sign(proof_bytes(Role::kDialling, transcript))),
            "297be25a3988343584390694f8377e1bd416b03764164e7ca292bd45be4dd887"
            "7f4f2d201d473b9d4baf460a335a72927996ea8ff7375d092e969759bd3a3a07");
}

TEST_F(HandshakeTest, AWrongKeyIsRefusedOnBothSides) {
  // Mallory answers as Bob, without Bob's key.
  auto alice = dialling();
  HandshakeExchange as_bob(Role::kAnswering, mallory_, said_by(mallory_, 22));
  ASSERT_FALSE(as_bob.take(alice.handshake()).has_value());
  Handshake forged = as_bob.handshake();
  forged.identity->id = bob_.id();
  const auto refusal = alice.take(forged);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, "AUTHENTICATION_FAILED");
  EXPECT_TRUE(refusal->misbehaved);

  // And dials as Alice.
  auto bob = answering();
  Handshake claim = said_by(mallory_, 33);
  claim.identity->id = alice_.id();
  ASSERT_FALSE(bob.take(claim).has_value());
  const Transcript transcript{nonce_of(33), nonce_of(22), alice_.id(), bob_.id(), "main"};
  const HandshakeAck ack{mallory_.sign(proof_bytes(Role::kDialling, transcript))};
  EXPECT_TRUE(bob.take(ack).has_value());
  EXPECT_TRUE(bob.take(HandshakeAck{}).has_value()) << "no proof is no better";
}

TEST_F(HandshakeTest, RecordedProofsAreWorthNothing) {
  auto alice = dialling(11);
  auto bob = answering(22);
  ASSERT_FALSE(bob.take(alice.handshake()).has_value());
  const Handshake recorded_answer = bob.handshake();
  ASSERT_FALSE(alice.take(recorded_answer).has_value());
  const HandshakeAck recorded_ack = alice.ack();

  auto alice_later = dialling(12);
  EXPECT_TRUE(alice_later.take(recorded_answer).has_value());
  auto bob_later = answering(23);
  ASSERT_FALSE(bob_later.take(said_by(alice_, 11)).has_value());
  EXPECT_TRUE(bob_later.take(recorded_ack).has_value());
}

TEST_F(HandshakeTest, WhatThisNodeSaidDoesNotConvinceIt) {
  auto alice = dialling();
  const auto mirrored = alice.take(alice.handshake());
  ASSERT_TRUE(mirrored.has_value());
  EXPECT_TRUE(mirrored->is_self);
  EXPECT_FALSE(mirrored->misbehaved);

  Handshake own_nonce = said_by(mallory_, 11);
  auto again = dialling(11);
  const auto refusal = again.take(own_nonce);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_TRUE(refusal->misbehaved);

  // The answering side's own proof, sent back as the dialling side's.
  auto bob = answering();
  ASSERT_FALSE(bob.take(said_by(alice_, 11)).has_value());
  EXPECT_TRUE(bob.take(HandshakeAck{bob.handshake().identity->proof}).has_value());
}

TEST_F(HandshakeTest, ANodeInTheMiddleCannotPassProofsOnAsItsOwn) {
  // Alice dials Mallory; Mallory dials Bob in her place, with her nonce, under its own id.
  auto alice = dialling();
  auto bob = answering();
  Handshake swapped = alice.handshake();
  swapped.identity->id = mallory_.id();
  ASSERT_FALSE(bob.take(swapped).has_value());
  // Bob's proof names Mallory, not Alice: Alice does not take it as Bob's.
  EXPECT_TRUE(alice.take(bob.handshake()).has_value());
  // And Alice's proof, made for Mallory, does not make Mallory Alice at Bob.
  HandshakeExchange mallory(Role::kAnswering, mallory_, said_by(mallory_, 22));
  auto alice_again = dialling();
  ASSERT_FALSE(mallory.take(alice_again.handshake()).has_value());
  ASSERT_FALSE(alice_again.take(mallory.handshake()).has_value());
  auto bob_again = answering();
  ASSERT_FALSE(bob_again.take(alice_again.handshake()).has_value());
  EXPECT_TRUE(bob_again.take(alice_again.ack()).has_value());
}

TEST_F(HandshakeTest, OtherNetworksAndVersionsAreRefusedWithoutBlame) {
  auto bob = answering();
  const auto network = bob.take(said_by(alice_, 11, "other"));
  ASSERT_TRUE(network.has_value());
  EXPECT_EQ(network->reason, "network 'other', this node is in 'main'");
  EXPECT_FALSE(network->misbehaved);

  Handshake newer = said_by(alice_, 11);
  newer.version = "1.0.1";
  auto other = answering();
  const auto version = other.take(newer);
  ASSERT_TRUE(version.has_value());
  EXPECT_EQ(version->code, "PROTOCOL_VERSION_MISMATCH");
}

TEST_F(HandshakeTest, AnAnswerWithoutProofIsRefused) {
  auto alice = dialling();
  EXPECT_TRUE(alice.take(said_by(bob_, 22)).has_value());
}

TEST_F(HandshakeTest, ABasicPeerGetsNoneOfTheExtraMembers) {
  Handshake basic;
  basic.port = 3000;
  auto bob = answering();
  ASSERT_FALSE(bob.take(basic).has_value());
  EXPECT_FALSE(bob.handshake().identity.has_value());
  auto alice = dialling();
  ASSERT_FALSE(alice.take(basic).has_value());
  EXPECT_FALSE(alice.ack().proof.has_value());
}

TEST_F(HandshakeTest, EverySingleBitOfAProofCounts) {
  auto alice = dialling();
  auto bob = answering();
  ASSERT_FALSE(bob.take(alice.handshake()).has_value());
  ASSERT_FALSE(alice.take(bob.handshake()).has_value());
  const HandshakeAck good = alice.ack();
  for (std::size_t bit = 0; bit < 8 * good.proof->size(); ++bit) {
    HandshakeAck flipped = good;
    (*flipped.proof)[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    ASSERT_TRUE(bob.take(flipped).has_value()) << bit;
  }
}

}  // namespace
}  // namespace syrah::p2p
