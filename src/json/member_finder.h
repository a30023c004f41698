#pragma once

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
    const bool next = next_ != end_ && Value::same(next_->name_, name);
    const Value* const found = next ? next_ : object_->find(name);
    if (found != nullptr) next_ = found + found->span_;
    return found;
  }

 private:
  const Value* object_;
  const Value* next_;  ///< the member behind the one found last
  const Value* end_;   ///< behind the last member
};

}  // namespace syrah::json
