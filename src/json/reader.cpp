#include "json/reader.h"

// Traps of RapidJSON 1.1.0 that the flags and checks here are for. With its default flags it
// recurses as deep as the text (one of '[' exhausts the stack; here the builder stops it at a depth
// of its own) and reads out of bounds on numbers such as 0.00000000000000000001e-2147483639; it
// lets invalid UTF-8, lone low surrogates and repeated names through (the builder looks for all of
// them, so that the parser's own and slower check of the encoding is not needed); and it takes a
// zero byte for the end of the text.

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "json/document_builder.h"
#include "json/text_stream.h"

namespace syrah::json {
namespace {

using Parser = rapidjson::GenericReader<TextEncoding, TextEncoding>;

/// In place: strings are unescaped where they stand, and neither they nor numbers are copied.
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

/// Speaks RapidJSON's names on one side and DocumentBuilder's on the other.
class Events {
 public:
  Events(DocumentBuilder& builder, TextStream& stream)
      : builder_(builder), stream_(stream), text_(builder.copy()) {}

  // The names are RapidJSON's. NOLINTBEGIN(readability-identifier-naming)
  bool Null() { return builder_.null(offset()); }
  bool Bool(bool value) { return builder_.boolean(value, offset()); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return builder_.number({text, size}, offset_of(text));
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return builder_.string({text, size}, offset_of(text));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return builder_.key({text, size}, offset_of(text));
  }
  // The parser stands behind the bracket.
  bool StartObject() { return builder_.begin(Value::Kind::kObject, offset() - 1); }
  bool EndObject(rapidjson::SizeType) { return builder_.end(offset() - 1); }
  bool StartArray() { return builder_.begin(Value::Kind::kArray, offset() - 1); }
  bool EndArray(rapidjson::SizeType) { return builder_.end(offset() - 1); }

  // Never called while numbers are read as text, but the parser must compile.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  [[nodiscard]] std::size_t offset() const { return stream_.Tell(); }
  [[nodiscard]] std::size_t offset_of(const char* text) const {
    return static_cast<std::size_t>(text - text_);
  }

  DocumentBuilder& builder_;
  TextStream& stream_;
  const char* text_;
};

base::Error syntax_error(std::string_view problem, std::size_t offset) {
  return base::invalid(fmt::format("JSON: {} at byte {}", problem, offset));
}

base::Status read(std::string_view text, const Limits& limits, Document& document) {
  if (!text.empty() && static_cast<unsigned char>(text.front()) >= 0x80) {
    return syntax_error("no value begins with this byte", 0);
  }
  DocumentBuilder builder(text, limits, document);
  TextStream stream(builder.copy(), builder.marks());
  Events events(builder, stream);
  Parser parser;
  const rapidjson::ParseResult result = parser.Parse<kFlags>(stream, events);

  if (builder.failure()) return *builder.failure();
  if (result.IsError()) {
    std::string_view problem = rapidjson::GetParseError_En(result.Code());
    if (problem.ends_with('.')) problem.remove_suffix(1);
    return syntax_error(problem, result.Offset());
  }
  if (stream.Tell() != text.size()) return syntax_error("a zero byte", stream.Tell());
  builder.finish();
  return base::success();
}

}  // namespace

base::Result<Document> parse(std::string_view text, const Limits& limits) {
  SYRAH_CHECK(limits.depth_max <= kNestingMax, "the parser recurses that deep");
  SYRAH_CHECK(limits.nodes_max <= std::numeric_limits<std::uint32_t>::max(),
              "values are counted in 32 bits");
  base::Result<Document> document(std::in_place);  // where it is returned
  if (const base::Status sound = read(text, limits, *document); !sound) document = sound.error();
  return document;
}

}  // namespace syrah::json
