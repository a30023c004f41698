#pragma once

// The server side of Grenache's peer RPC over HTTP, as JavaScript peers call it: POST with one JSON
// array, to any path. Bodies come out and go in as text, later and in any order; gzip is undone and
// done here. Everything is on the loop's thread.
//
// A stranger gains little here: connections, requests and bytes have bounds (limits.h), what is
// packed is not unpacked beyond them, and pages in browsers are refused.

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "net/http_server.h"
#include "net/limits.h"

namespace syrah::net {

struct RpcSettings {
  std::string host = "0.0.0.0";  ///< Grapes know IPv4 only
  std::uint16_t port = 0;        ///< 0: any free one
  std::size_t connections_max = kRpcConnectionsMax;
  std::size_t waiting_max = kRpcWaitingMax;
  std::int64_t transfer_timeout_ms = kRpcTransferTimeoutMs;
  std::int64_t answer_timeout_ms = kRpcAnswerTimeoutMs;
};

class RpcServer {
 public:
  /// Called with the body of each POST within the limits, and the caller's address. The body may be
  /// anything.
  using OnRequest =
      std::function<void(std::uint64_t request, std::string body, const std::string& remote)>;

  RpcServer(asio::io_context& io, const RpcSettings& settings, OnRequest on_request);
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  /// The error names host and port and why not.
  base::Status open();
  /// Takes no new connections. Requests under way may still be answered.
  void close();
  [[nodiscard]] std::uint16_t port() const;

  /// Answers a request once, with status 200. One that waited longer than the answer timeout was
  /// answered with 503 meanwhile; its late answer is dropped.
  void reply(std::uint64_t request, std::string body);

  /// Requests without an answer yet.
  [[nodiscard]] std::size_t waiting() const;

 private:
  void take(std::uint64_t http_request, api::HttpRequest request);

  OnRequest on_request_;
  std::string keep_alive_;
  HttpServer http_;
};

}  // namespace syrah::net
