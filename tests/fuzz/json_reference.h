#pragma once

// A second reading of JSON to compare json::parse with: the parser underneath in its other mode
// (iterative, over a stream that it checks the encoding of), plain containers, and no haste.

#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.h"
#include "json/utf8.h"

namespace syrah::tests {

/// Notes all that is met as one text, and refuses what the limits forbid.
class JsonReference : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, JsonReference> {
 public:
  explicit JsonReference(const json::Limits& limits) : limits_(limits) {}

  /// What the text says, or nothing if it is not one to be accepted.
  static std::optional<std::string> read(std::string_view text, const json::Limits& limits) {
    if (!text.empty() && static_cast<unsigned char>(text.front()) >= 0x80) return std::nullopt;
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                                rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream bytes(text.data(), text.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
    JsonReference reference(limits);
    rapidjson::Reader reader;
    if (reader.Parse<kFlags>(stream, reference).IsError()) return std::nullopt;
    if (stream.Tell() != text.size()) return std::nullopt;
    return std::move(reference.said_);
  }

  /// The same of a value that was read.
  static std::string of(const json::Value& value) {
    switch (value.kind()) {
      case json::Value::Kind::kNull:
        return "null ";
      case json::Value::Kind::kBool:
        return *value.boolean() ? "true " : "false ";
      case json::Value::Kind::kNumber:
        return noted('#', *value.number_text());
      case json::Value::Kind::kString:
        return noted('"', *value.string());
      case json::Value::Kind::kArray: {
        std::string said = "[ ";
        for (const json::Value& item : value.items()) said += of(item);
        return said + "] ";
      }
      case json::Value::Kind::kObject: {
        std::string said = "{ ";
        for (const auto& [name, member] : value.members()) said += noted(':', name) + of(member);
        return said + "} ";
      }
    }
    return {};
  }

  // The names are RapidJSON's. NOLINTBEGIN(readability-identifier-naming)
  bool Null() { return add("null "); }
  bool Bool(bool value) { return add(value ? "true " : "false "); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view number(text, size);
    const auto digits =
        std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
    return static_cast<std::size_t>(digits) <= limits_.number_digits_max && add(noted('#', number));
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view content(text, size);
    return is_sound(content) && add(noted('"', content));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view name(text, size);
    Open& object = open_.back();
    if (!is_sound(name) || object.names.size() >= limits_.members_max) return false;
    said_ += noted(':', name);
    return object.names.emplace(name).second;
  }
  bool StartObject() { return begin("{ ", true); }
  bool EndObject(rapidjson::SizeType) { return end("} "); }
  bool StartArray() { return begin("[ ", false); }
  bool EndArray(rapidjson::SizeType) { return end("] "); }
  // NOLINTEND(readability-identifier-naming)

 private:
  struct Open {
    bool object = false;
    std::size_t items = 0;
    std::set<std::string, std::less<>> names = {};
  };

  static std::string noted(char kind, std::string_view text) {
    return kind + std::to_string(text.size()) + ' ' + std::string(text) + ' ';
  }
  [[nodiscard]] bool is_sound(std::string_view text) const {
    return text.size() <= limits_.string_bytes_max && json::is_utf8(text);
  }
  bool add(const std::string& what) {
    said_ += what;
    if (++values_ > limits_.nodes_max) return false;
    return open_.empty() || open_.back().object || ++open_.back().items <= limits_.items_max;
  }
  bool begin(const char* bracket, bool object) {
    if (open_.size() >= limits_.depth_max || !add(bracket)) return false;
    open_.push_back({object});
    return true;
  }
  bool end(const char* bracket) {
    said_ += bracket;
    open_.pop_back();
    return true;
  }

  const json::Limits& limits_;
  std::vector<Open> open_;
  std::size_t values_ = 0;
  std::string said_;
};

}  // namespace syrah::tests
