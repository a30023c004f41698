#include "json/document_builder.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "json/text_stream.h"

namespace syrah::json {
namespace {

/// Up to here, comparing a name with all others is faster than keeping a set of them.
constexpr std::size_t kComparedNamesMax = 32;
constexpr std::size_t kQuotedNameMax = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A stranger's name goes into a message only if it cannot disturb a log or a terminal.
bool is_quotable(std::string_view name) {
  return name.size() <= kQuotedNameMax && std::all_of(name.begin(), name.end(), [](char c) {
           return c >= ' ' && c <= '~' && c != '"' && c != '\\';
         });
}

/// Whether all is ASCII without escapes. Free of branches, so that the compiler makes vectors of
/// it.
bool is_unescaped_ascii(std::string_view text) {
  std::uint8_t bits = 0;
  std::uint8_t escapes = 0;
  for (const char c : text) {
    bits |= static_cast<std::uint8_t>(c);
    escapes |= static_cast<std::uint8_t>(c == '\\' ? 1 : 0);
  }
  return bits < 0x80 && escapes == 0;
}

/// One of 64 bits, for most names another one than for the others of their object.
std::uint64_t mark_of(std::string_view name) {
  const std::size_t ends = name.empty() ? 0
                                        : std::size_t{5} * static_cast<unsigned char>(name[0]) +
                                              static_cast<unsigned char>(name.back());
  return std::uint64_t{1} << ((ends + 11 * name.size()) % 64);
}

std::size_t values_at_most(std::string_view text, const Limits& limits) {
  // Each value has a byte of its own, and one more sets it apart from the next.
  return std::min(text.size() / 2 + 1, limits.nodes_max);
}

}  // namespace

DocumentBuilder::DocumentBuilder(std::string_view text, const Limits& limits, Document& document)
    : text_(text), limits_(limits), document_(document), plain_(is_unescaped_ascii(text)) {
  document_.reserve(text.size() + 1 + kTextPadding, values_at_most(text, limits));
  first_ = next_ = document_.memory_.values.get();
  end_ = first_ + document_.memory_.value_count;
  if (!text.empty()) std::memcpy(copy(), text.data(), text.size());
  std::memset(copy() + text.size(), 0, 1 + kTextPadding);
}

void DocumentBuilder::finish() {
  SYRAH_CHECK(next_ != first_ && open_ == nullptr, "the text has not ended");
  document_.Value::operator=(*first_);
}

bool DocumentBuilder::key(std::string_view name, std::size_t offset) {
  if (open_->count_ >= limits_.members_max) {
    return over("members in an object", limits_.members_max, end_of_string(offset));
  }
  if (!check_content(name, "name", offset)) return false;
  std::uint64_t& marks = marks_[depth_ - 1];
  const std::uint64_t mark = mark_of(name);
  const bool may_be_repeated = (marks & mark) != 0 || open_->count_ >= kComparedNamesMax;
  marks |= mark;
  if (may_be_repeated && is_repeated(name)) {
    return fail(base::ErrorCode::kInvalid,
                is_quotable(name) ? fmt::format("duplicate name \"{}\"", name) : "duplicate name",
                end_of_string(offset));
  }
  name_ = name;
  return true;
}

bool DocumentBuilder::begin(Value::Kind kind, std::size_t offset) {
  if (depth_ >= limits_.depth_max) return over("levels of nesting", limits_.depth_max, offset);
  if (!count_value(offset)) return false;
  SYRAH_CHECK(text_[offset] == (kind == Value::Kind::kObject ? '{' : '['),
              "the parser does not stand where a value begins");
  Value* const value = add(kind, text_.substr(offset, 1));
  value->inside_ = next_;
  value->span_ = open_ == nullptr ? 0 : static_cast<std::uint32_t>(value - open_);
  open_ = value;
  marks_[depth_++] = 0;
  return true;
}

bool DocumentBuilder::end(std::size_t offset) {
  Value* const value = open_;
  SYRAH_CHECK(text_[offset] == (value->is_object() ? '}' : ']'),
              "the parser does not stand where a value ends");
  const auto begin = static_cast<std::size_t>(value->text_.data() - text_.data());
  value->text_ = text_.substr(begin, offset + 1 - begin);
  if (value->count_ > kComparedNamesMax) names_.erase(value);
  open_ = value->span_ == 0 ? nullptr : value - value->span_;
  value->span_ = static_cast<std::uint32_t>(next_ - value);
  --depth_;
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
