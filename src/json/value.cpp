#include "json/value.h"

#include <charconv>
#include <system_error>

#include "json/words.h"

namespace syrah::json {
namespace {

constexpr std::size_t kFrontDigits = 8;
/// So many digits fit into 64 bits whatever they are.
constexpr std::size_t kSafeDigits = 18;

std::optional<std::int64_t> read_integer(std::string_view text) {
  std::int64_t number = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() < kFrontDigits || text.size() > kSafeDigits || *at == '-') {
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
  }
  // Times, and what long feeds count.
  const std::optional<std::uint32_t> front = eight_digits(at);
  if (!front) return std::nullopt;
  number = *front;
  for (at += kFrontDigits; at != end; ++at) {
    if (*at < '0' || *at > '9') return std::nullopt;
    number = number * 10 + (*at - '0');
  }
  return number;
}

}  // namespace

std::optional<bool> Value::boolean() const {
  if (kind_ != Kind::kBool) return std::nullopt;
  return text_ == "true";
}

std::optional<std::int64_t> Value::integer() const {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return read_integer(text_);
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
