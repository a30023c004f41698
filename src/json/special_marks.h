#pragma once

// Where the strings of a JSON text may end. One pass over the whole text marks every byte that does
// not stand for itself in a string; the parser then goes from mark to mark. It need not wait for
// the bytes of a string to know where the next one begins, which is most of what a short text
// takes. (After Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019.)

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "json/words.h"

namespace syrah::json {

inline constexpr std::size_t kBlockBytes = 16;

/// Finds the special bytes of one block after the other: quotes, backslashes and control
/// characters, as bits, the first byte's the lowest.
class PortableBlocks {
 public:
  std::uint16_t special_of(const char* from) {
    unsigned special = 0;
    for (unsigned i = 0; i < kBlockBytes; ++i) {
      const auto byte = static_cast<unsigned char>(from[i]);
      special |= (byte < ' ' || byte == '"' || byte == '\\' ? 1U : 0U) << i;
      escaped_or_wide_ = escaped_or_wide_ || byte == '\\' || byte >= 0x80;
    }
    return static_cast<std::uint16_t>(special);
  }
  /// Whether all bytes so far were ASCII and none a backslash.
  [[nodiscard]] bool unescaped_ascii() const { return !escaped_or_wide_; }

 private:
  bool escaped_or_wide_ = false;
};

#ifdef __SSE2__
class SseBlocks {
 public:
  std::uint16_t special_of(const char* from) {
    __m128i bytes;
    std::memcpy(&bytes, from, sizeof(bytes));
    const __m128i last_control = _mm_set1_epi8(' ' - 1);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    escaped_or_wide_ = _mm_or_si128(escaped_or_wide_, _mm_or_si128(bytes, backslash));
    const __m128i special = _mm_or_si128(_mm_or_si128(quote, backslash), control);
    return static_cast<std::uint16_t>(_mm_movemask_epi8(special));
  }
  [[nodiscard]] bool unescaped_ascii() const { return _mm_movemask_epi8(escaped_or_wide_) == 0; }

 private:
  __m128i escaped_or_wide_ = _mm_setzero_si128();  ///< in the highest bit of each byte
};
using Blocks = SseBlocks;
#else
using Blocks = PortableBlocks;
#endif

/// Bytes that a copy of so many takes, and those that its marks take. Behind the text stand zeros,
/// the first of which is special.
constexpr std::size_t copy_bytes(std::size_t text_bytes) { return text_bytes + kBlockBytes; }
constexpr std::size_t mark_bytes(std::size_t text_bytes) {
  return copy_bytes(text_bytes) / 8 + sizeof(std::uint64_t);
}

/// Copies a text and marks its special bytes, each by the bit at its position. True if all of it is
/// ASCII without backslashes.
template <class AnyBlocks = Blocks>
bool copy_and_mark(std::string_view text, char* copy, std::uint8_t* marks) {
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, kBlockBytes);
  AnyBlocks blocks;
  std::size_t block = 0;
  for (; block <= text.size() / kBlockBytes; ++block) {
    const std::uint16_t special = blocks.special_of(copy + block * kBlockBytes);
    store_little(marks + block * sizeof(special), special);
  }
  store_little(marks + block * sizeof(std::uint16_t), std::uint64_t{0});
  return blocks.unescaped_ascii();
}

/// Where the first special byte is, from `position` on. There must be one.
inline std::size_t next_special(const std::uint8_t* marks, std::size_t position) {
  const auto near = load_little<std::uint64_t>(marks + position / 8) >> (position % 8);
  if (near != 0) [[likely]] {
    return position + static_cast<std::size_t>(std::countr_zero(near));
  }
  std::size_t byte = position / 8 + sizeof(near);
  while (marks[byte] == 0) ++byte;
  return 8 * byte + static_cast<std::size_t>(std::countr_zero(marks[byte]));
}

}  // namespace syrah::json
