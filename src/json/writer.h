#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/check.h"
#include "json/words.h"

namespace syrah::json {

/// The name of a member, known when this is compiled, and so that nothing in it has to be escaped:
/// its bytes go into the text as constants.
class Name {
 public:
  template <std::size_t kSize>
  consteval Name(const char (&literal)[kSize])  // NOLINT: a literal is what a name is
      : text_(literal, kSize - 1) {
    for (const char c : text_) {
      if (!is_plain(c)) throw "a name that would have to be escaped";
    }
  }

  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// A name that is known only when it is written.
template <class Text>
concept LateName = std::same_as<Text, std::string_view> || std::same_as<Text, std::string> ||
    std::same_as<Text, const char*>;

/// Appends compact JSON to a string. Members are written in the order of the calls. Unbalanced
/// calls are programmer errors. Text given to it must be valid UTF-8; bytes that are not are
/// written as U+FFFD, so the output is always valid JSON.
///
/// From the first call until its value has ended, the string belongs to the writer, which keeps
/// room at its end. It allocates only when the string's capacity is used up.
class Writer {
 public:
  explicit Writer(std::string& out);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& begin_object() { return begin('{'); }
  Writer& end_object() { return end('}'); }
  Writer& begin_array() { return begin('['); }
  Writer& end_array() { return end(']'); }
  Writer& key(Name name) {
    begin_member(name, 0);
    named_ = true;
    return *this;
  }
  Writer& key(const LateName auto& name) { return late_key(name); }
  Writer& string(std::string_view text);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// Text that is JSON already, written as it is.
  Writer& raw(std::string_view json);

  /// key followed by the value.
  Writer& string(Name name, std::string_view text) {
    begin_member(name, text.size() + 2);
    append_quoted(text);
    return *this;
  }
  Writer& integer(Name name, std::int64_t value) {
    begin_member(name, kIntegerBytesMax);
    append_integer(value);
    return *this;
  }
  Writer& boolean(Name name, bool value) { return key(name).boolean(value); }
  Writer& raw(Name name, std::string_view json) { return key(name).raw(json); }
  Writer& string(const LateName auto& name, std::string_view text) {
    return late_key(name).string(text);
  }
  Writer& integer(const LateName auto& name, std::int64_t value) {
    return late_key(name).integer(value);
  }

 private:
  static constexpr std::size_t kIntegerBytesMax = 20;  // "-9223372036854775808"

  Writer& begin(char bracket);
  Writer& end(char bracket);
  Writer& late_key(std::string_view name);
  [[nodiscard]] bool in_object() const { return (objects_ & 1U) != 0; }
  /// Makes room for so many bytes, and a comma.
  void need(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) <= bytes) grow(bytes + 1);
  }
  void grow(std::size_t bytes);
  void begin_member(Name name, std::size_t value_bytes);
  void before_value(std::size_t bytes);
  void after_value();
  void separate();
  void append(std::string_view text);
  void append_quoted(std::string_view text);
  void append_integer(std::int64_t value);
  void append_escaping(std::string_view text);
  void append_escaped(char c);

  std::string& out_;
  std::size_t start_;          ///< where this writer began
  char* at_;                   ///< the next byte goes here
  char* end_;                  ///< of the string as it is now
  std::uint64_t objects_ = 0;  ///< one bit for each open array (0) or object (1), innermost lowest
  unsigned depth_ = 0;
  bool empty_ = true;   ///< nothing was written in the innermost open one
  bool named_ = false;  ///< a key was written and its value was not
  bool over_ = false;   ///< the one value of the text has ended
  int exceptions_at_birth_;
};

/// Writes the name and makes room for the value.
inline void Writer::begin_member(Name name, std::size_t value_bytes) {
  constexpr std::size_t kQuotesAndColon = 3;
  SYRAH_CHECK(depth_ > 0 && in_object(), "a key outside of an object");
  SYRAH_CHECK(!named_, "two keys without a value between them");
  const std::string_view text = name.text();
  need(text.size() + kQuotesAndColon + value_bytes);
  char* at = at_;
  if (!empty_) *at++ = ',';
  empty_ = false;
  *at++ = '"';
  std::memcpy(at, text.data(), text.size());
  at += text.size();
  *at++ = '"';
  *at++ = ':';
  at_ = at;
}

}  // namespace syrah::json
