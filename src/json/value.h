#pragma once

// A parsed JSON value. Made only by `json::parse`, so every value has passed the guard.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <type_traits>

#include "json/words.h"

namespace syrah::json {

/// Immutable, and part of a Document (document.h), which must outlive it: there is no tree of nodes
/// and strings but one list of all values of the text, each followed by those inside it. `raw()` is
/// a view into the parsed text, which the caller must keep alive for as long as it asks for it.
class Value {
 public:
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  struct Member {
    std::string_view name;
    const Value& value;
  };
  template <class Element>
  class Range;
  using Items = Range<const Value&>;
  using Members = Range<Member>;

  Value() = default;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_object() const { return kind_ == Kind::kObject; }
  [[nodiscard]] bool is_array() const { return kind_ == Kind::kArray; }
  [[nodiscard]] bool is_string() const { return kind_ == Kind::kString; }
  [[nodiscard]] bool is_number() const { return kind_ == Kind::kNumber; }

  /// The value as the asked type, or nothing when it is of another type or out of range.
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;  ///< only numbers written as integers
  [[nodiscard]] std::optional<std::string_view> string() const { return text_if(Kind::kString); }
  /// A number exactly as it was written, for decimals that must not become floating point.
  [[nodiscard]] std::optional<std::string_view> number_text() const {
    return text_if(Kind::kNumber);
  }

  /// Array elements; empty for other kinds.
  [[nodiscard]] Items items() const;
  /// Object members in the order written, names unique; empty for other kinds.
  [[nodiscard]] Members members() const;
  /// The member of that name, or null.
  [[nodiscard]] const Value* find(std::string_view name) const {
    if (!is_object()) return nullptr;
    const Value* member = inside_;
    for (std::uint32_t i = 0; i < count_; ++i, member += member->span_) {
      if (same(member->name_, name)) return member;
    }
    return nullptr;
  }

  /// Shorthands for `find` followed by the accessor.
  [[nodiscard]] std::optional<std::string_view> string(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;

  /// For objects and arrays: the very bytes they were parsed from, brackets included. Feed entries
  /// are hashed over these, so that nobody has to agree on a canonical form.
  [[nodiscard]] std::string_view raw() const {
    return is_object() || is_array() ? text_ : std::string_view{};
  }

 protected:
  // A copy would not say that it needs the Document.
  Value(const Value&) = default;
  Value& operator=(const Value&) = default;

 private:
  friend class DocumentBuilder;
  friend class MemberFinder;
  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
  }
  [[nodiscard]] std::optional<std::string_view> text_if(Kind kind) const {
    if (kind_ != kind) return std::nullopt;
    return text_;
  }
  template <class Element>
  friend class Range;

  std::string_view text_;  ///< content, or what was written
  std::string_view name_;  ///< in an object; elsewhere it means nothing
  /// Of an array or object, the first value in it; of others it means nothing.
  const Value* inside_ = nullptr;
  std::uint32_t count_ = 0;  ///< of the values directly in this one
  std::uint32_t span_ = 1;   ///< this value and all within: the next one is so many further
  Kind kind_ = Kind::kNull;
};

/// The values directly in an array or object, in order.
template <class Element>
class Value::Range {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Element;

    Element operator*() const {
      if constexpr (std::is_same_v<Element, Member>) {
        return {at_->name_, *at_};
      } else {
        return *at_;
      }
    }
    Iterator& operator++() {
      at_ += at_->span_;
      --left_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return left_ == other.left_; }

   private:
    friend class Range;
    Iterator(const Value* at, std::size_t left) : at_(at), left_(left) {}

    const Value* at_;
    std::size_t left_;
  };

  Range() = default;

  [[nodiscard]] Iterator begin() const { return {first_, size_}; }
  [[nodiscard]] Iterator end() const { return {nullptr, 0}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Element front() const { return *begin(); }
  /// Walks there.
  [[nodiscard]] Element operator[](std::size_t index) const {
    return *std::next(begin(), static_cast<std::ptrdiff_t>(index));
  }

 private:
  friend class Value;
  Range(const Value* first, std::size_t size) : first_(first), size_(size) {}

  const Value* first_ = nullptr;
  std::size_t size_ = 0;
};

inline Value::Items Value::items() const { return is_array() ? Items(inside_, count_) : Items(); }

inline Value::Members Value::members() const {
  return is_object() ? Members(inside_, count_) : Members();
}

}  // namespace syrah::json
