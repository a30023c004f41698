#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include "base/check.h"

// SHA-256 is OpenSSL's, which uses the processor's own instructions for it; all else is
// libsodium's.

namespace syrah::crypto {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The libraries want a pointer even to no bytes at all.
const std::uint8_t* pointer_to(std::span<const std::uint8_t> bytes) {
  static constexpr std::uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

EVP_MD_CTX* context(void* state) { return static_cast<EVP_MD_CTX*>(state); }

/// Looked up once: OpenSSL searches its providers each time it is asked by name.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SYRAH_CHECK(algorithm != nullptr, "OpenSSL has no SHA256");
  return algorithm;
}

void require(int done) { SYRAH_CHECK(done == 1, "OpenSSL could not hash"); }

/// Made once in each thread, with its digest: OpenSSL would look that up by name each time, which
/// takes longer than the hashing.
EVP_MAC_CTX* hmac_context() {
  using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;
  thread_local const Context context = [] {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
    Context made(algorithm ? EVP_MAC_CTX_new(algorithm.get()) : nullptr, &EVP_MAC_CTX_free);
    SYRAH_CHECK(made != nullptr, "OpenSSL has no HMAC");
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, sizeof name - 1),
        OSSL_PARAM_construct_end()};
    require(EVP_MAC_CTX_set_params(made.get(), parameters));
    return made;
  }();
  return context.get();
}

}  // namespace

void Sha256::Free::operator()(void* state) const { EVP_MD_CTX_free(context(state)); }

Sha256::Sha256() : state_(EVP_MD_CTX_new()) {
  SYRAH_CHECK(state_ != nullptr, "no memory to hash");
  require(EVP_DigestInit_ex2(context(state_.get()), sha256_algorithm(), nullptr));
}

Sha256& Sha256::add(std::string_view bytes) { return add(bytes_of(bytes)); }

Sha256& Sha256::add(std::span<const std::uint8_t> bytes) {
  require(EVP_DigestUpdate(context(state_.get()), pointer_to(bytes), bytes.size()));
  return *this;
}

Digest Sha256::finish() {
  Digest digest{};
  require(EVP_DigestFinal_ex(context(state_.get()), digest.data(), nullptr));
  return digest;
}

Digest sha256(std::string_view part) { return Sha256().add(part).finish(); }

Digest sha256(std::span<const std::uint8_t> first, std::string_view second) {
  return Sha256().add(first).add(second).finish();
}

Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view message) {
  EVP_MAC_CTX* const state = hmac_context();
  require(EVP_MAC_init(state, pointer_to(key), key.size(), nullptr));
  require(EVP_MAC_update(state, pointer_to(bytes_of(message)), message.size()));
  Digest digest{};
  std::size_t size = 0;
  require(EVP_MAC_final(state, digest.data(), &size, digest.size()));
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
