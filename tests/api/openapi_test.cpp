// docs/openapi.json names the routes that there are, all of them and no others; that the answers
// fit its schemas, integration/openapi_test.py shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>

#include "api/routes.h"
#include "base/check.h"
#include "json/reader.h"

namespace syrah::api {
namespace {

/// "GET /orders/{}".
using Names = std::set<std::string>;

std::string without_names(std::string_view path) {
  std::string pattern;
  bool inside = false;
  for (const char c : path) {
    inside = inside && c != '}';
    if (!inside) pattern += c;
    inside = inside || c == '{';
  }
  return pattern;
}

Names documented() {
  std::ifstream file(std::string(SYRAH_SOURCE_DIR) + "/docs/openapi.json");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  json::Limits limits;
  limits.depth_max = 20;
  const auto document = json::parse(text, limits);
  SYRAH_CHECK(document.ok(), document.ok() ? "" : document.error().message.c_str());
  Names names;
  for (const auto& [path, operations] : document->find("paths")->members()) {
    for (const auto& [method, operation] : operations.members()) {
      std::string upper(method);
      std::transform(upper.begin(), upper.end(), upper.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      const bool is_signed = operation.find("security") != nullptr;
      names.insert(upper + " " + without_names(path) + (is_signed ? " signed" : ""));
    }
  }
  return names;
}

TEST(OpenApi, NamesEveryRouteAndNoOther) {
  Names routes;
  for (const auto& group : {market_routes(), key_routes(), order_routes(), account_routes(),
                            node_routes(), trace_routes()}) {
    for (const Route& route : group) {
      routes.insert(std::string(route.method) + " " + without_names(route.pattern) +
                    (route.needs ? " signed" : ""));
    }
  }
  EXPECT_EQ(documented(), routes);
}

}  // namespace
}  // namespace syrah::api
