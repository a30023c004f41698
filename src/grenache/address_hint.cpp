#include "grenache/address_hint.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "grenache/limits.h"

namespace syrah::grenache {
namespace {

constexpr std::size_t kCompactBytes = 6;

bool is_loopback(const Ipv4& address) { return address[0] == 127; }

bool is_private(const Ipv4& address) {
  return address[0] == 10 || (address[0] == 172 && (address[1] & 0xF0) == 16) ||
         (address[0] == 192 && address[1] == 168) || (address[0] == 169 && address[1] == 254);
}

}  // namespace

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  Ipv4 address{};
  for (std::size_t i = 0; i < address.size(); ++i) {
    const bool last = i + 1 == address.size();
    const std::size_t end = last ? text.size() : text.find('.');
    if (end == std::string_view::npos || end == 0 || end > 3) return std::nullopt;
    if (end > 1 && text.front() == '0') return std::nullopt;
    const char* const stop = text.data() + end;
    const auto [read, error] = std::from_chars(text.data(), stop, address[i]);
    if (error != std::errc{} || read != stop) return std::nullopt;
    text.remove_prefix(last ? end : end + 1);
  }
  return address;
}

std::string to_text(const Ipv4& address) {
  return fmt::format("{}.{}.{}.{}", address[0], address[1], address[2], address[3]);
}

Vantage vantage_of(std::string_view host) {
  if (host == "localhost" || host == "::1") return Vantage::kThisHost;
  const std::optional<Ipv4> address = parse_ipv4(host);
  if (!address || is_private(*address)) return Vantage::kNear;
  return is_loopback(*address) ? Vantage::kThisHost : Vantage::kFar;
}

bool is_reachable(const Ipv4& address, std::uint16_t port, Vantage told_from) {
  if (port == 0 || address[0] == 0 || address[0] >= 224) return false;
  if (is_loopback(address)) return told_from == Vantage::kThisHost;
  return !is_private(address) || told_from != Vantage::kFar;
}

void AddressHints::add(const Ipv4& address, std::uint16_t port) {
  if (hints_.size() >= kLookupMax || !is_reachable(address, port, told_from_)) return;
  base::Endpoint endpoint{to_text(address), port};
  if (seen_.insert(endpoint).second) hints_.push_back(std::move(endpoint));
}

void AddressHints::add(std::string_view text) {
  const base::Result<base::Endpoint> endpoint = base::Endpoint::parse(text);
  if (!endpoint) return;
  const std::optional<Ipv4> address = parse_ipv4(endpoint->host);
  if (address) add(*address, endpoint->port);
}

void AddressHints::add_compact(std::string_view bytes) {
  if (bytes.size() != kCompactBytes) return;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  add(Ipv4{byte(0), byte(1), byte(2), byte(3)}, static_cast<std::uint16_t>(byte(4) << 8 | byte(5)));
}

}  // namespace syrah::grenache
