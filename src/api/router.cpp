#include "api/router.h"

#include <fmt/format.h>

#include <array>

#include "api/custody.h"
#include "api/errors.h"
#include "api/gate.h"
#include "api/limits.h"
#include "api/routes.h"

namespace syrah::api {
namespace {

constexpr std::string_view kCapture = "{}";

/// Whether the segment is what the pattern's segment asks for; keeps what stands for {}.
bool match_segment(std::string_view pattern, std::string_view segment,
                   std::vector<std::string>& captures) {
  if (!pattern.ends_with(kCapture)) return pattern == segment;
  const std::string_view before = pattern.substr(0, pattern.size() - kCapture.size());
  if (!segment.starts_with(before) || segment.size() == before.size()) return false;
  captures.emplace_back(segment.substr(before.size()));
  return true;
}

bool match_path(std::string_view pattern, const std::vector<std::string>& segments,
                std::vector<std::string>& captures) {
  captures.clear();
  for (const std::string& segment : segments) {
    if (pattern.empty()) return false;
    pattern.remove_prefix(1);
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    if (!match_segment(pattern.substr(0, end), segment, captures)) return false;
    pattern.remove_prefix(end);
  }
  return pattern.empty();
}

struct Found {
  const Route* route = nullptr;
  std::vector<std::string> captures;
  std::string allowed;  ///< methods of the path when none of its routes has the one asked for
};

/// The first route wins, so the tables name "client:{}" before "{}".
Found find_route(std::string_view method, const Target& target) {
  Found found;
  if (target.segments.empty()) return found;
  std::vector<std::string> captures;
  for (const auto& group : {market_routes(), key_routes(), order_routes(), account_routes(),
                            node_routes(), trace_routes()}) {
    for (const Route& route : group) {
      if (!match_path(route.pattern, target.segments, captures)) continue;
      if (route.method == method) {
        found.route = &route;
        found.captures = captures;
        return found;
      }
      if (found.allowed.find(route.method) != std::string::npos) continue;
      if (!found.allowed.empty()) found.allowed += ", ";
      found.allowed += route.method;
    }
  }
  return found;
}

HttpResponse no_route(const HttpRequest& request, const Found& found) {
  if (found.allowed.empty()) {
    return error_response(404, fmt::format("there is nothing at {}", quoted(request.target)));
  }
  HttpResponse response = error_response(
      405, fmt::format("{} is not allowed here, only {}", quoted(request.method), found.allowed));
  response.headers.emplace_back("Allow", found.allowed);
  return response;
}

std::optional<HttpResponse> check_size(const HttpRequest& request) {
  if (request.target.size() > kTargetBytesMax) {
    return error_response(414, fmt::format("the target is over {} bytes long", kTargetBytesMax));
  }
  std::size_t header_bytes = 0;
  for (const auto& [name, value] : request.headers) header_bytes += name.size() + value.size();
  if (header_bytes > kHeaderBytesMax) {
    return error_response(431, fmt::format("the headers are over {} bytes long", kHeaderBytesMax));
  }
  if (request.body.size() > kBodyBytesMax) {
    return error_response(413, fmt::format("the body is over {} bytes long", kBodyBytesMax));
  }
  return std::nullopt;
}

}  // namespace

base::Result<const exchange::Instrument*> find_product(const Call& call, std::string_view name) {
  const exchange::Instrument* const product = call.context.exchange.instrument(name);
  if (product == nullptr) {
    return not_found(fmt::format("there is no product {} here; see GET /products", quoted(name)));
  }
  return product;
}

base::Result<const exchange::Instrument*> product_parameter(const Call& call) {
  const std::optional<std::string_view> name = call.target.parameter("product_id");
  if (!name) return static_cast<const exchange::Instrument*>(nullptr);
  return find_product(call, *name);
}

Outcome handle(const HttpRequest& request, Context& context) {
  if (std::optional<HttpResponse> too_large = check_size(request)) return *std::move(too_large);
  base::Result<Target> target = parse_target(request.target);
  if (!target) return error_response(target.error());
  Found found = find_route(request.method, *target);
  Call call{request, *std::move(target), std::move(found.captures), {}, {}, 0, context};
  if (std::optional<HttpResponse> refused = admit(call, found.route)) return *std::move(refused);
  if (found.route == nullptr) {
    return needs_custody(call.target) ? error_response(501, kNoCustody) : no_route(request, found);
  }
  Answer answer = found.route->answer(call);
  if (!answer) return error_response(answer.error());
  return *std::move(answer);
}

HttpResponse finish(const HttpRequest& request, const exchange::HistoryAnswer& answer,
                    Context& context) {
  base::Result<Target> target = parse_target(request.target);
  if (!target) return error_response(target.error());
  Found found = find_route(request.method, *target);
  if (found.route == nullptr || found.route->finish == nullptr) return no_route(request, found);
  if (!answer.error.empty()) {
    return error_response(503, "the history cannot be read now; try again later");
  }
  Call call{request, *std::move(target), std::move(found.captures), {}, {}, 0, context};
  if (std::optional<HttpResponse> refused = readmit(call, *found.route)) return *std::move(refused);
  base::Result<HttpResponse> response = found.route->finish(call, answer);
  if (!response) return error_response(response.error());
  return *std::move(response);
}

RouteName route_of(const HttpRequest& request) {
  const base::Result<Target> target = parse_target(request.target);
  if (!target) return {};
  const Route* const route = find_route(request.method, *target).route;
  return route == nullptr ? RouteName{} : RouteName{route->method, route->pattern};
}

}  // namespace syrah::api
