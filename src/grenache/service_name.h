#pragma once

// The names under which Syrah nodes find each other. They have exactly 20 bytes of ASCII: such
// names are also info-hashes of the BitTorrent DHT, so that libtorrent finds and announces what
// Grapes do. The network is part of the name; nodes of different networks do not meet in vain.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace syrah::grenache {

inline constexpr std::size_t kServiceNameBytes = 20;

/// What is announced: a name and the port where it is served.
struct Service {
  std::string name;
  std::uint16_t port = 0;

  bool operator==(const Service&) const = default;
};

/// The port that speaks the peer protocol over TCP: "syrah1:p2p:main-----".
std::string p2p_service(std::string_view network);
/// The port where the peer protocol is tunnelled in Grenache RPCs: "syrah1:rpc:main-----".
///
/// In both, a network's name of more than 8 characters, or with others than A-Z a-z 0-9 . _ -, or
/// with a - at its end, is replaced by two of its characters and 7 digits of its SHA-256. By chance
/// two networks may share that, which costs dials that the handshake refuses.
std::string rpc_service(std::string_view network);

}  // namespace syrah::grenache
