#include "base/hex.h"

#include <array>
#include <cstddef>

namespace syrah::base {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr int kNoDigit = -1;

constexpr auto kDigitValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(kNoDigit);
  for (int i = 0; i < 16; ++i) {
    values[static_cast<std::uint8_t>("0123456789abcdef"[i])] = static_cast<std::int8_t>(i);
    values[static_cast<std::uint8_t>("0123456789ABCDEF"[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

int digit_value(char c) { return kDigitValues[static_cast<std::uint8_t>(c)]; }

}  // namespace

void write_hex(std::span<const std::uint8_t> bytes, char* out) {
  for (const std::uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4U];
    *out++ = kDigits[byte & 0x0FU];
  }
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text(bytes.size() * 2, '\0');
  write_hex(bytes, text.data());
  return text;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != out.size() * 2) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_value(text[2 * i]);
    const int low = digit_value(text[2 * i + 1]);
    if (high == kNoDigit || low == kNoDigit) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace syrah::base
