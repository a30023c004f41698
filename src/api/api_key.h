#pragma once

// A client's credentials, and what they are good for.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/permission.h"
#include "exchange/types.h"

namespace syrah::api {

struct ApiKey {
  std::string key;
  std::string passphrase;
  std::string secret;   ///< Base64
  std::string account;  ///< whose orders it may see and change; several keys may share one
  Permissions permissions = Permissions::all();
  std::string label = {};       ///< for people; may be empty
  std::int64_t created_ms = 0;  ///< since 1970; 0: not known
};

/// What the orders that are placed with it carry here: the beginning of the key's SHA-256.
exchange::KeyTag key_tag(std::string_view key);

/// Up to kLabelBytesMax printable ASCII characters.
base::Status check_label(std::string_view text);

/// Makes the credentials of new keys out of randomness that the edge gave: HMAC-SHA-256 keyed with
/// it, of a count, is as hard to guess as the 32 bytes themselves.
class KeySource {
 public:
  explicit KeySource(const std::array<std::uint8_t, 32>& randomness) : randomness_(randomness) {}

  /// Key, passphrase and secret; the rest is left as it is by default. Never the same twice.
  ApiKey make();

 private:
  std::array<std::uint8_t, 32> randomness_;
  std::uint64_t made_ = 0;
};

}  // namespace syrah::api
