#pragma once

// A parsed JSON value. Made only by `json::parse`, so every value has passed the guard.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace syrah::json {

/// Immutable tree. Strings are owned; `raw()` is a view into the parsed text, which the caller must
/// keep alive for as long as it asks for it.
class Value {
 public:
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  using Member = std::pair<std::string, Value>;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_object() const { return kind_ == Kind::kObject; }
  [[nodiscard]] bool is_array() const { return kind_ == Kind::kArray; }
  [[nodiscard]] bool is_string() const { return kind_ == Kind::kString; }
  [[nodiscard]] bool is_number() const { return kind_ == Kind::kNumber; }

  /// The value as the asked type, or nothing when it is of another type or out of range.
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;  ///< only numbers written as integers
  [[nodiscard]] std::optional<std::string_view> string() const;
  /// A number exactly as it was written, for decimals that must not become floating point.
  [[nodiscard]] std::optional<std::string_view> number_text() const;

  /// Array elements; empty for other kinds.
  [[nodiscard]] const std::vector<Value>& items() const { return items_; }
  /// Object members in the order written, names unique; empty for other kinds.
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  /// The member of that name, or null.
  [[nodiscard]] const Value* find(std::string_view name) const;

  /// Shorthands for `find` followed by the accessor.
  [[nodiscard]] std::optional<std::string_view> string(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;

  /// For objects and arrays: the very bytes they were parsed from, brackets included. Feed entries
  /// are hashed over these, so that nobody has to agree on a canonical form.
  [[nodiscard]] std::string_view raw() const { return raw_; }

 private:
  friend class TreeBuilder;

  Kind kind_ = Kind::kNull;
  bool bool_ = false;
  std::string text_;  ///< string content, or the number as written
  std::vector<Value> items_;
  std::vector<Member> members_;
  std::string_view raw_;
};

}  // namespace syrah::json
