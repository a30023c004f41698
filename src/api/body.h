#pragma once

// The JSON object in the body of a request, read member by member.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"

namespace syrah::api {

class Body {
 public:
  static base::Result<Body> parse(std::string_view text);

  [[nodiscard]] bool has(std::string_view name) const { return object_.find(name) != nullptr; }
  /// An error that names the first member that is none of these.
  [[nodiscard]] base::Status only(std::initializer_list<std::string_view> names) const;

  /// A string; nothing if the member is absent or null. Valid as long as the body.
  [[nodiscard]] base::Result<std::optional<std::string_view>> text(std::string_view name) const;
  /// A decimal as a string, or as a number exactly as it was written.
  [[nodiscard]] base::Result<std::optional<std::string_view>> decimal(std::string_view name) const;
  /// A number without decimals, or the same as a string, from `min` to `max`.
  [[nodiscard]] base::Result<std::optional<std::int64_t>> whole(std::string_view name,
                                                                std::int64_t min,
                                                                std::int64_t max) const;
  /// An array of strings.
  [[nodiscard]] base::Result<std::optional<std::vector<std::string>>> texts(
      std::string_view name) const;
  /// Absent: false.
  [[nodiscard]] base::Result<bool> flag(std::string_view name) const;

 private:
  explicit Body(json::Document object) : object_(std::move(object)) {}

  json::Document object_;
};

}  // namespace syrah::api
