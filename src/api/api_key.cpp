#include "api/api_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "api/limits.h"
#include "base/hex.h"
#include "crypto/hash.h"

namespace syrah::api {

exchange::KeyTag key_tag(std::string_view key) {
  const crypto::Digest digest = crypto::sha256(key);
  exchange::KeyTag tag = 0;
  for (std::size_t byte = 0; byte < sizeof tag; ++byte) tag = tag << 8U | digest[byte];
  return tag;
}

base::Status check_label(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (text.size() > kLabelBytesMax || !printable) {
    return base::invalid(
        fmt::format("label must be up to {} printable ASCII characters", kLabelBytesMax));
  }
  return base::success();
}

ApiKey KeySource::make() {
  const std::string count = std::to_string(++made_);
  const auto derived = [&](std::string_view use) {
    return crypto::hmac_sha256(randomness_, fmt::format("{} {}", use, count));
  };
  const crypto::Digest names = derived("names");
  const std::span<const std::uint8_t, 32> bytes(names);
  ApiKey key;
  key.key = base::to_hex(bytes.subspan<0, 16>());
  key.passphrase = base::to_hex(bytes.subspan<16, 16>());
  key.secret = crypto::to_base64(derived("secret"));
  return key;
}

}  // namespace syrah::api
