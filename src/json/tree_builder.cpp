#include "json/tree_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "json/utf8.h"

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

}  // namespace

TreeBuilder::TreeBuilder(std::string_view text, const Limits& limits)
    : text_(text), limits_(limits) {}

bool TreeBuilder::null(std::size_t offset) { return add_scalar(Value::Kind::kNull, {}, offset); }

bool TreeBuilder::boolean(bool value, std::size_t offset) {
  if (!count_node(offset)) return false;
  Value made;
  made.kind_ = Value::Kind::kBool;
  made.bool_ = value;
  return attach(std::move(made));
}

bool TreeBuilder::number(std::string_view as_written, std::size_t offset) {
  const auto digits = std::count_if(as_written.begin(), as_written.end(), is_digit);
  if (static_cast<std::size_t>(digits) > limits_.number_digits_max) {
    return over("digits in a number", limits_.number_digits_max, offset);
  }
  return add_scalar(Value::Kind::kNumber, as_written, offset);
}

bool TreeBuilder::string(std::string_view content, std::size_t offset) {
  if (content.size() > limits_.string_bytes_max) {
    return over("bytes in a string", limits_.string_bytes_max, offset);
  }
  // The parser lets an escaped low surrogate without its high half through.
  if (!is_utf8(content)) return fail(base::ErrorCode::kInvalid, "a string is not UTF-8", offset);
  return add_scalar(Value::Kind::kString, content, offset);
}

bool TreeBuilder::key(std::string_view name, std::size_t offset) {
  Open& object = open_.back();
  if (object.value.members_.size() >= limits_.members_max) {
    return over("members in an object", limits_.members_max, offset);
  }
  if (name.size() > limits_.string_bytes_max) {
    return over("bytes in a name", limits_.string_bytes_max, offset);
  }
  if (!is_utf8(name)) return fail(base::ErrorCode::kInvalid, "a name is not UTF-8", offset);
  if (is_repeated(object, name)) {
    return fail(base::ErrorCode::kInvalid,
                is_quotable(name) ? fmt::format("duplicate name \"{}\"", name) : "duplicate name",
                offset);
  }
  object.name = name;
  return true;
}

bool TreeBuilder::begin(Value::Kind kind, std::size_t offset) {
  if (open_.size() >= limits_.depth_max) {
    return over("levels of nesting", limits_.depth_max, offset);
  }
  if (!count_node(offset)) return false;
  SYRAH_CHECK(text_[offset] == (kind == Value::Kind::kObject ? '{' : '['),
              "the parser does not stand where a value begins");
  open_.emplace_back();
  open_.back().begin = offset;
  open_.back().value.kind_ = kind;
  return true;
}

bool TreeBuilder::end(std::size_t offset) {
  Open closed = std::move(open_.back());
  open_.pop_back();
  SYRAH_CHECK(text_[offset] == (closed.value.is_object() ? '}' : ']'),
              "the parser does not stand where a value ends");
  closed.value.raw_ = text_.substr(closed.begin, offset + 1 - closed.begin);
  return attach(std::move(closed.value));
}

bool TreeBuilder::add_scalar(Value::Kind kind, std::string_view content, std::size_t offset) {
  if (!count_node(offset)) return false;
  Value made;
  made.kind_ = kind;
  made.text_ = content;
  return attach(std::move(made));
}

bool TreeBuilder::attach(Value value) {
  if (open_.empty()) {
    root_ = std::move(value);
    return true;
  }
  Open& parent = open_.back();
  if (parent.value.is_object()) {
    parent.value.members_.emplace_back(std::move(parent.name), std::move(value));
  } else {
    parent.value.items_.push_back(std::move(value));
  }
  return true;
}

/// Counts what is about to be added, before memory is spent on it.
bool TreeBuilder::count_node(std::size_t offset) {
  if (nodes_ >= limits_.nodes_max) return over("values", limits_.nodes_max, offset);
  ++nodes_;
  if (open_.empty()) return true;
  const Value& parent = open_.back().value;
  if (parent.is_array() && parent.items_.size() >= limits_.items_max) {
    return over("items in an array", limits_.items_max, offset);
  }
  return true;
}

bool TreeBuilder::is_repeated(Open& object, std::string_view name) {
  const std::vector<Value::Member>& members = object.value.members_;
  if (members.size() < kComparedNamesMax) return object.value.find(name) != nullptr;
  if (object.names.empty()) {
    for (const Value::Member& member : members) object.names.insert(member.first);
  }
  return !object.names.emplace(name).second;
}

bool TreeBuilder::over(std::string_view what, std::size_t limit, std::size_t offset) {
  return fail(base::ErrorCode::kLimit, fmt::format("more than {} {}", limit, what), offset);
}

bool TreeBuilder::fail(base::ErrorCode code, std::string_view problem, std::size_t offset) {
  failure_ = base::Error{code, fmt::format("JSON: {} at byte {}", problem, offset)};
  return false;
}

}  // namespace syrah::json
