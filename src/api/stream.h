#pragma once

// The feed over WebSocket as values: what the server at the edge hands in and writes out.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace syrah::api {

/// One client's WebSocket connection; the edge makes the ids up.
using StreamId = std::uint64_t;
/// One message, encoded once for everybody who gets it.
using StreamText = std::shared_ptr<const std::string>;
inline StreamText shared_text(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// All messages, in order, to all of the streams.
struct StreamSend {
  std::vector<StreamId> streams;
  std::vector<StreamText> messages;
};
/// Close with a code of RFC 6455, section 7.4. What waits to be sent is dropped.
struct StreamClose {
  StreamId stream = 0;
  std::uint16_t code = 1000;
  std::string reason;  ///< at most 123 bytes
};

/// Close codes in use.
inline constexpr std::uint16_t kCloseGoingAway = 1001;
inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseTryLater = 1013;

}  // namespace syrah::api
