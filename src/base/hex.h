#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace syrah::base {

/// Lower-case hexadecimal, two characters a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Fills `out` from exactly 2 * out.size() hexadecimal digits (either case). False, with `out`
/// unspecified, on any other text.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

}  // namespace syrah::base
