#pragma once

#include <string>

#include "json/value.h"

namespace syrah::cli {

/// The value as compact JSON; numbers exactly as they came.
std::string json_text(const json::Value& value);

/// Same for an object, with one more text member before its own.
std::string json_text_with(std::string_view name, std::string_view text, const json::Value& object);

}  // namespace syrah::cli
