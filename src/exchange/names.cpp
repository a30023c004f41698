#include "exchange/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

bool is_name_character(char c) { return c > ' ' && c <= '~' && c != '"' && c != '\'' && c != '\\'; }

base::Status check_name(std::string_view what, std::string_view text, std::size_t size_min,
                        std::size_t size_max) {
  if (text.size() < size_min || text.size() > size_max ||
      !std::all_of(text.begin(), text.end(), is_name_character)) {
    return base::invalid(
        fmt::format("{} must be {} to {} printable ASCII characters without space, quotes and "
                    "backslash",
                    what, size_min, size_max));
  }
  return base::success();
}

}  // namespace

base::Status check_account(std::string_view text) {
  return check_name("account", text, 1, kAccountMax);
}

base::Status check_client_id(std::string_view text) {
  return check_name("clientId", text, 0, kClientIdMax);
}

}  // namespace syrah::exchange
