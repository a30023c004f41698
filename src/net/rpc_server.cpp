#include "net/rpc_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "net/gzip.h"

namespace syrah::net {
namespace {

HttpSettings http_settings(const RpcSettings& settings) {
  HttpSettings http;
  http.host = settings.host;
  http.port = settings.port;
  http.callers = HttpCallers::kProgramsOnly;
  http.connections_max = settings.connections_max;
  http.waiting_max = settings.waiting_max;
  http.body_bytes_max = kRpcBodyBytesMax;
  http.timeout_ms = settings.transfer_timeout_ms;
  http.answer_timeout_ms = settings.answer_timeout_ms;
  return http;
}

/// Node's HTTP clients then leave an idle connection before we close it under their next request.
std::string keep_alive(const RpcSettings& settings) {
  return fmt::format("timeout={}",
                     std::max<std::int64_t>(settings.transfer_timeout_ms / 1000 - 1, 1));
}

// The number of a request also says whether its answer is to be gzip.
std::uint64_t rpc_number(std::uint64_t http_request, bool packed) {
  return http_request * 2 + (packed ? 1 : 0);
}
std::uint64_t http_number(std::uint64_t rpc_request) { return rpc_request / 2; }
bool wants_gzip(std::uint64_t rpc_request) { return rpc_request % 2 == 1; }

}  // namespace

RpcServer::RpcServer(asio::io_context& io, const RpcSettings& settings, OnRequest on_request)
    : on_request_(std::move(on_request)),
      keep_alive_(keep_alive(settings)),
      http_(io, http_settings(settings),
            [this](std::uint64_t id, api::HttpRequest request) { take(id, std::move(request)); }) {}

base::Status RpcServer::open() { return http_.open(); }

void RpcServer::close() { http_.close(); }

std::uint16_t RpcServer::port() const { return http_.port(); }

std::size_t RpcServer::waiting() const { return http_.waiting(); }

void RpcServer::take(std::uint64_t http_request, api::HttpRequest request) {
  if (request.method != "POST") {
    http_.reply(http_request, {405, {{"Allow", "POST"}}, "only POST is allowed"});
    return;
  }
  const bool packed = request.header("grc-compress").find("gzip") != std::string_view::npos;
  if (packed) {
    auto unpacked = gunzip(request.body, kRpcBodyBytesMax);
    if (!unpacked) {
      http_.reply(http_request, {400, {}, unpacked.error().message});
      return;
    }
    request.body = std::move(unpacked).value();
  }
  on_request_(rpc_number(http_request, packed), std::move(request.body), request.remote);
}

void RpcServer::reply(std::uint64_t request, std::string body) {
  api::HttpResponse response;
  response.headers.emplace_back("Keep-Alive", keep_alive_);
  response.body = wants_gzip(request) ? gzip(body) : std::move(body);
  http_.reply(http_number(request), std::move(response));
}

}  // namespace syrah::net
