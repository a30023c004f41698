#include "daemon/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

namespace syrah::daemon {

std::string Values::text_of(std::string_view name) {
  known_.insert(name);
  const auto found = environment_.find(std::string(name));
  return found == environment_.end() ? "" : found->second;
}

std::vector<std::string> Values::split(const std::string& text) {
  std::vector<std::string> parts;
  if (text.find_first_not_of(' ') == std::string::npos) {
    return parts;
  }
  for (std::size_t from = 0; from <= text.size();) {
    const auto comma = std::min(text.find(',', from), text.size());
    const auto first = std::min(text.find_first_not_of(' ', from), comma);
    auto end = comma;
    while (end > first && text[end - 1] == ' ') {
      --end;
    }
    parts.push_back(text.substr(first, end - first));
    from = comma + 1;
  }
  return parts;
}

void Values::refuse(std::string_view name, const std::string& allowed) {
  errors_.push_back(fmt::format("{}={}: allowed is {}", name, text_of(name), allowed));
}

base::Result<bool> parse_bool(std::string_view text) {
  if (text != "true" && text != "false") {
    return base::invalid("true or false");
  }
  return text == "true";
}

base::Result<std::uint16_t> parse_port(std::string_view text) {
  return number_between<std::uint16_t>(1, 65535)(text);
}

base::Result<std::string> parse_path(std::string_view text) {
  if (text.size() >= PATH_MAX) {
    return base::invalid(fmt::format("a path of up to {} characters", PATH_MAX - 1));
  }
  return std::string(text);
}

}  // namespace syrah::daemon
