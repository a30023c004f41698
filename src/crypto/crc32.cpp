#include "crypto/crc32.h"

#include <zlib.h>

namespace syrah::crypto {

std::uint32_t crc32(std::string_view bytes) {
  const auto* const first = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(::crc32_z(0, first, bytes.size()));
}

}  // namespace syrah::crypto
