#pragma once

// The HTTP server: requests come out as values, answers go in as values, later and in any order.
// Everything is on the loop's thread.

#include <asio/io_context.hpp>
#include <asio/ssl/context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http.h"
#include "base/result.h"
#include "net/limits.h"
#include "net/websocket_server.h"

namespace syrah::net {

/// Who calls: decides which requests are refused unread, and how refusals look.
enum class HttpCallers {
  kBrowsersToo,  ///< Host and Origin as origin_refusal has them; {"message":"..."}, JSON answers
  /// Any Host, but no Origin, which only browsers send, for pages that have no business here.
  /// Refusals are bare text, which no client takes for an answer; no content type is given.
  kProgramsOnly,
};

struct HttpSettings {
  std::string host = "127.0.0.1";       ///< an address or a name
  std::uint16_t port = 8080;            ///< 0: any free one
  std::vector<std::string> names = {};  ///< accepted as Host besides addresses and localhost
  HttpCallers callers = HttpCallers::kBrowsersToo;
  std::size_t connections_max = kHttpConnectionsMax;
  std::size_t waiting_max = kHttpWaitingMax;
  std::size_t body_bytes_max = kHttpBodyBytesMax;
  std::int64_t timeout_ms = kHttpTimeoutMs;  ///< for a request to arrive, for its answer to leave
  std::int64_t answer_timeout_ms = 0;        ///< for an answer to be found; 0: the same
  std::shared_ptr<asio::ssl::context> tls = nullptr;  ///< null: without TLS (tls_context.h)
};

class HttpServer {
 public:
  /// Called with each request that is within the limits and not refused for its Host or Origin.
  using OnRequest = std::function<void(std::uint64_t request, api::HttpRequest)>;

  /// With `streams` WebSocket clients are taken at "/" and "/ws", else they are refused.
  HttpServer(asio::io_context& io, HttpSettings settings, OnRequest on_request,
             std::optional<StreamEvents> streams = std::nullopt);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Before open().
  void use_tls(std::shared_ptr<asio::ssl::context> tls);
  /// The error names host and port and why not.
  base::Status open();
  /// Takes no new connections. Requests under way may still be answered.
  void close();
  [[nodiscard]] std::uint16_t port() const;

  /// Answers a request once. One that waited longer than the answer timeout was answered with
  /// 503 meanwhile; its late answer is dropped.
  void reply(std::uint64_t request, api::HttpResponse response);

  void send(const api::StreamSend& effect);
  void close_stream(const api::StreamClose& effect);
  /// WebSocket clients that are connected.
  [[nodiscard]] std::size_t streams() const;

  /// Requests without an answer yet.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t connections() const;
  /// Requests that got their answer from the server itself, by status: refused unread, or without
  /// an answer in time.
  [[nodiscard]] const std::map<int, std::uint64_t>& refusals() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace syrah::net
