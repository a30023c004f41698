#include "json/member_finder.h"

namespace syrah::json {

const Value* MemberFinder::find_elsewhere(std::string_view name) {
  const Value* const found = object_->find(name);
  if (found != nullptr) next_ = found + found->span_;
  return found;
}

}  // namespace syrah::json
