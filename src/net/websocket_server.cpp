#include "net/websocket_server.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "crypto/hash.h"

namespace syrah::net {

std::string websocket_accept(std::string_view key) {
  constexpr std::string_view kProtocolId = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const std::string text = std::string(key).append(kProtocolId);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  SYRAH_CHECK(done == 1, "SHA-1 is always there");
  return crypto::to_base64(std::span(digest).first(size));
}

WebSocketServer::WebSocketServer(asio::io_context& io, StreamEvents events)
    : events_(std::move(events)), beating_(io), telling_(io) {}

WebSocketServer::~WebSocketServer() {
  for (const auto& [id, connection] : connections_) {
    connection->abandon();
  }
}

void WebSocketServer::accept(std::unique_ptr<ByteStream> stream, std::string_view key) {
  const api::StreamId id = ++last_id_;
  WebSocketOwner& owner = *this;
  auto connection = std::make_shared<WebSocketConnection>(id, std::move(stream), owner);
  if (connections_.empty()) {
    beat();
  }
  connections_.emplace(id, connection);
  connection->start(
      fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
                  websocket_accept(key)));
  events_.opened(id);
}

void WebSocketServer::send(const api::StreamSend& effect) {
  auto frames = std::make_shared<Frames>();
  for (const api::StreamText& message : effect.messages) {
    frames->payload_bytes += message->size();
  }
  frames->bytes.reserve(frames->payload_bytes + 10 * effect.messages.size());
  for (const api::StreamText& message : effect.messages) {
    append_frame(frames->bytes, Opcode::kText, *message);
  }
  for (const api::StreamId id : effect.streams) {
    if (const auto found = connections_.find(id); found != connections_.end()) {
      found->second->send(frames);
    }
  }
}

void WebSocketServer::close(const api::StreamClose& effect) {
  if (const auto found = connections_.find(effect.stream); found != connections_.end()) {
    found->second->close(effect.code, effect.reason);
  }
}

void WebSocketServer::received(std::uint64_t id, std::string text) {
  events_.received(id, std::move(text));
}

void WebSocketServer::sent(std::uint64_t id, std::size_t bytes) {
  if (sent_.empty()) {
    telling_.expires_after(std::chrono::milliseconds(kWebSocketTellSentMs));
    telling_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
      const auto server = weak.lock();
      if (!error && server) {
        server->tell_sent();
      }
    });
  }
  sent_[id] += bytes;
}

void WebSocketServer::tell_sent() {
  std::vector<std::pair<api::StreamId, std::size_t>> bytes(sent_.begin(), sent_.end());
  sent_.clear();
  events_.sent(std::move(bytes));
}

void WebSocketServer::over(std::uint64_t id, const std::string& reason) {
  connections_.erase(id);
  sent_.erase(id);
  events_.closed(id, reason);
}

void WebSocketServer::beat() {
  beating_.expires_after(std::chrono::seconds(1));
  beating_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto server = weak.lock();
    if (error || !server) {
      return;
    }
    const auto connections = server->connections_;  // one that ends leaves the table
    for (const auto& [id, connection] : connections) {
      connection->beat();
    }
    if (!server->connections_.empty()) {
      server->beat();
    }
  });
}

}  // namespace syrah::net
