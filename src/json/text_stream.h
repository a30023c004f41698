#pragma once

// How RapidJSON's parser sees a text: as its own stream for parsing in place, but with the plain
// bytes of strings taken in runs instead of one at a time. The parser asks the Transcoder of its
// encodings for that, so the encoding has a name of its own here. Names are RapidJSON's.

#include <rapidjson/encodings.h>
#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "json/special_marks.h"

namespace syrah::json {

/// Strings are unescaped where they stand. The text and its marks are those that copy_and_mark
/// made.
struct TextStream : rapidjson::InsituStringStream {
  TextStream(char* text, const std::uint8_t* special_marks)
      : rapidjson::InsituStringStream(text), marks(special_marks) {}

  /// The byte that the parser has looked at, which is not special, and all such ones from there.
  void copy_run() {
    const std::size_t size = next_special(marks, Tell()) - Tell();
    if (src_ != dst_) std::memmove(dst_, src_, size);
    src_ += size;
    dst_ += size;
  }

  const std::uint8_t* marks;
};

struct TextEncoding : rapidjson::UTF8<> {};

}  // namespace syrah::json

namespace rapidjson {

// NOLINTBEGIN(readability-identifier-naming)
/// Nearly all texts are written without any.
template <>
inline void SkipWhitespace(syrah::json::TextStream& text) {
  while (*text.src_ == ' ' || *text.src_ == '\n' || *text.src_ == '\r' || *text.src_ == '\t') {
    ++text.src_;
  }
}

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
