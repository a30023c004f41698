#pragma once

// How RapidJSON's parser sees a text: as its own stream for parsing in place, but with the plain
// bytes of strings taken in runs instead of one at a time. The parser asks the Transcoder of its
// encodings for that, so the encoding has a name of its own here. Names are RapidJSON's.

#include <rapidjson/encodings.h>
#include <rapidjson/stream.h>

#include <cstddef>
#include <cstring>

#include "json/words.h"

namespace syrah::json {

/// Strings are unescaped where they stand. The text ends with a zero byte, behind which at least
/// `kTextPadding` bytes can be read.
inline constexpr std::size_t kTextPadding = sizeof(std::uint64_t) - 1;

struct TextStream : rapidjson::InsituStringStream {
  using rapidjson::InsituStringStream::InsituStringStream;

  /// The byte that the parser has looked at, and all plain ones from there.
  void copy_run() {
    std::size_t size = plain_prefix(src_);
    if (size == 0) [[unlikely]] {
      size = 1;
    }
    if (src_ != dst_) std::memmove(dst_, src_, size);
    src_ += size;
    dst_ += size;
  }
};

struct TextEncoding : rapidjson::UTF8<> {};

}  // namespace syrah::json

namespace rapidjson {

// NOLINTBEGIN(readability-identifier-naming)
template <>
struct StreamTraits<syrah::json::TextStream> {
  enum { copyOptimization = 1 };  // keeps the position in registers
};

template <>
struct Transcoder<syrah::json::TextEncoding, syrah::json::TextEncoding> {
  template <class InputStream, class OutputStream>
  static bool Transcode(InputStream& text, OutputStream&) {  // both are the same one
    text.copy_run();
    return true;
  }
  /// Never called, but the parser must compile.
  template <class InputStream, class OutputStream>
  static bool Validate(InputStream&, OutputStream&) {
    return false;
  }
};
// NOLINTEND(readability-identifier-naming)

}  // namespace rapidjson
