#include "api/gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/auth.h"
#include "api/errors.h"

namespace syrah::api {
namespace {

std::optional<HttpResponse> too_many(std::int64_t wait_s, std::string_view whose) {
  if (wait_s == 0) return std::nullopt;
  HttpResponse response = error_response(
      429, fmt::format("too many requests from this {}: try again in {} s", whose, wait_s));
  response.headers.emplace_back("Retry-After", std::to_string(wait_s));
  return response;
}

std::optional<HttpResponse> count_address(const Call& call) {
  const Context& context = call.context;
  return too_many(context.clients.rates.take(context.caller, context.now), "address");
}

bool cancels(const Route& route) {
  return route.needs == kTrade && (route.method == "DELETE" || route.pattern.ends_with("-after"));
}

void note_signer(Call& call, const KnownKey& key) {
  call.account = key.account;
  call.key = key.key;
  call.tag = key.tag;
}

}  // namespace

std::optional<HttpResponse> admit(Call& call, const Route* route) {
  if (route == nullptr || !route->needs) return count_address(call);
  Context& context = call.context;
  const auto key = authenticate(call.request, context.clients.keys, context.now);
  if (!key) {
    if (auto refused = count_address(call)) return refused;
    return error_response(key.error());
  }
  const std::int64_t wait_s = context.clients.rates.take((*key)->key, cancels(*route), context.now);
  if (auto refused = too_many(wait_s, "key")) return refused;
  if (!(*key)->permissions.has(*route->needs)) {
    return error_response(403, fmt::format("{} {} needs the permission {}, this key has only {}",
                                           route->method, route->pattern, to_text(*route->needs),
                                           fmt::join((*key)->permissions.words(), ", ")));
  }
  note_signer(call, **key);
  return std::nullopt;
}

std::optional<HttpResponse> readmit(Call& call, const Route& route) {
  if (!route.needs) return std::nullopt;
  const KnownKey* const key = call.context.clients.keys.find(call.request.header("CB-ACCESS-KEY"));
  if (key == nullptr) return error_response(401, "CB-ACCESS-KEY was revoked meanwhile");
  note_signer(call, *key);
  return std::nullopt;
}

}  // namespace syrah::api
