#pragma once

// Who is there? Both sides of a full session prove their identity over both nonces and both ids, so
// a proof is good for one connection, one direction and one pair of nodes:
//
//   dialling side                               answering side
//   handshake {id, nonce}              ──▶
//                                      ◀──      handshake {id, nonce, proof}
//   handshake_ack {proof}              ──▶
//
// A replayed proof is over an old nonce, a reflected one is in the other role, and one obtained
// from a third node names that node's id. A peer whose handshake has no `syrah` member is a basic
// peer: it proves nothing, and whether that will do is the caller's matter.

#include <optional>
#include <string>
#include <string_view>

#include "crypto/identity.h"
#include "p2p/message.h"
#include "p2p/refusal.h"

namespace syrah::p2p {

enum class Role : std::uint8_t { kDialling, kAnswering };

/// What both proofs are over.
struct Transcript {
  Nonce dialling_nonce{};
  Nonce answering_nonce{};
  base::NodeId dialling_id;
  base::NodeId answering_id;
  std::string network;
};

/// The bytes under the proof of the side `prover`: "syrah handshake 1\n", "dial" or "answer", both
/// nonces, both ids (dialling side first), the network's name.
std::string proof_bytes(Role prover, const Transcript& transcript);

/// One side's part in one handshake.
class HandshakeExchange {
 public:
  /// `own` is what this side will say; its proof is made here. `identity` must outlive this.
  HandshakeExchange(Role role, const crypto::Identity& identity, Handshake own);

  /// Judges the other side's handshake. Nothing: go on.
  std::optional<Refusal> take(const Handshake& theirs);
  /// Judges the dialling side's proof.
  std::optional<Refusal> take(const HandshakeAck& ack) const;

  /// What to say first (dialling side), or in answer to a handshake that was taken.
  [[nodiscard]] Handshake handshake() const;
  /// What the dialling side says at the end; without a proof towards a basic peer.
  [[nodiscard]] HandshakeAck ack() const;

  /// The other side's handshake, once taken.
  [[nodiscard]] const std::optional<Handshake>& theirs() const { return theirs_; }
  [[nodiscard]] const Nonce& own_nonce() const { return own_.identity->nonce; }

 private:
  [[nodiscard]] Transcript transcript() const;

  Role role_;
  const crypto::Identity& identity_;
  Handshake own_;
  std::optional<Handshake> theirs_;
};

}  // namespace syrah::p2p
