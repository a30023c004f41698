#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/check.h"

namespace syrah::base {

/// A short text that lies where it is declared: what is only written into something else needs no
/// memory of its own.
template <std::size_t kCapacity>
class InlineText {
 public:
  InlineText() = default;
  explicit InlineText(std::string_view text) { *this += text; }

  InlineText& operator+=(std::string_view text) {
    SYRAH_CHECK(text.size() <= kCapacity - size_, "longer than it can be");
    text.copy(bytes_.data() + size_, text.size());
    size_ += text.size();
    return *this;
  }
  /// Room for so many bytes that the caller writes at once.
  char* extend(std::size_t size) {
    SYRAH_CHECK(size <= kCapacity - size_, "longer than it can be");
    char* const at = bytes_.data() + size_;
    size_ += size;
    return at;
  }

  operator std::string_view() const { return {bytes_.data(), size_}; }  // NOLINT: it is a text
  [[nodiscard]] std::string string() const { return std::string(std::string_view(*this)); }

 private:
  std::array<char, kCapacity> bytes_;  // only as far as it was written
  std::size_t size_ = 0;
};

}  // namespace syrah::base
