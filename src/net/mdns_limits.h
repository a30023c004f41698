#pragma once

// Limits of mDNS. Everything heard comes from the local network, from anyone on it.

#include <cstddef>
#include <cstdint>

namespace syrah::net {

/// Service instances that are followed; later ones are passed over until others leave.
inline constexpr std::size_t kMdnsPeersMax = 256;
/// Ways (interface and IP version) on which one instance is followed.
inline constexpr std::size_t kMdnsWaysMax = 8;
/// Records that Avahi keeps per interface: seven for each instance leave room for other services.
inline constexpr unsigned kMdnsCacheEntriesMax = 4096;
/// RFC 6762, section 17: a packet is at most 9,000 bytes, headers included.
inline constexpr std::size_t kMdnsPacketBytesMax = 9000;
/// Addresses of this machine that are announced.
inline constexpr std::size_t kMdnsAddressesMax = 64;
/// RFC 1035: a label, so a service name too, has at most 63 bytes.
inline constexpr std::size_t kMdnsNameBytesMax = 63;
/// Names of networks, as the handshake has them.
inline constexpr std::size_t kMdnsNetworkBytesMax = 64;
/// Protocol versions: digits.
inline constexpr std::size_t kMdnsVersionBytesMax = 9;
/// What is kept of a line of Avahi, which may quote strangers.
inline constexpr std::size_t kMdnsLogBytesMax = 200;
/// Other names tried before announcing is given up: on an honest network the second is free.
inline constexpr std::size_t kMdnsRenamesMax = 20;
/// Answers of one instance arrive one after the other, by interface; this long the best is awaited.
inline constexpr std::int64_t kMdnsSettleMs = 300;
/// How often the addresses of this machine are compared with those announced.
inline constexpr std::int64_t kMdnsLookMs = 3000;
/// Peers that are still there are reported again this often: the node forgets addresses that failed
/// for a while.
inline constexpr std::int64_t kMdnsRepeatMs = 60'000;

}  // namespace syrah::net
