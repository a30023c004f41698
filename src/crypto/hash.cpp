#include "crypto/hash.h"

#include <sodium.h>

#include <new>
#include <type_traits>

#include "base/check.h"
#include "crypto/library.h"

namespace syrah::crypto {
namespace {

using State = crypto_hash_sha256_state;
static_assert(std::is_trivially_copyable_v<State>, "Sha256 copies the state as bytes");

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// libsodium wants a pointer even to no bytes at all.
const std::uint8_t* pointer_to(std::span<const std::uint8_t> bytes) {
  static constexpr std::uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

State* state_in(std::array<std::uint8_t, 128>& storage) {
  static_assert(sizeof(State) <= sizeof(storage) && alignof(State) <= 8);
  return std::launder(reinterpret_cast<State*>(storage.data()));
}

}  // namespace

Sha256::Sha256() : state_{} {
  require_library();
  crypto_hash_sha256_init(::new (static_cast<void*>(state_.data())) State);
}

Sha256& Sha256::add(std::string_view bytes) { return add(bytes_of(bytes)); }

Sha256& Sha256::add(std::span<const std::uint8_t> bytes) {
  crypto_hash_sha256_update(state_in(state_), pointer_to(bytes), bytes.size());
  return *this;
}

Digest Sha256::finish() {
  Digest digest{};
  crypto_hash_sha256_final(state_in(state_), digest.data());
  return digest;
}

Digest sha256(std::string_view part) { return Sha256().add(part).finish(); }

Digest sha256(std::span<const std::uint8_t> first, std::string_view second) {
  return Sha256().add(first).add(second).finish();
}

Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view message) {
  static_assert(crypto_auth_hmacsha256_BYTES == sizeof(Digest));
  require_library();
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, pointer_to(key), key.size());
  crypto_auth_hmacsha256_update(&state, pointer_to(bytes_of(message)), message.size());
  Digest digest{};
  crypto_auth_hmacsha256_final(&state, digest.data());
  return digest;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), pointer_to(bytes), bytes.size(), kVariant);
  text.pop_back();  // the length counts a zero byte at the end
  return text;
}

bool from_base64(std::string_view text, std::string& out) {
  out.assign(text.size() / 4 * 3, '\0');
  std::size_t size = 0;
  const int failed =
      sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  out.resize(failed == 0 ? size : 0);
  return failed == 0;
}

}  // namespace syrah::crypto
