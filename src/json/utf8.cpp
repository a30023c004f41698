#include "json/utf8.h"

#include <cstdint>

namespace syrah::json {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t position) {
  return static_cast<std::uint8_t>(text[position]);
}

bool between(std::uint8_t byte, std::uint8_t low, std::uint8_t high) {
  return byte >= low && byte <= high;
}

/// What the byte after `first` may be: RFC 3629, section 4, which leaves out what is too long,
/// surrogates and what is beyond the last code point.
bool second_fits(std::uint8_t first, std::uint8_t second) {
  switch (first) {
    case 0xE0:
      return between(second, 0xA0, 0xBF);
    case 0xED:
      return between(second, 0x80, 0x9F);
    case 0xF0:
      return between(second, 0x90, 0xBF);
    case 0xF4:
      return between(second, 0x80, 0x8F);
    default:
      return between(second, 0x80, 0xBF);
  }
}

std::size_t size_announced_by(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (between(first, 0xC2, 0xDF)) return 2;
  if (between(first, 0xE0, 0xEF)) return 3;
  if (between(first, 0xF0, 0xF4)) return 4;
  return 0;
}

}  // namespace

std::size_t utf8_sequence_size(std::string_view text, std::size_t position) {
  const std::uint8_t first = byte_at(text, position);
  const std::size_t size = size_announced_by(first);
  if (size <= 1) return size;
  if (text.size() - position < size) return 0;
  if (!second_fits(first, byte_at(text, position + 1))) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if (!between(byte_at(text, position + i), 0x80, 0xBF)) return 0;
  }
  return size;
}

bool is_utf8(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    // Nearly all of it is ASCII.
    if (byte_at(text, position) < 0x80) {
      ++position;
      continue;
    }
    const std::size_t size = utf8_sequence_size(text, position);
    if (size == 0) return false;
    position += size;
  }
  return true;
}

}  // namespace syrah::json
