#include "json/document_builder.h"

#include <fmt/format.h>

#include <utility>

#include "json/special_marks.h"

namespace syrah::json {
namespace {

constexpr std::size_t kQuotedNameMax = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A stranger's name goes into a message only if it cannot disturb a log or a terminal.
bool is_quotable(std::string_view name) {
  return name.size() <= kQuotedNameMax && std::all_of(name.begin(), name.end(), [](char c) {
           return c >= ' ' && c <= '~' && c != '"' && c != '\\';
         });
}

std::size_t values_at_most(std::string_view text, const Limits& limits) {
  // Each value has a byte of its own, and one more sets it apart from the next. Only brackets may
  // follow one another, until there are too many.
  return std::min(text.size() / 2 + 1 + limits.depth_max, limits.nodes_max);
}

}  // namespace

DocumentBuilder::DocumentBuilder(std::string_view text, const Limits& limits, Document& document)
    : text_(text), limits_(limits), document_(document) {
  const std::size_t values_max = values_at_most(text, limits);
  Document::Memory& memory = document_.reserve(text.size(), values_max + 1);
  first_ = next_ = memory.values.get();
  end_ = first_ + values_max;
  plain_ = copy_and_mark(text, memory.text.get(), memory.marks.get());
}

void DocumentBuilder::finish() {
  SYRAH_CHECK(next_ != first_ && depth_ == 0, "the text has not ended");
  document_.Value::operator=(*first_);
}

bool DocumentBuilder::begin(Value::Kind kind, std::size_t offset) {
  if (depth_ >= limits_.depth_max) return over("levels of nesting", limits_.depth_max, offset);
  SYRAH_CHECK(text_[offset] == (kind == Value::Kind::kObject ? '{' : '['),
              "the parser does not stand where a value begins");
  Value* const value = next_;
  if (!add(kind, text_.substr(offset, 1), offset)) return false;
  value->inside_ = next_;
  value->span_ = depth_ == 0 ? 0 : static_cast<std::uint32_t>(value - open_);
  open_ = value;
  name_marks_[depth_++] = 0;
  return true;
}

bool DocumentBuilder::end(std::size_t offset) {
  Value* const value = open_;
  SYRAH_CHECK(text_[offset] == (value->is_object() ? '}' : ']'),
              "the parser does not stand where a value ends");
  value->text_ = {value->text_.data(), text_.data() + offset + 1};
  if (value->count_ > kComparedNamesMax) names_.erase(value);
  --depth_;
  open_ = depth_ == 0 ? &around_ : value - value->span_;
  value->span_ = static_cast<std::uint32_t>(next_ - value);
  return true;
}

bool DocumentBuilder::is_repeated(std::string_view name) {
  if (open_->count_ < kComparedNamesMax) return open_->find(name) != nullptr;
  std::set<std::string_view>& names = names_[open_];
  if (names.empty()) {
    for (const Value::Member& member : open_->members()) names.insert(member.name);
  }
  return !names.insert(name).second;
}

bool DocumentBuilder::check_digits(std::string_view as_written, std::size_t offset) {
  const auto digits = std::count_if(as_written.begin(), as_written.end(), is_digit);
  return static_cast<std::size_t>(digits) <= limits_.number_digits_max ||
         over("digits in a number", limits_.number_digits_max, offset + as_written.size());
}

bool DocumentBuilder::refuse_value(std::size_t offset) {
  const auto count = static_cast<std::size_t>(next_ - first_);
  if (count == limits_.nodes_max) return over("values", limits_.nodes_max, offset);
  SYRAH_CHECK(next_ != end_, "more values than a text of this size can have");
  return over("items in an array", limits_.items_max, offset);
}

bool DocumentBuilder::refuse_name(std::string_view name, std::size_t offset) {
  if (open_->count_ < limits_.members_max) return refuse_content(name, "name", offset);
  return over("members in an object", limits_.members_max, end_of_string(offset));
}

bool DocumentBuilder::refuse_repeated(std::string_view name, std::size_t offset) {
  return fail(base::ErrorCode::kInvalid,
              is_quotable(name) ? fmt::format("duplicate name \"{}\"", name) : "duplicate name",
              end_of_string(offset));
}

bool DocumentBuilder::refuse_content(std::string_view content, std::string_view what,
                                     std::size_t offset) {
  if (content.size() > limits_.string_bytes_max) {
    return over(fmt::format("bytes in a {}", what), limits_.string_bytes_max,
                end_of_string(offset));
  }
  // Bytes that are not UTF-8, or an escaped low surrogate without its high half.
  return fail(base::ErrorCode::kInvalid, fmt::format("a {} is not UTF-8", what),
              end_of_string(offset));
}

std::size_t DocumentBuilder::end_of_string(std::size_t offset) const {
  while (offset < text_.size() && text_[offset] != '"') offset += text_[offset] == '\\' ? 2 : 1;
  return std::min(offset + 1, text_.size());
}

bool DocumentBuilder::over(std::string_view what, std::size_t limit, std::size_t offset) {
  return fail(base::ErrorCode::kLimit, fmt::format("more than {} {}", limit, what), offset);
}

bool DocumentBuilder::fail(base::ErrorCode code, std::string_view problem, std::size_t offset) {
  failure_ = base::Error{code, fmt::format("JSON: {} at byte {}", problem, offset)};
  return false;
}

}  // namespace syrah::json
