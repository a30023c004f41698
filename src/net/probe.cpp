#include "net/probe.h"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <chrono>

#include "net/listening.h"
#include "net/resolver.h"

namespace syrah::net {

base::Status can_listen(const base::Endpoint& at) {
  asio::io_context io;
  const auto acceptor = open_listener(io, at.host, at.port);
  if (!acceptor) return acceptor.error();
  return base::success();
}

base::Status can_connect(const base::Endpoint& to, std::int64_t timeout_ms) {
  const auto found = resolve_now(to.host, to.port);
  if (!found) return found.error();
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  base::Status outcome = base::Error{base::ErrorCode::kUnavailable, "no answer in time"};
  socket.async_connect(found->front(), [&outcome](const asio::error_code& error) {
    if (error) {
      outcome = base::Error{base::ErrorCode::kUnavailable, error.message()};
    } else {
      outcome = base::success();
    }
  });
  io.run_for(std::chrono::milliseconds(timeout_ms));
  return outcome;
}

}  // namespace syrah::net
