#include "base/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace syrah::base {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_' || c == ':';
}

Error wrong(std::string_view what) {
  return invalid(fmt::format("address: {}; must look like host:port or [v6]:port", what));
}

}  // namespace

std::string Endpoint::text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("there is no port");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Only brackets tell where an IPv6 address ends and the port begins.
  if (bracketed != (host.find(':') != std::string_view::npos)) return wrong("brackets are for v6");
  if (host.empty() || host.size() > kHostBytesMax) return wrong("the host has 1 to 253 characters");
  if (!std::all_of(host.begin(), host.end(), is_host_character)) {
    return wrong("the host may have letters, digits and . - _ :");
  }
  Endpoint endpoint{std::string(host), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc{} || end != port.data() + port.size() || endpoint.port == 0 ||
      port.front() == '0') {
    return wrong("the port is a number from 1 to 65535");
  }
  return endpoint;
}

}  // namespace syrah::base
