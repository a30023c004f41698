#pragma once

// Who asks: requests signed as Coinbase Exchange requests are. Header CB-ACCESS-SIGN is the Base64
// HMAC-SHA-256, keyed with the decoded secret, of timestamp + method + target + body.

#include <string>
#include <vector>

#include "api/http.h"
#include "base/result.h"
#include "base/time.h"

namespace syrah::api {

struct ApiKey {
  std::string key;
  std::string passphrase;
  std::string secret;   ///< Base64
  std::string account;  ///< whose orders it may see and change
};

/// How far CB-ACCESS-TIMESTAMP (seconds, decimals allowed) may be from the node's clock: the window
/// of the Coinbase Exchange API.
inline constexpr std::int64_t kTimestampWindowMs = 30'000;

/// The account of the key that signed the request, or an error (kUnauthorized) that says which
/// header is missing or wrong. Compares in constant time.
base::Result<std::string> authenticate(const HttpRequest& request, const std::vector<ApiKey>& keys,
                                       base::Time now);

/// The value of CB-ACCESS-SIGN: what clients compute.
base::Result<std::string> sign_request(const std::string& secret, std::string_view timestamp,
                                       std::string_view method, std::string_view target,
                                       std::string_view body);

}  // namespace syrah::api
