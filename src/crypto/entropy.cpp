#include "crypto/entropy.h"

#include <sodium.h>

#include "crypto/library.h"

namespace syrah::crypto {

void fill_random(std::span<std::uint8_t> out) {
  require_library();
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

}  // namespace syrah::crypto
