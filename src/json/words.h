#pragma once

// Short texts, eight bytes at a time: nearly all names and values in a message are so short that
// calls of memcpy and memcmp would take longer than their work.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace syrah::json {

template <class Word>
Word load(const void* from) {
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

/// As numbers whose lowest byte is the first.
template <class Word>
Word little(Word word) {
  static_assert(sizeof(Word) == 2 || sizeof(Word) == 8);
  if constexpr (std::endian::native == std::endian::little) {
    return word;
  } else if constexpr (sizeof(Word) == 2) {
    return __builtin_bswap16(word);
  } else {
    return __builtin_bswap64(word);
  }
}
template <class Word>
Word load_little(const void* from) {
  return little(load<Word>(from));
}
template <class Word>
void store_little(void* to, Word word) {
  word = little(word);
  std::memcpy(to, &word, sizeof(word));
}

/// As memcmp, for texts of equal size. The last word overlaps with the one before.
inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  constexpr std::size_t kHalf = sizeof(std::uint32_t);
  if (size >= kWord) {
    const std::size_t last = size - kWord;
    for (std::size_t i = 0; i < last; i += kWord) {
      if (load<std::uint64_t>(a + i) != load<std::uint64_t>(b + i)) return false;
    }
    return load<std::uint64_t>(a + last) == load<std::uint64_t>(b + last);
  }
  if (size >= kHalf) {
    const std::size_t last = size - kHalf;
    return load<std::uint32_t>(a) == load<std::uint32_t>(b) &&
           load<std::uint32_t>(a + last) == load<std::uint32_t>(b + last);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

/// Whether the byte stands for itself in a JSON string; of bytes above 126 that is not known.
constexpr bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

inline constexpr std::uint64_t kEachByte = 0x0101010101010101U;
inline constexpr std::uint64_t kHighBits = 0x80 * kEachByte;

/// The high bit of each of the eight bytes that is not plain. Of the bytes behind the first such
/// one, others may be marked as well: differences borrow from them (after Bit Twiddling Hacks,
/// "Determine if a word has a byte less than n").
inline std::uint64_t not_plain(std::uint64_t word) {
  const std::uint64_t below_space = word - ' ' * kEachByte;
  const std::uint64_t quote = (word ^ '"' * kEachByte) - kEachByte;
  const std::uint64_t backslash = (word ^ '\\' * kEachByte) - kEachByte;
  const std::uint64_t above_126 = word + kEachByte;
  return (word | below_space | quote | backslash | above_126) & kHighBits;
}

/// The number that eight digits are; nothing if they are not digits. Adds neighbours, then pairs,
/// then fours.
inline std::optional<std::uint32_t> eight_digits(const char* text) {
  std::uint64_t word = load_little<std::uint64_t>(text);
  word -= '0' * kEachByte;
  constexpr std::uint64_t kToHighBit = 0x80 - 10;  // what makes 10 reach it
  if (((word | (word + kToHighBit * kEachByte)) & kHighBits) != 0) return std::nullopt;
  constexpr std::uint64_t kPairs = 0x00FF00FF00FF00FFU;
  constexpr std::uint64_t kFours = 0x0000FFFF0000FFFFU;
  word = (word * 10 + (word >> 8U)) & kPairs;
  word = (word * 100 + (word >> 16U)) & kFours;
  return static_cast<std::uint32_t>(word * 10'000 + (word >> 32U));
}

}  // namespace syrah::json
