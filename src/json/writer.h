#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace syrah::json {

/// Appends compact JSON to a string. Members are written in the order of the calls. Unbalanced
/// calls are programmer errors. Text given to it must be valid UTF-8; bytes that are not are
/// written as U+FFFD, so the output is always valid JSON.
class Writer {
 public:
  explicit Writer(std::string& out);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& null();
  /// Text that is JSON already, written as it is.
  Writer& raw(std::string_view json);

  /// key followed by the value.
  Writer& string(std::string_view name, std::string_view text);
  Writer& integer(std::string_view name, std::int64_t value);
  Writer& boolean(std::string_view name, bool value);
  Writer& raw(std::string_view name, std::string_view json);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace syrah::json
