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

  /// A copy of the text with a zero byte behind it, in which the parser may unescape strings.
  [[nodiscard]] char* copy() const { return document_.memory_.text.get(); }

  bool null(std::size_t offset) {
    return count_value(offset) && add(Value::Kind::kNull, {}) != nullptr;
  }
  bool boolean(bool value, std::size_t offset) {
    return count_value(offset) && add(Value::Kind::kBool, value ? "true" : "false") != nullptr;
  }
  bool number(std::string_view as_written, std::size_t offset) {
    if (as_written.size() > limits_.number_digits_max && !check_digits(as_written, offset)) {
      return false;
    }
    return count_value(offset + as_written.size()) &&
           add(Value::Kind::kNumber, as_written) != nullptr;
  }
  bool string(std::string_view content, std::size_t offset) {
    return check_content(content, "string", offset) && count_value(offset) &&
           add(Value::Kind::kString, content) != nullptr;
  }
  bool key(std::string_view name, std::size_t offset);
  bool begin(Value::Kind kind, std::size_t offset);
  bool end(std::size_t offset);

  [[nodiscard]] const std::optional<base::Error>& failure() const { return failure_; }
  /// Once the parser has met the end of the text: the document is the value that it is.
  void finish();

 private:
  Value* add(Value::Kind kind, std::string_view text) {
    SYRAH_CHECK(next_ != end_, "more values than a text of this size can have");
    Value* const value = next_++;  // the memory was used before
    value->text_ = text;
    value->name_ = name_;
    value->inside_ = nullptr;
    value->count_ = 0;
    value->span_ = 1;
    value->kind_ = kind;
    name_ = {};
    if (open_ != nullptr) ++open_->count_;
    return value;
  }

  /// Counts what is about to be added, before memory is spent on it.
  bool count_value(std::size_t offset) {
    if (static_cast<std::size_t>(next_ - first_) >= limits_.nodes_max) {
      return over("values", limits_.nodes_max, offset);
    }
    if (open_ != nullptr && open_->is_array() && open_->count_ >= limits_.items_max) {
      return over("items in an array", limits_.items_max, offset);
    }
    return true;
  }
  bool check_content(std::string_view content, std::string_view what, std::size_t offset) {
    const bool sound = content.size() <= limits_.string_bytes_max && (plain_ || is_utf8(content));
    return sound || refuse_content(content, what, offset);
  }
  bool refuse_content(std::string_view content, std::string_view what, std::size_t offset);
  bool check_digits(std::string_view as_written, std::size_t offset);
  [[nodiscard]] bool is_repeated(std::string_view name);
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
  Value* end_;
  /// The innermost that has not ended. Its `span_` is the way back to the one around it until then,
  /// so that nothing else has to be remembered however deep a text is.
  Value* open_ = nullptr;
  std::size_t depth_ = 0;
  /// Of the names in each open object: a name whose mark is not there is not repeated.
  std::array<std::uint64_t, kNestingMax> marks_;
  std::string_view name_;  ///< of the member whose value comes next
  /// Only of objects too large to compare all names with all.
  std::map<const Value*, std::set<std::string_view>> names_;
  std::optional<base::Error> failure_;
};

}  // namespace syrah::json
