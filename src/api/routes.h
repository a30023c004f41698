#pragma once

// The routes by group. Each group is a table, so that adding one is adding a line.

#include <optional>
#include <span>
#include <string_view>

#include "api/call.h"
#include "api/permission.h"

namespace syrah::api {

/// What the key that signs a request must be allowed to do; kPublic: no key is needed.
using Needs = std::optional<Permission>;
inline constexpr Needs kPublic = std::nullopt;
inline constexpr Needs kView = Permission::kView;
inline constexpr Needs kTrade = Permission::kTrade;
inline constexpr Needs kManage = Permission::kManage;

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< "/orders/{}"; "client:{}" captures what follows "client:"
  Needs needs;
  Answer (*answer)(const Call&) = nullptr;
  /// For routes that may ask the history.
  base::Result<HttpResponse> (*finish)(const Call&, const exchange::HistoryAnswer&) = nullptr;
};

std::span<const Route> market_routes();
std::span<const Route> account_routes();
std::span<const Route> order_routes();
std::span<const Route> node_routes();
std::span<const Route> key_routes();
std::span<const Route> trace_routes();

}  // namespace syrah::api
