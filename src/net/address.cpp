#include "net/address.h"

#include <fmt/format.h>

namespace syrah::net {

base::Endpoint to_endpoint(const asio::ip::tcp::endpoint& address) {
  asio::ip::address ip = address.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    ip = asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6());
  }
  return {.host = ip.to_string(), .port = address.port()};
}

std::string shown(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

}  // namespace syrah::net
