#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace syrah::json {

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
  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// Text that is JSON already, written as it is.
  Writer& raw(std::string_view json);

  /// key followed by the value.
  Writer& string(std::string_view name, std::string_view text) { return key(name).string(text); }
  Writer& integer(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  Writer& boolean(std::string_view name, bool value) { return key(name).boolean(value); }
  Writer& raw(std::string_view name, std::string_view json) { return key(name).raw(json); }

 private:
  Writer& begin(char bracket);
  Writer& end(char bracket);
  [[nodiscard]] bool in_object() const { return (objects_ & 1U) != 0; }
  /// Makes room for so many bytes, and a comma.
  void need(std::size_t bytes);
  void before_value(std::size_t bytes);
  void after_value();
  void separate();
  void append(std::string_view text);
  void append_quoted(std::string_view text);
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

}  // namespace syrah::json
