#include "json/value.h"

#include <charconv>
#include <system_error>

namespace syrah::json {

std::optional<bool> Value::boolean() const {
  if (kind_ != Kind::kBool) return std::nullopt;
  return text_ == "true";
}

std::optional<std::int64_t> Value::integer() const {
  if (kind_ != Kind::kNumber) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = text_.data() + text_.size();
  const auto [stop, error] = std::from_chars(text_.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::string_view> Value::string() const {
  if (kind_ != Kind::kString) return std::nullopt;
  return text_;
}

std::optional<std::string_view> Value::number_text() const {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return text_;
}

std::optional<std::string_view> Value::string(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::nullopt : value->string();
}

std::optional<std::int64_t> Value::integer(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::nullopt : value->integer();
}

std::optional<bool> Value::boolean(std::string_view name) const {
  const Value* const value = find(name);
  return value == nullptr ? std::nullopt : value->boolean();
}

}  // namespace syrah::json
