#include "json/writer.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>

#include "json/utf8.h"

namespace syrah::json {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kHexDigits = "0123456789abcdef";
/// An order message or a feed entry fits into a string that grew once.
constexpr std::size_t kGrowthMin = 256;
constexpr unsigned kDepthMax = 64;
constexpr std::size_t kEscapedBytesMax = 6;  // "\u0000"

template <class Word>
Word copy(char* to, const char* from) {
  const Word word = load<Word>(from);
  std::memcpy(to, &word, sizeof(word));
  return word;
}

/// Copies a text in words, the last of which overlaps with the one before, and tells whether all of
/// it was plain. Nearly all texts are short: a call of memcpy would take longer.
bool copy_if_plain(char* to, std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  constexpr std::size_t kHalf = sizeof(std::uint32_t);
  const char* const from = text.data();
  const std::size_t size = text.size();
  if (size >= kWord) {
    const std::size_t last = size - kWord;
    std::uint64_t special = 0;
    for (std::size_t i = 0; i < last; i += kWord) {
      special |= not_plain(copy<std::uint64_t>(to + i, from + i));
    }
    return (special | not_plain(copy<std::uint64_t>(to + last, from + last))) == 0;
  }
  if (size >= kHalf) {
    const std::uint64_t first = copy<std::uint32_t>(to, from);
    const std::uint64_t last = copy<std::uint32_t>(to + size - kHalf, from + size - kHalf);
    return not_plain(first | last << 32U) == 0;
  }
  bool plain = true;
  for (std::size_t i = 0; i < size; ++i) {
    to[i] = from[i];
    plain = plain && is_plain(from[i]);
  }
  return plain;
}

}  // namespace

Writer::Writer(std::string& out)
    : out_(out),
      start_(out.size()),
      at_(out.data() + start_),
      end_(at_),
      exceptions_at_birth_(std::uncaught_exceptions()) {}

Writer::~Writer() {
  const bool unwinding = std::uncaught_exceptions() > exceptions_at_birth_;
  SYRAH_CHECK(unwinding || depth_ == 0, "a JSON object or array was not ended");
}

void Writer::grow(std::size_t bytes) {
  const auto size = static_cast<std::size_t>(at_ - out_.data());
  // As much again as was written, or less if the string has that without growing.
  const std::size_t wanted = size + std::max({bytes, size - start_, kGrowthMin});
  const bool fits = size + bytes <= out_.capacity();
  out_.resize(fits ? std::min(wanted, out_.capacity()) : wanted);
  at_ = out_.data() + size;
  end_ = out_.data() + out_.size();
}

void Writer::separate() {
  if (!empty_) *at_++ = ',';
  empty_ = false;
}

/// Writes the comma that an array needs, and checks the order of calls.
void Writer::before_value(std::size_t bytes) {
  need(bytes);
  if (depth_ == 0) {
    SYRAH_CHECK(!over_, "a JSON text has one value");
  } else if (in_object()) {
    SYRAH_CHECK(named_, "a member needs a key before its value");
    named_ = false;
  } else {
    separate();
  }
}

void Writer::after_value() {
  if (depth_ > 0) return;
  over_ = true;
  out_.resize(static_cast<std::size_t>(at_ - out_.data()));
  end_ = at_;
}

Writer& Writer::begin(char bracket) {
  before_value(1);
  SYRAH_CHECK(depth_ < kDepthMax, "deeper than anything that is written");
  ++depth_;
  objects_ = objects_ << 1U | (bracket == '{' ? 1U : 0U);
  empty_ = true;
  *at_++ = bracket;
  return *this;
}

Writer& Writer::end(char bracket) {
  SYRAH_CHECK(depth_ > 0 && in_object() == (bracket == '}'), "not what was begun last");
  SYRAH_CHECK(!named_, "a key without a value");
  need(1);
  --depth_;
  objects_ >>= 1U;
  empty_ = false;
  *at_++ = bracket;
  after_value();
  return *this;
}

Writer& Writer::late_key(std::string_view name) {
  SYRAH_CHECK(depth_ > 0 && in_object(), "a key outside of an object");
  SYRAH_CHECK(!named_, "two keys without a value between them");
  need(name.size() + 3);
  separate();
  named_ = true;
  append_quoted(name);
  *at_++ = ':';
  return *this;
}

Writer& Writer::string(std::string_view text) {
  before_value(text.size() + 2);
  append_quoted(text);
  after_value();
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  before_value(kIntegerBytesMax);
  append_integer(value);
  after_value();
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  SYRAH_CHECK(!json.empty(), "nothing is not JSON");
  before_value(json.size());
  append(json);
  after_value();
  return *this;
}

void Writer::append_integer(std::int64_t value) { at_ = std::to_chars(at_, end_, value).ptr; }

void Writer::append(std::string_view text) {
  std::copy_n(text.data(), text.size(), at_);
  at_ += text.size();
}

/// There is room for the text as it is, two quotes and a colon.
void Writer::append_quoted(std::string_view text) {
  *at_++ = '"';
  if (copy_if_plain(at_, text)) {
    at_ += text.size();
  } else {
    append_escaping(text);
  }
  *at_++ = '"';
}

void Writer::append_escaping(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t plain_end = position;
    while (plain_end < text.size() && is_plain(text[plain_end])) ++plain_end;
    append(text.substr(position, plain_end - position));
    position = plain_end;
    if (position == text.size()) break;

    const std::size_t size = utf8_sequence_size(text, position);
    // Room for what stands here in place of `size` bytes, for the rest as it is, and the end.
    need(kEscapedBytesMax + text.size() - position + 2);
    if (size > 1) {
      append(text.substr(position, size));
    } else if (size == 1) {
      append_escaped(text[position]);
    } else {
      append(kReplacement);
    }
    position += std::max<std::size_t>(size, 1);
  }
}

void Writer::append_escaped(char c) {
  switch (c) {
    case '"':
      return append("\\\"");
    case '\\':
      return append("\\\\");
    case '\n':
      return append("\\n");
    case '\r':
      return append("\\r");
    case '\t':
      return append("\\t");
    default:
      append("\\u00");
      *at_++ = kHexDigits[static_cast<unsigned char>(c) >> 4U];
      *at_++ = kHexDigits[static_cast<unsigned char>(c) & 0x0FU];
  }
}

}  // namespace syrah::json
