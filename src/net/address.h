#pragma once

// Between socket addresses and the host:port that people read.

#include <asio/ip/tcp.hpp>
#include <string>

#include "base/endpoint.h"

namespace syrah::net {

/// The address as an endpoint; IPv4 addresses mapped into IPv6 are shown as IPv4.
base::Endpoint to_endpoint(const asio::ip::tcp::endpoint& address);

/// "host:port", "[v6]:port".
std::string shown(const std::string& host, std::uint16_t port);

}  // namespace syrah::net
