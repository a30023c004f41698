#pragma once

// The routes by group. Each group is a table, so that adding one is adding a line.

#include <span>
#include <string_view>

#include "api/call.h"

namespace syrah::api {

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< "/orders/{}"; "client:{}" captures what follows "client:"
  bool is_signed = false;
  Answer (*answer)(const Call&) = nullptr;
  /// For routes that may ask the history.
  base::Result<HttpResponse> (*finish)(const Call&, const exchange::HistoryAnswer&) = nullptr;
};

std::span<const Route> market_routes();
std::span<const Route> account_routes();
std::span<const Route> order_routes();
std::span<const Route> node_routes();

}  // namespace syrah::api
