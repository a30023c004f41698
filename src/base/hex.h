#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/inline_text.h"

namespace syrah::base {

/// Lower-case hexadecimal, two characters a byte.
/// Two lower-case digits for each byte; `out` has room for them.
void write_hex(std::span<const std::uint8_t> bytes, char* out);
std::string to_hex(std::span<const std::uint8_t> bytes);
template <std::size_t kSize>
InlineText<2 * kSize> to_inline_hex(const std::array<std::uint8_t, kSize>& bytes) {
  InlineText<2 * kSize> text;
  write_hex(bytes, text.extend(2 * kSize));
  return text;
}

/// Fills `out` from exactly 2 * out.size() hexadecimal digits (either case). False, with `out`
/// unspecified, on any other text.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

}  // namespace syrah::base
