#pragma once

// Who asks: requests signed as Coinbase Exchange requests are. Header CB-ACCESS-SIGN is the Base64
// HMAC-SHA-256, keyed with the decoded secret, of timestamp + method + target + body.

#include <string>
#include <string_view>

#include "api/api_key.h"
#include "api/http.h"
#include "api/key_ring.h"
#include "base/result.h"
#include "base/time.h"

namespace syrah::api {

/// How far CB-ACCESS-TIMESTAMP (seconds, decimals allowed) may be from the node's clock: the window
/// of the Coinbase Exchange API.
inline constexpr std::int64_t kTimestampWindowMs = 30'000;

/// The key that signed the request, or an error (kUnauthorized) that says which header is missing
/// or wrong. Compares in constant time. Valid until the keys change.
base::Result<const KnownKey*> authenticate(const HttpRequest& request, const KeyRing& keys,
                                           base::Time now);

/// The value of CB-ACCESS-SIGN: what clients compute.
base::Result<std::string> sign_request(const std::string& secret, std::string_view timestamp,
                                       std::string_view method, std::string_view target,
                                       std::string_view body);

}  // namespace syrah::api
