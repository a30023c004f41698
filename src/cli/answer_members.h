#pragma once

// Members of the API's answers as people read them.

#include <string>
#include <string_view>

#include "json/value.h"

namespace syrah::cli {

/// A whole number; "" if there is none.
std::string number_of(const json::Value& object, std::string_view name);

/// The elements of a member that is an array.
json::Value::Items items_of(const json::Value& object, std::string_view name);

/// The strings of a member that is an array: "view, trade".
std::string words_of(const json::Value& object, std::string_view name);

/// The first digits of a node's id, as people are shown it.
std::string brief_id(const json::Value& object, std::string_view name);

}  // namespace syrah::cli
