#pragma once

// What the text of a host says about where it is. No names are resolved.

#include <string>
#include <string_view>

#include "p2p/connection_id.h"

namespace syrah::p2p {

enum class HostRange {
  kLoopback,  ///< 127.0.0.0/8, ::1, localhost
  kPrivate,   ///< RFC 1918, unique local, link-local; a host name without a dot
  kPublic,
};

HostRange range_of(std::string_view host);

/// "::ffff:192.0.2.1" (what a dual-stack socket says of an IPv4 peer) as "192.0.2.1"; other text
/// unchanged.
std::string plain_host(std::string_view host);

/// Hosts with the same text are one party: an IPv4 address, or an IPv6 /56.
std::string party_of(std::string_view host);
/// The same for neighbours: an IPv4 /24, or an IPv6 /48.
std::string neighbourhood_of(std::string_view host);

/// The unit by which an address book shares its places: what one owner can get many of costs it
/// little, another /16 costs much. An IPv4 /16, an IPv6 /32, the end of a host name
/// ("example.org"). Each loopback and private endpoint is a group of its own: whole networks of
/// one's own live there.
std::string group_of(const Endpoint& endpoint);

/// Whether someone at `from` can make use of the address `host`, and may know of it: loopback
/// addresses are told to loopback, private ones to private and loopback.
bool makes_sense_for(std::string_view host, std::string_view from);

}  // namespace syrah::p2p
