#pragma once

// RESTinio's server with or without TLS under one roof. Used by HttpServer only.

#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <restinio/all.hpp>

#include "net/byte_stream.h"

namespace syrah::net {

/// Counts connections and turns those beyond the limit away. RESTinio's own limiter is not used:
/// its connections point into the acceptor, which must then outlive them, and does not.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t most) : most_(most) {}

  restinio::ip_blocker::inspection_result_t inspect(
      const restinio::ip_blocker::incoming_info_t& /*incoming*/) const noexcept {
    return full() ? restinio::ip_blocker::deny() : restinio::ip_blocker::allow();
  }
  void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
    const auto cause = notice.cause();
    if (restinio::holds_alternative<restinio::connection_state::accepted_t>(cause)) {
      ++open_;
    } else if (restinio::holds_alternative<restinio::connection_state::closed_t>(cause)) {
      --open_;
    }
  }
  /// A connection has become a WebSocket, which is counted elsewhere.
  void upgraded() { --open_; }
  [[nodiscard]] bool full() const { return open_ >= most_; }
  [[nodiscard]] std::size_t open() const { return open_; }

 private:
  std::size_t most_;
  std::size_t open_ = 0;
};

struct HttpListenerSettings {
  asio::ip::tcp::endpoint address;
  std::chrono::milliseconds timeout;
  std::chrono::milliseconds answer_timeout;
  restinio::incoming_http_msg_limits_t limits;
  std::shared_ptr<ConnectionCount> count;
  std::function<void(asio::ip::tcp::acceptor&)> on_bound;
  std::function<restinio::request_handling_status_t(restinio::request_handle_t)> on_request;
};

class HttpListener {
 public:
  virtual ~HttpListener() = default;
  /// Both throw std::system_error.
  virtual void open() = 0;
  virtual void close() = 0;
  /// The connection of an upgrade request; the request cannot be answered any more.
  virtual std::unique_ptr<ByteStream> take_over(restinio::request_t& request) = 0;
};

std::unique_ptr<HttpListener> make_plain_listener(asio::io_context& io,
                                                  HttpListenerSettings settings);
std::unique_ptr<HttpListener> make_tls_listener(asio::io_context& io, HttpListenerSettings settings,
                                                std::shared_ptr<asio::ssl::context> tls);

}  // namespace syrah::net
