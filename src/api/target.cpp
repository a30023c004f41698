#include "api/target.h"

#include <fmt/format.h>

#include <charconv>

#include "api/limits.h"
#include "base/hex.h"
#include "json/utf8.h"

namespace syrah::api {
namespace {

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      std::uint8_t byte = 0;
      if (i + 2 >= text.size() || !base::from_hex(text.substr(i + 1, 2), std::span(&byte, 1))) {
        return std::nullopt;
      }
      out.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  if (!json::is_utf8(out)) return std::nullopt;
  return out;
}

base::Error bad_encoding() {
  return base::invalid("the request target must be percent-encoded UTF-8");
}

/// The text before `separator`, which `rest` loses together with it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

base::Status read_path(std::string_view path, Target& target) {
  path.remove_prefix(1);
  while (!path.empty()) {
    if (target.segments.size() == kPathSegmentsMax) {
      return base::Error{base::ErrorCode::kNotFound, "there is nothing at a path this deep"};
    }
    const std::optional<std::string> segment = decode(take_until(path, '/'), false);
    if (!segment) return bad_encoding();
    target.segments.push_back(*segment);
  }
  return base::success();
}

base::Status read_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    if (value.empty()) continue;
    if (target.parameters.size() == kQueryParametersMax) {
      return base::invalid(fmt::format("at most {} query parameters", kQueryParametersMax));
    }
    const std::optional<std::string> name = decode(take_until(value, '='), true);
    const std::optional<std::string> text = decode(value, true);
    if (!name || !text) return bad_encoding();
    target.parameters.emplace_back(*name, *text);
  }
  return base::success();
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [parameter_name, value] : parameters) {
    if (parameter_name == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Target::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [parameter_name, value] : parameters) {
    if (parameter_name == name) values.emplace_back(value);
  }
  return values;
}

base::Result<std::optional<std::int64_t>> Target::integer(std::string_view name, std::int64_t min,
                                                          std::int64_t max) const {
  const std::optional<std::string_view> text = parameter(name);
  if (!text) return std::optional<std::int64_t>{};
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (text->empty() || error != std::errc{} || stop != end || value < min || value > max) {
    return base::invalid(fmt::format("{} must be a whole number from {} to {}", name, min, max));
  }
  return std::optional<std::int64_t>{value};
}

base::Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return base::invalid("the request target must begin with \"/\"");
  }
  Target target;
  const std::string_view whole = take_until(text, '#');
  std::string_view query = whole;
  const std::string_view path = take_until(query, '?');
  if (base::Status read = read_path(path, target); !read) return read.error();
  if (base::Status read = read_query(query, target); !read) return read.error();
  return target;
}

}  // namespace syrah::api
