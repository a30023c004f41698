#pragma once

#include <cstdint>
#include <string>

namespace syrah::cli {

/// Longer ones tell no more.
inline constexpr int kBarColumnsMax = 40;

/// `part` of `whole` as a bar of up to `columns`, in eighths of a character.
std::string bar(std::int64_t part, std::int64_t whole, int columns);

}  // namespace syrah::cli
