#pragma once

// All WebSocket clients: messages come out as values and go in as values. What goes to many is
// framed once, and all of them share it. Everything is on the loop's thread.

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/stream.h"
#include "net/websocket_connection.h"

namespace syrah::net {

struct StreamEvents {
  std::function<void(api::StreamId)> opened;
  std::function<void(api::StreamId, std::string text)> received;
  /// Bytes of messages that have left, by stream; gathered for a few milliseconds.
  std::function<void(std::vector<std::pair<api::StreamId, std::size_t>>)> sent;
  std::function<void(api::StreamId, const std::string& reason)> closed;
};

class WebSocketServer final : private WebSocketOwner,
                              public std::enable_shared_from_this<WebSocketServer> {
 public:
  WebSocketServer(asio::io_context& io, StreamEvents events);
  ~WebSocketServer() override;
  WebSocketServer(const WebSocketServer&) = delete;
  WebSocketServer& operator=(const WebSocketServer&) = delete;

  /// Takes over the connection of an upgrade request with this Sec-WebSocket-Key.
  void accept(std::unique_ptr<ByteStream> stream, std::string_view key);
  void send(const api::StreamSend& effect);
  void close(const api::StreamClose& effect);

  [[nodiscard]] bool full() const { return connections_.size() >= kWebSocketConnectionsMax; }
  [[nodiscard]] std::size_t size() const { return connections_.size(); }

 private:
  void received(std::uint64_t id, std::string text) override;
  void sent(std::uint64_t id, std::size_t bytes) override;
  void over(std::uint64_t id, const std::string& reason) override;
  void beat();
  void tell_sent();

  StreamEvents events_;
  std::map<api::StreamId, std::shared_ptr<WebSocketConnection>> connections_;
  api::StreamId last_id_ = 0;
  std::map<api::StreamId, std::size_t> sent_;  ///< not told yet
  asio::steady_timer beating_;
  asio::steady_timer telling_;
};

/// The value of Sec-WebSocket-Accept (RFC 6455, section 4.2.2).
std::string websocket_accept(std::string_view key);

}  // namespace syrah::net
