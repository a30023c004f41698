#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace syrah::base {

/// A stranger's UTF-8 text for a log: at most `size_max` bytes, without control characters.
std::string printable(std::string_view text, std::size_t size_max);

}  // namespace syrah::base
