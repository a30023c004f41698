#pragma once

// Keeps packets from Avahi that only harm it. Avahi up to 0.9 ends the whole program by an
// assertion, or by an endless recursion, when someone on the local network sends it CNAME records
// (CVE-2025-68468, CVE-2025-68471, CVE-2026-24401). Services are found without such records.

#include <cstddef>
#include <span>

namespace syrah::net {

/// Whether a DNS packet may be read: whole, not too long, without CNAME records. Reads nothing
/// beyond the packet, and each byte at most once.
bool is_safe_mdns_packet(std::span<const std::byte> packet);

}  // namespace syrah::net
