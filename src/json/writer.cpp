#include "json/writer.h"

#include <array>
#include <charconv>
#include <exception>
#include <vector>

#include "base/check.h"
#include "json/utf8.h"

namespace syrah::json {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Whether the byte stands for itself inside a JSON string; of bytes above 127 that is not known.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHexDigits[static_cast<unsigned char>(c) >> 4U];
      out += kHexDigits[static_cast<unsigned char>(c) & 0x0FU];
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t plain_end = position;
    while (plain_end < text.size() && is_plain(text[plain_end])) ++plain_end;
    out.append(text, position, plain_end - position);
    position = plain_end;
    if (position == text.size()) break;

    const std::size_t size = utf8_sequence_size(text, position);
    if (size > 1) {
      out.append(text, position, size);
    } else if (size == 1) {
      append_escaped(out, text[position]);
    } else {
      out += kReplacement;
    }
    position += size == 0 ? 1 : size;
  }
  out += '"';
}

}  // namespace

struct Writer::Engine {
  enum class Place { kArray, kObject };
  struct Open {
    Place place = Place::kArray;
    bool empty = true;
    bool named = false;  ///< a key was written and its value was not
  };

  explicit Engine(std::string& target) : out(target) {}

  void separate(Open& parent) {
    if (!parent.empty) out += ',';
    parent.empty = false;
  }

  /// Called before each value: writes the comma that an array needs, and checks the order of calls.
  void before_value() {
    if (open.empty()) {
      SYRAH_CHECK(!root_written, "a JSON text has one value");
      root_written = true;
      return;
    }
    Open& parent = open.back();
    if (parent.place == Place::kArray) {
      separate(parent);
    } else {
      SYRAH_CHECK(parent.named, "a member needs a key before its value");
      parent.named = false;
    }
  }

  void begin(Place place, char bracket) {
    before_value();
    open.push_back({place, true, false});
    out += bracket;
  }

  void end(Place place, char bracket) {
    SYRAH_CHECK(!open.empty() && open.back().place == place, "not what was begun last");
    SYRAH_CHECK(!open.back().named, "a key without a value");
    open.pop_back();
    out += bracket;
  }

  std::string& out;
  std::vector<Open> open;
  bool root_written = false;
  int exceptions_at_birth = std::uncaught_exceptions();
};

Writer::Writer(std::string& out) : engine_(std::make_unique<Engine>(out)) {}

Writer::~Writer() {
  const bool unwinding = std::uncaught_exceptions() > engine_->exceptions_at_birth;
  SYRAH_CHECK(unwinding || engine_->open.empty(), "a JSON object or array was not ended");
}

Writer& Writer::begin_object() {
  engine_->begin(Engine::Place::kObject, '{');
  return *this;
}

Writer& Writer::end_object() {
  engine_->end(Engine::Place::kObject, '}');
  return *this;
}

Writer& Writer::begin_array() {
  engine_->begin(Engine::Place::kArray, '[');
  return *this;
}

Writer& Writer::end_array() {
  engine_->end(Engine::Place::kArray, ']');
  return *this;
}

Writer& Writer::key(std::string_view name) {
  SYRAH_CHECK(!engine_->open.empty(), "a key outside of an object");
  Engine::Open& object = engine_->open.back();
  SYRAH_CHECK(object.place == Engine::Place::kObject, "a key outside of an object");
  SYRAH_CHECK(!object.named, "two keys without a value between them");
  engine_->separate(object);
  object.named = true;
  append_quoted(engine_->out, name);
  engine_->out += ':';
  return *this;
}

Writer& Writer::string(std::string_view text) {
  engine_->before_value();
  append_quoted(engine_->out, text);
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  engine_->before_value();
  std::array<char, 24> digits{};  // the longest is "-9223372036854775808"
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  SYRAH_CHECK(error == std::errc{}, "the digits of an integer fit");
  engine_->out.append(digits.data(), end);
  return *this;
}

Writer& Writer::boolean(bool value) {
  engine_->before_value();
  engine_->out += value ? "true" : "false";
  return *this;
}

Writer& Writer::null() {
  engine_->before_value();
  engine_->out += "null";
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  SYRAH_CHECK(!json.empty(), "nothing is not JSON");
  engine_->before_value();
  engine_->out += json;
  return *this;
}

Writer& Writer::string(std::string_view name, std::string_view text) {
  return key(name).string(text);
}

Writer& Writer::integer(std::string_view name, std::int64_t value) {
  return key(name).integer(value);
}

Writer& Writer::boolean(std::string_view name, bool value) { return key(name).boolean(value); }

Writer& Writer::raw(std::string_view name, std::string_view json) { return key(name).raw(json); }

}  // namespace syrah::json
