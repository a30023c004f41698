#include "cli/durations.h"

#include <fmt/format.h>

namespace syrah::cli {

std::string milliseconds(std::int64_t us) {
  return us < 0 ? "-" : fmt::format("{}.{:01} ms", us / 1000, us % 1000 / 100);
}

}  // namespace syrah::cli
