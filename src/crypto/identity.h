#pragma once

// A node's identity: an Ed25519 key (RFC 8032). The public half is the node's id.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/ids.h"

namespace syrah::crypto {

using Seed = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

class Identity {
 public:
  /// The key pair that grows from `seed`; the seed is the secret to be kept.
  static Identity from_seed(const Seed& seed);

  [[nodiscard]] const base::NodeId& id() const { return id_; }
  [[nodiscard]] Signature sign(std::string_view message) const;

 private:
  base::NodeId id_;
  std::array<std::uint8_t, 64> secret_{};
};

/// Whether the node signed the message. Small-order and malformed keys verify nothing.
bool verify(const base::NodeId& signer, std::string_view message, const Signature& signature);

}  // namespace syrah::crypto
