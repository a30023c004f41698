#pragma once

#include <string>
#include <utility>

namespace syrah::p2p {

/// Codes of `error` messages (docs/protocol.md).
namespace error_code {
inline constexpr const char* kVersionMismatch = "PROTOCOL_VERSION_MISMATCH";
inline constexpr const char* kInvalidMessage = "INVALID_MESSAGE";
inline constexpr const char* kHandshakeTimeout = "HANDSHAKE_TIMEOUT";
inline constexpr const char* kHeartbeatTimeout = "HEARTBEAT_TIMEOUT";
inline constexpr const char* kMessageTooLarge = "MESSAGE_TOO_LARGE";
inline constexpr const char* kInvalidOrder = "INVALID_ORDER";
inline constexpr const char* kPeerLimit = "PEER_LIMIT_REACHED";
inline constexpr const char* kAuthenticationFailed = "AUTHENTICATION_FAILED";
inline constexpr const char* kUnknown = "UNKNOWN_ERROR";
}  // namespace error_code

/// Why a session ends from this side.
struct Refusal {
  std::string code;  ///< of the error message sent; empty: a `disconnect` with the reason is sent
  std::string reason;
  bool misbehaved = false;   ///< the peer broke the rules: it is discouraged
  bool is_self = false;      ///< the peer is this node
  std::string way_out = {};  ///< what this node's operator can do about it; for the log
};

/// An end without an error message.
inline Refusal quiet(std::string reason) { return {{}, std::move(reason)}; }

}  // namespace syrah::p2p
