#include "crypto/identity.h"

#include <sodium.h>

#include "crypto/library.h"

namespace syrah::crypto {
namespace {

static_assert(sizeof(Seed) == crypto_sign_SEEDBYTES);
static_assert(sizeof(Signature) == crypto_sign_BYTES);
static_assert(sizeof(base::NodeId::bytes) == crypto_sign_PUBLICKEYBYTES);

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Identity Identity::from_seed(const Seed& seed) {
  require_library();
  Identity identity;
  static_assert(sizeof(identity.secret_) == crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(identity.id_.bytes.data(), identity.secret_.data(), seed.data());
  return identity;
}

Signature Identity::sign(std::string_view message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, unsigned_bytes(message), message.size(),
                       secret_.data());
  return signature;
}

bool verify(const base::NodeId& signer, std::string_view message, const Signature& signature) {
  require_library();
  // libsodium itself refuses small-order and non-canonical keys and signatures.
  return crypto_sign_verify_detached(signature.data(), unsigned_bytes(message), message.size(),
                                     signer.bytes.data()) == 0;
}

}  // namespace syrah::crypto
