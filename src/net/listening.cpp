#include "net/listening.h"

#include <fmt/format.h>

#include <utility>

#include "net/address.h"
#include "net/resolver.h"

namespace syrah::net {

using asio::ip::tcp;

base::Error listen_error(const std::string& host, std::uint16_t port,
                         const asio::error_code& error) {
  std::string why = error.message();
  if (error == asio::error::address_in_use) {
    why = "another program uses this port";
  } else if (error == asio::error::access_denied) {
    why = "ports below 1024 need special rights";
  } else if (error == asio::error_code(EADDRNOTAVAIL, asio::system_category())) {
    why = "this machine does not have that address";
  }
  return {base::ErrorCode::kUnavailable,
          fmt::format("cannot listen on {}: {}", shown(host, port), why)};
}

base::Result<tcp::acceptor> open_listener(asio::io_context& io, const std::string& host,
                                          std::uint16_t port) {
  auto found = resolve_now(host, port);
  if (!found) {
    return base::Error{found.error().code, fmt::format("cannot listen on {}: {}", shown(host, port),
                                                       found.error().message)};
  }
  const tcp::endpoint address = found->front();
  tcp::acceptor acceptor(io);
  asio::error_code error;
  acceptor.open(address.protocol(), error);
  if (!error) {
    // Else a restart would have to wait until connections of the last run are forgotten.
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error) {
    acceptor.bind(address, error);
  }
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return listen_error(host, port, error);
  }
  return acceptor;
}

}  // namespace syrah::net
