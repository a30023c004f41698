#include "json/reader.h"

// Traps of RapidJSON 1.1.0 that the flags and checks here are for. With its default flags it
// recurses (a text of '[' exhausts the stack) and reads out of bounds on numbers such as
// 0.00000000000000000001e-2147483639; it lets invalid UTF-8, lone low surrogates and repeated names
// through; and it takes a zero byte for the end of the text.

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <fmt/format.h>

#include "json/tree_builder.h"

namespace syrah::json {
namespace {

using Stream = rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream>;

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                            rapidjson::kParseNumbersAsStringsFlag;

/// Speaks RapidJSON's names on one side and TreeBuilder's on the other.
class Events {
 public:
  Events(TreeBuilder& builder, const Stream& stream) : builder_(builder), stream_(stream) {}

  // The names are RapidJSON's. NOLINTBEGIN(readability-identifier-naming)
  bool Null() { return builder_.null(offset()); }
  bool Bool(bool value) { return builder_.boolean(value, offset()); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return builder_.number({text, size}, offset());
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return builder_.string({text, size}, offset());
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return builder_.key({text, size}, offset());
  }
  bool StartObject() { return builder_.begin(Value::Kind::kObject, offset()); }
  bool EndObject(rapidjson::SizeType) { return builder_.end(offset()); }
  bool StartArray() { return builder_.begin(Value::Kind::kArray, offset()); }
  bool EndArray(rapidjson::SizeType) { return builder_.end(offset()); }

  // Never called while numbers are read as text, but the parser must compile.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  [[nodiscard]] std::size_t offset() const { return stream_.Tell(); }

  TreeBuilder& builder_;
  const Stream& stream_;
};

base::Error syntax_error(std::string_view problem, std::size_t offset) {
  return base::invalid(fmt::format("JSON: {} at byte {}", problem, offset));
}

}  // namespace

base::Result<Value> parse(std::string_view text, const Limits& limits) {
  if (!text.empty() && static_cast<unsigned char>(text.front()) >= 0x80) {
    // Otherwise the stream would skip a byte order mark, or any part of one.
    return syntax_error("no value begins with this byte", 0);
  }
  rapidjson::MemoryStream bytes(text.data(), text.size());
  Stream stream(bytes);
  TreeBuilder builder(text, limits);
  Events events(builder, stream);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, events);

  if (builder.failure()) return *builder.failure();
  if (result.IsError()) {
    std::string_view problem = rapidjson::GetParseError_En(result.Code());
    if (problem.ends_with('.')) problem.remove_suffix(1);
    return syntax_error(problem, result.Offset());
  }
  if (stream.Tell() != text.size()) return syntax_error("a zero byte", stream.Tell());
  return builder.take();
}

}  // namespace syrah::json
