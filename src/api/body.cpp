#include "api/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/errors.h"
#include "json/reader.h"

namespace syrah::api {
namespace {

bool is_absent(const json::Value* value) {
  return value == nullptr || value->kind() == json::Value::Kind::kNull;
}

}  // namespace

base::Result<Body> Body::parse(std::string_view text) {
  if (text.empty()) return base::invalid("the body is missing: it must be a JSON object");
  base::Result<json::Document> value = json::parse(text);
  // Beyond the reader's bounds is as wrong as any other text, and later it is no better.
  if (!value) return base::invalid(value.error().message);
  if (!value->is_object()) return base::invalid("the body must be a JSON object");
  return Body(*std::move(value));
}

base::Status Body::only(std::initializer_list<std::string_view> names) const {
  for (const auto& [name, value] : object_.members()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return base::invalid(
          fmt::format("{} is not known here; known are {}", quoted(name), fmt::join(names, ", ")));
    }
  }
  return base::success();
}

base::Result<std::optional<std::string_view>> Body::text(std::string_view name) const {
  const json::Value* const value = object_.find(name);
  if (is_absent(value)) return std::optional<std::string_view>{};
  const std::optional<std::string_view> text = value->string();
  if (!text) return base::invalid(fmt::format("{} must be a string", name));
  return std::optional<std::string_view>(*text);
}

base::Result<std::optional<std::string_view>> Body::decimal(std::string_view name) const {
  const json::Value* const value = object_.find(name);
  if (!is_absent(value)) {
    if (const auto number = value->number_text()) return std::optional<std::string_view>(*number);
    const std::optional<std::string_view> text = value->string();
    if (!text || text->empty()) {
      return base::invalid(fmt::format("{} must be a decimal, as \"0.5\"", name));
    }
    return std::optional<std::string_view>(*text);
  }
  return std::optional<std::string_view>{};
}

base::Result<std::optional<std::int64_t>> Body::whole(std::string_view name, std::int64_t min,
                                                      std::int64_t max) const {
  const json::Value* const value = object_.find(name);
  if (is_absent(value)) return std::optional<std::int64_t>{};
  const std::string_view text =
      value->number_text() ? *value->number_text() : value->string().value_or("");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < min || number > max) {
    return base::invalid(fmt::format("{} must be a whole number from {} to {}", name, min, max));
  }
  return std::optional(number);
}

base::Result<std::optional<std::vector<std::string>>> Body::texts(std::string_view name) const {
  const json::Value* const value = object_.find(name);
  if (is_absent(value)) return std::optional<std::vector<std::string>>{};
  std::vector<std::string> texts;
  for (const json::Value& item : value->items()) {
    if (const auto text = item.string()) texts.emplace_back(*text);
  }
  if (!value->is_array() || texts.size() != value->items().size()) {
    return base::invalid(fmt::format("{} must be an array of strings", name));
  }
  return std::optional(std::move(texts));
}

base::Result<bool> Body::flag(std::string_view name) const {
  const json::Value* const value = object_.find(name);
  if (is_absent(value)) return false;
  const std::optional<bool> flag = value->boolean();
  if (!flag) return base::invalid(fmt::format("{} must be true or false", name));
  return *flag;
}

}  // namespace syrah::api
