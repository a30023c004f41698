#pragma once

#include <cstdint>
#include <string_view>

namespace syrah::crypto {

/// CRC-32 as in Ethernet, gzip and PNG (IEEE 802.3). Finds mistakes, proves nothing.
std::uint32_t crc32(std::string_view bytes);

}  // namespace syrah::crypto
