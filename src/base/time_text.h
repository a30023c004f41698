#pragma once

#include <cstdint>

#include "base/inline_text.h"

namespace syrah::base {

/// `to_iso8601` (time.h) in place.
InlineText<27> to_inline_iso8601(std::int64_t wall_us);

}  // namespace syrah::base
