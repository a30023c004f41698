#pragma once

// A request's target, taken apart: "/orders?status=open" is the segment "orders" and the parameter
// status. Percent-encoding is undone (RFC 3986, section 2.1), "+" in a query is a space.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace syrah::api {

struct Target {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> parameters;

  /// The first parameter of that name, or nothing.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
  /// All parameters of that name: "status=open&status=done".
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  /// The parameter as a whole number of min to max, nothing if it is absent.
  [[nodiscard]] base::Result<std::optional<std::int64_t>> integer(std::string_view name,
                                                                  std::int64_t min,
                                                                  std::int64_t max) const;
};

/// Bounded by limits.h. One "/" at the end is ignored.
base::Result<Target> parse_target(std::string_view text);

}  // namespace syrah::api
