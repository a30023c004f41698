#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "json/value.h"

namespace syrah::json {

/// Finds the members of an object, at once those that are asked for in the order in which they were
/// written. The object must outlive it.
class MemberFinder {
 public:
  explicit MemberFinder(const Value& object)
      : object_(&object),
        next_(object.is_object() ? object.inside_ : nullptr),
        end_(object.is_object() ? object.inside_ + (object.span_ - 1) : nullptr) {}

  /// As Value::find.
  const Value* find(std::string_view name) {
    if (next_ == end_ || !Value::same(next_->name_, name)) return find_elsewhere(name);
    const Value* const found = next_;
    // Nearly always 1, which the processor foresees: it need not wait for the sum.
    next_ = found->span_ == 1 ? found + 1 : found + found->span_;
    return found;
  }
  /// The member as the asked type, or nothing when it is absent or of another type.
  std::optional<std::string_view> string(std::string_view name) {
    const Value* const value = find(name);
    return value == nullptr ? std::nullopt : value->string();
  }
  std::optional<std::int64_t> integer(std::string_view name) {
    const Value* const value = find(name);
    return value == nullptr ? std::nullopt : value->integer();
  }

 private:
  const Value* find_elsewhere(std::string_view name);

  const Value* object_;
  const Value* next_;  ///< the member behind the one found last
  const Value* end_;   ///< behind the last member
};

}  // namespace syrah::json
