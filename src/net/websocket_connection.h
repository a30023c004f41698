#pragma once

// One client's WebSocket connection, from the answer to its upgrade request to its end. Used by
// WebSocketServer only.

#include <array>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "net/byte_stream.h"
#include "net/limits.h"
#include "net/websocket_frame.h"

namespace syrah::net {

/// Frames on their way to any number of clients.
struct Frames {
  std::string bytes;
  std::size_t payload_bytes = 0;  ///< without the headers
};
using SharedFrames = std::shared_ptr<const Frames>;

class WebSocketConnection;

/// Who is told. Outlives the connections.
class WebSocketOwner {
 public:
  virtual ~WebSocketOwner() = default;
  virtual void received(std::uint64_t id, std::string text) = 0;
  /// Payload bytes of frames that have left whole.
  virtual void sent(std::uint64_t id, std::size_t bytes) = 0;
  virtual void over(std::uint64_t id, const std::string& reason) = 0;
};

class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(std::uint64_t id, std::unique_ptr<ByteStream> stream, WebSocketOwner& owner);

  /// Answers the upgrade request and reads from then on.
  void start(std::string handshake);
  void send(SharedFrames frames);
  /// What waits is dropped; the close frame leaves, and then the connection ends.
  void close(std::uint16_t code, const std::string& reason);
  /// To be called every second: pings a silent client, ends one that does not answer.
  void beat();
  /// Ends without a word to anyone.
  void abandon();

 private:
  enum class State { kOpen, kClosing, kOver };

  void read();
  void take(const FrameReader::Message& message);
  void send_control(Opcode opcode, std::string_view payload);
  void write();
  void write_close();
  void wrote(std::size_t bytes);
  void end(const std::string& reason);

  std::uint64_t id_;
  std::unique_ptr<ByteStream> stream_;
  WebSocketOwner& owner_;
  asio::steady_timer linger_;
  State state_ = State::kOpen;
  std::string why_;  ///< of closing
  FrameReader reader_;
  std::array<char, kWebSocketReadBytes> buffer_{};
  std::deque<SharedFrames> unsent_;
  std::size_t front_sent_ = 0;  ///< bytes of unsent_.front() that have left
  bool writing_ = false;
  SharedFrames close_frame_;   ///< waits for what the kernel is taking
  std::int64_t silent_s_ = 0;  ///< since something was heard
};

}  // namespace syrah::net
