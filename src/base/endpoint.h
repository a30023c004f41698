#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syrah::base {

/// RFC 1035: a host name has at most 253 characters.
inline constexpr std::size_t kHostBytesMax = 253;

/// Where something listens: an IP address or a host name, and a port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;

  /// "host:port", "[v6]:port".
  [[nodiscard]] std::string text() const;
  /// Accepts what `text` gives. Port 1 to 65535, host up to 253 characters of a-z A-Z 0-9 . - _ :
  static Result<Endpoint> parse(std::string_view text);
};

}  // namespace syrah::base
