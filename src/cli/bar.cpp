#include "cli/bar.h"

#include <algorithm>

#include "base/int128.h"

namespace syrah::cli {

std::string bar(std::int64_t part, std::int64_t whole, int columns) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (whole <= 0 || columns <= 0) return "";
  part = std::clamp<std::int64_t>(part, 0, whole);
  const auto eighths = static_cast<std::int64_t>(static_cast<base::Uint128>(part) *
                                                 static_cast<base::Uint128>(columns * 8) /
                                                 static_cast<base::Uint128>(whole));
  std::string out;
  for (std::int64_t i = 0; i < eighths / 8; ++i) out += "█";
  return out + kEighths[eighths % 8];
}

}  // namespace syrah::cli
