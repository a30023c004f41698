#include "api/auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "crypto/hash.h"

namespace syrah::api {
namespace {

base::Error unauthorized(std::string message) {
  return {base::ErrorCode::kUnauthorized, std::move(message)};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Seconds with or without decimals to milliseconds; digits below a millisecond do not matter here.
std::optional<std::int64_t> timestamp_ms(std::string_view text) {
  constexpr std::size_t kSecondsDigitsMax = 12;
  constexpr std::size_t kDecimalsMax = 9;
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view seconds = text.substr(0, point);
  const std::string_view decimals = point < text.size() ? text.substr(point + 1) : "0";
  if (seconds.empty() || seconds.size() > kSecondsDigitsMax || decimals.empty() ||
      decimals.size() > kDecimalsMax || !std::all_of(seconds.begin(), seconds.end(), is_digit) ||
      !std::all_of(decimals.begin(), decimals.end(), is_digit)) {
    return std::nullopt;
  }
  std::int64_t ms = 0;
  for (const char digit : seconds) ms = ms * 10 + (digit - '0');
  for (std::size_t i = 0; i < 3; ++i) {
    ms = ms * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  }
  return ms;
}

base::Status check_timestamp(std::string_view text, base::Time now) {
  const std::optional<std::int64_t> ms = timestamp_ms(text);
  if (!ms) {
    return unauthorized("CB-ACCESS-TIMESTAMP must be seconds since 1970, as 1700000000.123");
  }
  const std::int64_t apart_ms = *ms > now.wall_ms() ? *ms - now.wall_ms() : now.wall_ms() - *ms;
  if (apart_ms > kTimestampWindowMs) {
    return unauthorized(fmt::format(
        "CB-ACCESS-TIMESTAMP is more than {} s away from the node's clock; see GET /time",
        kTimestampWindowMs / 1000));
  }
  return base::success();
}

std::string signature_by(std::string_view hmac_key, std::string_view timestamp,
                         std::string_view method, std::string_view target, std::string_view body) {
  std::string message;
  message.reserve(timestamp.size() + method.size() + target.size() + body.size());
  message.append(timestamp).append(method).append(target).append(body);
  const std::span key(reinterpret_cast<const std::uint8_t*>(hmac_key.data()), hmac_key.size());
  return crypto::to_base64(crypto::hmac_sha256(key, message));
}

}  // namespace

base::Result<std::string> sign_request(const std::string& secret, std::string_view timestamp,
                                       std::string_view method, std::string_view target,
                                       std::string_view body) {
  std::string key;
  if (!crypto::from_base64(secret, key) || key.empty()) {
    return base::invalid("the secret of an API key must be Base64 with padding");
  }
  return signature_by(key, timestamp, method, target, body);
}

base::Result<const KnownKey*> authenticate(const HttpRequest& request, const KeyRing& keys,
                                           base::Time now) {
  for (const std::string_view name :
       {"CB-ACCESS-KEY", "CB-ACCESS-SIGN", "CB-ACCESS-TIMESTAMP", "CB-ACCESS-PASSPHRASE"}) {
    if (request.header(name).empty()) return unauthorized(fmt::format("{} is missing", name));
  }
  const std::string_view timestamp = request.header("CB-ACCESS-TIMESTAMP");
  if (base::Status recent = check_timestamp(timestamp, now); !recent) return recent.error();

  const KnownKey* const key = keys.find(request.header("CB-ACCESS-KEY"));
  if (key == nullptr) return unauthorized("CB-ACCESS-KEY is not a key of this node");
  const std::string expected =
      signature_by(key->hmac_key, timestamp, request.method, request.target, request.body);
  if (key->hmac_key.empty() ||
      !crypto::equal_constant_time(expected, request.header("CB-ACCESS-SIGN"))) {
    return unauthorized(
        "CB-ACCESS-SIGN is wrong: it must be the Base64 HMAC-SHA-256, keyed with the decoded "
        "secret, of timestamp + method + target + body");
  }
  // If the sizes differ, that shows in the time taken, but only to those who have the secret.
  if (!crypto::equal_constant_time(key->passphrase, request.header("CB-ACCESS-PASSPHRASE"))) {
    return unauthorized("CB-ACCESS-PASSPHRASE is wrong");
  }
  return key;
}

}  // namespace syrah::api
