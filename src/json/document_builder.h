#pragma once

// Lists the values of a text as the parser meets them, and stops it at the first limit.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/result.h"
#include "json/document.h"
#include "json/reader.h"
#include "json/utf8.h"
#include "json/value.h"

namespace syrah::json {

/// Each call tells of one thing met in the text, in order. `offset` is the byte where it stands;
/// for strings and names, that of their first byte. False means stop: `failure()` then says why.
/// The caller keeps the text and the document alive.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string_view text, const Limits& limits, Document& document);

  /// A copy of the text with a zero byte behind it, in which the parser may unescape strings, and
  /// its marks (special_marks.h).
  [[nodiscard]] char* copy() const { return document_.memory_->text.get(); }
  [[nodiscard]] const std::uint8_t* marks() const { return document_.memory_->marks.get(); }

  bool null(std::size_t offset) { return add(Value::Kind::kNull, {}, offset); }
  bool boolean(bool value, std::size_t offset) {
    return add(Value::Kind::kBool, value ? "true" : "false", offset);
  }
  bool number(std::string_view as_written, std::size_t offset) {
    const bool fits =
        as_written.size() <= limits_.number_digits_max || check_digits(as_written, offset);
    return fits && add(Value::Kind::kNumber, as_written, offset + as_written.size());
  }
  bool string(std::string_view content, std::size_t offset) {
    if (!is_sound(content)) [[unlikely]] {
      return refuse_content(content, "string", offset);
    }
    return add(Value::Kind::kString, content, offset);
  }
  bool key(std::string_view name, std::size_t offset) {
    if (open_->count_ >= limits_.members_max || !is_sound(name)) [[unlikely]] {
      return refuse_name(name, offset);
    }
    next_->name_ = name;  // of the value that comes next
    std::uint64_t& marks = name_marks_[depth_ - 1];
    const std::uint64_t mark = mark_of(name);
    const bool is_new = (marks & mark) == 0 && open_->count_ < kComparedNamesMax;
    marks |= mark;
    return is_new || !is_repeated(name) || refuse_repeated(name, offset);
  }
  bool begin(Value::Kind kind, std::size_t offset);
  bool end(std::size_t offset);

  [[nodiscard]] const std::optional<base::Error>& failure() const { return failure_; }
  /// Once the parser has met the end of the text: the document is the value that it is.
  void finish();

 private:
  /// Up to here, comparing a name with all others is faster than keeping a set of them.
  static constexpr std::size_t kComparedNamesMax = 32;

  /// One of 64 bits, for most names another one than for the others of their object.
  static std::uint64_t mark_of(std::string_view name) {
    const std::size_t ends = name.empty() ? 0
                                          : std::size_t{5} * static_cast<unsigned char>(name[0]) +
                                                static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((ends + 11 * name.size()) % 64);
  }

  /// False if there may be no more of them; `offset` is for that error.
  bool add(Value::Kind kind, std::string_view text, std::size_t offset) {
    if (next_ == end_ || (open_->is_array() && open_->count_ >= limits_.items_max)) [[unlikely]] {
      return refuse_value(offset);
    }
    Value* const value = next_++;  // the memory was used before
    value->text_ = text;
    value->count_ = 0;
    value->span_ = 1;
    value->kind_ = kind;
    ++open_->count_;
    return true;
  }
  [[nodiscard]] bool is_sound(std::string_view content) const {
    return content.size() <= limits_.string_bytes_max && (plain_ || is_utf8(content));
  }
  [[nodiscard]] bool is_repeated(std::string_view name);
  bool check_digits(std::string_view as_written, std::size_t offset);

  bool refuse_content(std::string_view content, std::string_view what, std::size_t offset);
  bool refuse_name(std::string_view name, std::size_t offset);
  bool refuse_repeated(std::string_view name, std::size_t offset);
  bool refuse_value(std::size_t offset);
  /// Behind the string that begins at `offset`.
  [[nodiscard]] std::size_t end_of_string(std::size_t offset) const;
  bool fail(base::ErrorCode code, std::string_view problem, std::size_t offset);
  bool over(std::string_view what, std::size_t limit, std::size_t offset);

  std::string_view text_;
  const Limits limits_;
  Document& document_;
  bool plain_ = false;  ///< all ASCII and without escapes, and so is every string in it
  Value* first_;
  Value* next_;
  Value* end_;    ///< as many as may be; one more has room, for the name of one too many
  Value around_;  ///< the whole text
  /// The innermost that has not ended. Its `span_` is the way back to the one around it until then,
  /// so that nothing else has to be remembered however deep a text is.
  Value* open_ = &around_;
  std::size_t depth_ = 0;
  /// Of the names in each open object: a name whose mark is not there is not repeated.
  std::array<std::uint64_t, kNestingMax> name_marks_;
  /// Only of objects too large to compare all names with all.
  std::map<const Value*, std::set<std::string_view>> names_;
  std::optional<base::Error> failure_;
};

}  // namespace syrah::json
