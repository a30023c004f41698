#include "sim/counts.h"

#include <fmt/format.h>

namespace syrah::sim {

std::string describe_counts(const std::vector<std::uint64_t>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size() && i < Counts::kNames.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", values[i], Counts::kNames[i]);
  }
  return text;
}

}  // namespace syrah::sim
