#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace syrah::crypto {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of the parts one after the other.
Digest sha256(std::string_view part);
Digest sha256(std::span<const std::uint8_t> first, std::string_view second);

/// SHA-256 of something that comes in pieces. Nothing may be added after finish().
class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view bytes);
  Sha256& add(std::span<const std::uint8_t> bytes);
  Digest finish();

 private:
  struct Free {
    void operator()(void* state) const;
  };
  std::unique_ptr<void, Free> state_;  ///< the library's
};

/// HMAC-SHA-256 (RFC 2104).
Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view message);

/// In time that does not depend on the contents; false if the sizes differ.
bool equal_constant_time(std::string_view a, std::string_view b);

/// Base64 of RFC 4648 section 4, with padding.
std::string to_base64(std::span<const std::uint8_t> bytes);
/// False on anything that is not exactly that; `out` is then empty.
bool from_base64(std::string_view text, std::string& out);

}  // namespace syrah::crypto
