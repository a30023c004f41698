#pragma once

// Lets requests in: who asks, whether the key may, and not too often.

#include <optional>

#include "api/routes.h"

namespace syrah::api {

/// Fills in the call's account and key where the route needs a key; or why the request is refused:
/// 401, 403, or 429 with Retry-After. Signed requests count for their key; all others, those with a
/// wrong signature or to nowhere (`route` is null) too, for the address they come from.
std::optional<HttpResponse> admit(Call& call, const Route* route);

/// For a request that was admitted before and waited: its timestamp may be too old by now, and its
/// key revoked.
std::optional<HttpResponse> readmit(Call& call, const Route& route);

}  // namespace syrah::api
