#include "p2p/handshake.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "p2p/limits.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {
namespace {

constexpr std::string_view kProtocolVersion = "1.0.0";

template <class Bytes>
void append(std::string& out, const Bytes& bytes) {
  out.append(bytes.begin(), bytes.end());
}

Refusal cheat(std::string reason) {
  return {error_code::kAuthenticationFailed, std::move(reason), true, false};
}

}  // namespace

std::string proof_bytes(Role prover, const Transcript& transcript) {
  std::string bytes = "syrah handshake 1\n";
  bytes += prover == Role::kDialling ? "dial" : "answer";
  append(bytes, transcript.dialling_nonce);
  append(bytes, transcript.answering_nonce);
  append(bytes, transcript.dialling_id.bytes);
  append(bytes, transcript.answering_id.bytes);
  bytes += transcript.network;
  return bytes;
}

HandshakeExchange::HandshakeExchange(Role role, const crypto::Identity& identity, Handshake own)
    : role_(role), identity_(identity), own_(std::move(own)) {
  SYRAH_CHECK(own_.identity && own_.identity->id == identity.id(), "a handshake of someone else");
}

std::optional<Refusal> HandshakeExchange::take(const Handshake& theirs) {
  if (theirs.version != kProtocolVersion) {
    return Refusal{error_code::kVersionMismatch,
                   fmt::format("protocol version '{}', only {} is spoken here",
                               printable(theirs.version, kWordBytesMax), kProtocolVersion)};
  }
  theirs_ = theirs;
  if (!theirs.identity) return std::nullopt;

  const Handshake::Identity& peer = *theirs.identity;
  if (peer.id == identity_.id()) {
    return Refusal{error_code::kAuthenticationFailed, "this is the node itself", false, true};
  }
  if (peer.nonce == own_nonce()) return cheat("this node's own nonce came back");
  if (peer.network != own_.identity->network) {
    return Refusal{error_code::kAuthenticationFailed,
                   fmt::format("network '{}', this node is in '{}'",
                               printable(peer.network, kWordBytesMax), own_.identity->network)};
  }
  if (role_ == Role::kAnswering) return std::nullopt;
  if (!peer.proof) return cheat("no proof of identity");
  if (!crypto::verify(peer.id, proof_bytes(Role::kAnswering, transcript()), *peer.proof)) {
    return cheat("the proof of identity is wrong");
  }
  return std::nullopt;
}

std::optional<Refusal> HandshakeExchange::take(const HandshakeAck& ack) const {
  SYRAH_CHECK(role_ == Role::kAnswering && theirs_ && theirs_->identity, "no proof is due");
  if (!ack.proof) return cheat("no proof of identity");
  const std::string bytes = proof_bytes(Role::kDialling, transcript());
  if (!crypto::verify(theirs_->identity->id, bytes, *ack.proof)) {
    return cheat("the proof of identity is wrong");
  }
  return std::nullopt;
}

Handshake HandshakeExchange::handshake() const {
  Handshake said = own_;
  if (role_ == Role::kDialling) return said;
  SYRAH_CHECK(theirs_.has_value(), "an answer before the question");
  if (theirs_->identity) {
    said.identity->proof = identity_.sign(proof_bytes(Role::kAnswering, transcript()));
  } else {
    said.identity.reset();
  }
  return said;
}

HandshakeAck HandshakeExchange::ack() const {
  SYRAH_CHECK(role_ == Role::kDialling && theirs_, "an ack before the answer");
  if (!theirs_->identity) return {};
  return {identity_.sign(proof_bytes(Role::kDialling, transcript()))};
}

Transcript HandshakeExchange::transcript() const {
  const Handshake::Identity& own = *own_.identity;
  const Handshake::Identity& peer = *theirs_->identity;
  const bool dialling = role_ == Role::kDialling;
  const Handshake::Identity& first = dialling ? own : peer;
  const Handshake::Identity& second = dialling ? peer : own;
  return {first.nonce, second.nonce, first.id, second.id, own.network};
}

}  // namespace syrah::p2p
