#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace syrah::net {

/// A socket that listens at an address or host name (the first of its addresses); port 0 takes a
/// free one, "::" takes IPv4 too. The error names host and port and why not.
base::Result<asio::ip::tcp::acceptor> open_listener(asio::io_context& io, const std::string& host,
                                                    std::uint16_t port);

/// One sentence for a failed bind: "cannot listen on 127.0.0.1:8080: another program uses the
/// port".
base::Error listen_error(const std::string& host, std::uint16_t port,
                         const asio::error_code& error);

}  // namespace syrah::net
