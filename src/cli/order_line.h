#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace syrah::cli {

/// What became of an order, in one line for people, from the API's order object.
std::string order_line(const json::Value& order);

/// A member's text, without control characters; "" if there is none.
std::string text_of(const json::Value& object, std::string_view name);

/// So many digits of a node's id tell it from the others on a screen.
inline constexpr std::size_t kBriefIdDigits = 8;

/// Whether a decimal text is zero: "0.00000000".
bool is_zero(std::string_view decimal);

/// The rows of a page, which begins with the newest, the other way round.
std::vector<const json::Value*> oldest_first(const json::Value& page);

}  // namespace syrah::cli
