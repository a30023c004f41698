#pragma once

// IPv4 addresses that strangers give as hints, and which of them are worth a try. Grapes and their
// DHT know no others. Nothing here says that anybody listens there: only a handshake does.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/endpoint.h"

namespace syrah::grenache {

using Ipv4 = std::array<std::uint8_t, 4>;

/// "a.b.c.d" of plain decimal numbers without leading zeros.
std::optional<Ipv4> parse_ipv4(std::string_view text);
std::string to_text(const Ipv4& address);

/// From where a teller sees addresses. Grapes that found each other over loopback tell the world of
/// 127.0.0.1, which then means another machine.
enum class Vantage : std::uint8_t {
  kThisHost,  ///< loopback addresses are ours
  kNear,      ///< on a private network, or unknown: private addresses may be reached
  kFar,       ///< a public address: private ones are those of another network
};
/// By the text of the teller's host; names are not resolved and may be anywhere.
Vantage vantage_of(std::string_view host);

/// Whether what is told from there may be reached from here. Never port 0, addresses of "this
/// network" (0.x.x.x), multicast, reserved or broadcast ones.
bool is_reachable(const Ipv4& address, std::uint16_t port, Vantage told_from);

/// Collects the hints of one answer: each once, only reachable ones, at most kLookupMax.
class AddressHints {
 public:
  explicit AddressHints(Vantage told_from) : told_from_(told_from) {}

  void add(const Ipv4& address, std::uint16_t port);
  /// "a.b.c.d:port"; other text is ignored.
  void add(std::string_view text);
  /// The 6 bytes of a compact address (BEP 5); others are ignored.
  void add_compact(std::string_view bytes);
  /// In the order in which they came.
  std::vector<base::Endpoint> take() { return std::move(hints_); }

 private:
  Vantage told_from_;
  std::set<base::Endpoint> seen_;
  std::vector<base::Endpoint> hints_;
};

}  // namespace syrah::grenache
