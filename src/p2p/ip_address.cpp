#include "p2p/ip_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/hex.h"

namespace syrah::p2p {
namespace {

using Ipv4 = std::array<std::uint8_t, 4>;
using Ipv6 = std::array<std::uint8_t, 16>;

std::optional<Ipv4> parse_v4(std::string_view text) {
  Ipv4 address{};
  for (std::size_t i = 0; i < address.size(); ++i) {
    const std::size_t end = i + 1 < address.size() ? text.find('.') : text.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return std::nullopt;
    const char* const stop = text.data() + end;
    const auto [last, error] = std::from_chars(text.data(), stop, address[i]);
    if (error != std::errc{} || last != stop) return std::nullopt;
    text.remove_prefix(i + 1 < address.size() ? end + 1 : end);
  }
  return address;
}

/// Groups of 16 bits between colons; an IPv4 tail counts as two. Nothing on any other text.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
  std::vector<std::uint16_t> groups;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view part = text.substr(0, end);
    if (part.find('.') != std::string_view::npos) {
      const std::optional<Ipv4> tail = parse_v4(part);
      if (!tail || end != text.size()) return std::nullopt;
      groups.push_back(static_cast<std::uint16_t>((*tail)[0] << 8 | (*tail)[1]));
      groups.push_back(static_cast<std::uint16_t>((*tail)[2] << 8 | (*tail)[3]));
      return groups;
    }
    std::uint16_t group = 0;
    const auto [last, error] = std::from_chars(part.data(), part.data() + part.size(), group, 16);
    if (error != std::errc{} || last != part.data() + part.size() || part.size() > 4) {
      return std::nullopt;
    }
    groups.push_back(group);
    if (groups.size() > 8) return std::nullopt;
    if (end == text.size()) return groups;
    text.remove_prefix(end + 1);
    if (text.empty()) return std::nullopt;  // ends with a single colon
  }
  return groups;
}

std::optional<Ipv6> parse_v6(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  const std::size_t gap = text.find("::");
  const auto head = parse_groups(text.substr(0, std::min(gap, text.size())));
  const auto tail = gap == std::string_view::npos
                        ? std::optional<std::vector<std::uint16_t>>(std::in_place)
                        : parse_groups(text.substr(gap + 2));
  if (!head || !tail) return std::nullopt;
  const std::size_t count = head->size() + tail->size();
  if (gap == std::string_view::npos ? count != 8 : count > 7) return std::nullopt;
  Ipv6 address{};
  const auto put = [&](std::size_t at, std::uint16_t group) {
    address[2 * at] = static_cast<std::uint8_t>(group >> 8);
    address[2 * at + 1] = static_cast<std::uint8_t>(group & 0xFF);
  };
  for (std::size_t i = 0; i < head->size(); ++i) put(i, (*head)[i]);
  for (std::size_t i = 0; i < tail->size(); ++i) put(8 - tail->size() + i, (*tail)[i]);
  return address;
}

HostRange range_of_v4(const Ipv4& address) {
  if (address[0] == 127) return HostRange::kLoopback;
  const bool is_private =
      address[0] == 10 || (address[0] == 172 && address[1] >= 16 && address[1] <= 31) ||
      (address[0] == 192 && address[1] == 168) || (address[0] == 169 && address[1] == 254);
  return is_private ? HostRange::kPrivate : HostRange::kPublic;
}

HostRange range_of_v6(const Ipv6& address) {
  Ipv6 loopback{};
  loopback.back() = 1;
  if (address == loopback) return HostRange::kLoopback;
  const bool unique_local = (address[0] & 0xFE) == 0xFC;
  const bool link_local = address[0] == 0xFE && (address[1] & 0xC0) == 0x80;
  return unique_local || link_local ? HostRange::kPrivate : HostRange::kPublic;
}

std::string prefix_text(std::string_view host, std::size_t v4_bytes, std::size_t v6_bytes) {
  std::string plain = plain_host(host);
  if (const auto v4 = parse_v4(plain)) return "v4 " + base::to_hex(std::span(*v4).first(v4_bytes));
  if (const auto v6 = parse_v6(plain)) return "v6 " + base::to_hex(std::span(*v6).first(v6_bytes));
  return plain;
}

}  // namespace

HostRange range_of(std::string_view host) {
  const std::string plain = plain_host(host);
  if (const auto v4 = parse_v4(plain)) return range_of_v4(*v4);
  if (const auto v6 = parse_v6(plain)) return range_of_v6(*v6);
  if (plain == "localhost") return HostRange::kLoopback;
  return plain.find('.') == std::string::npos ? HostRange::kPrivate : HostRange::kPublic;
}

std::string plain_host(std::string_view host) {
  constexpr std::string_view kMapped = "::ffff:";
  if (host.substr(0, kMapped.size()) == kMapped && parse_v4(host.substr(kMapped.size()))) {
    host.remove_prefix(kMapped.size());
  }
  return std::string(host);
}

std::string party_of(std::string_view host) { return prefix_text(host, 4, 7); }

std::string neighbourhood_of(std::string_view host) { return prefix_text(host, 3, 6); }

std::string group_of(const Endpoint& endpoint) {
  if (range_of(endpoint.host) != HostRange::kPublic) return endpoint.text();
  std::string prefix = prefix_text(endpoint.host, 2, 4);
  if (prefix != endpoint.host) return prefix;
  const std::size_t last = prefix.rfind('.');
  const std::size_t before = last == 0 ? last : prefix.rfind('.', last - 1);
  return before == std::string::npos ? prefix : prefix.substr(before + 1);
}

bool makes_sense_for(std::string_view host, std::string_view from) {
  switch (range_of(host)) {
    case HostRange::kLoopback:
      return range_of(from) == HostRange::kLoopback;
    case HostRange::kPrivate:
      return range_of(from) != HostRange::kPublic;
    case HostRange::kPublic:
      return true;
  }
  return false;
}

}  // namespace syrah::p2p
