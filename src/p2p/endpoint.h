#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syrah::p2p {

/// Names a connection for its lifetime; never reused within a run.
using ConnectionId = std::uint64_t;

/// Where a node listens: an IP address or a host name, and a port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;

  /// "host:port", "[v6]:port".
  [[nodiscard]] std::string text() const;
  /// Accepts what `text` gives. Port 1 to 65535, host up to 253 characters of a-z A-Z 0-9 . - _ :
  static base::Result<Endpoint> parse(std::string_view text);
};

}  // namespace syrah::p2p
