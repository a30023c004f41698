#pragma once

// The HTTP server: requests come out as values, answers go in as values, later and in any order.
// Everything is on the loop's thread.

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/http.h"
#include "base/result.h"
#include "net/limits.h"

namespace syrah::net {

struct HttpSettings {
  std::string host = "127.0.0.1";  ///< an address or a name; a name is also accepted as Host
  std::uint16_t port = 8080;       ///< 0: any free one
  std::size_t connections_max = kHttpConnectionsMax;
  std::int64_t timeout_ms = kHttpTimeoutMs;
};

class HttpServer {
 public:
  /// Called with each request that is within the limits and not refused for its Host or Origin.
  using OnRequest = std::function<void(std::uint64_t request, api::HttpRequest)>;

  HttpServer(asio::io_context& io, HttpSettings settings, OnRequest on_request);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The error names host and port and why not.
  base::Status open();
  /// Takes no new connections. Requests under way may still be answered.
  void close();
  [[nodiscard]] std::uint16_t port() const;

  /// Answers a request once. One that waited longer than the timeout was answered with 503
  /// meanwhile; its late answer is dropped.
  void reply(std::uint64_t request, api::HttpResponse response);

  /// Requests without an answer yet.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace syrah::net
