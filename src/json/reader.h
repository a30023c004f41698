#pragma once

// Reads JSON from strangers. Bounded in depth, size and count; refuses duplicate names, bad UTF-8,
// lone surrogates, and anything after the value. Cannot recurse beyond its depth, crash or allocate
// beyond the limits (RapidJSON's own defaults can; see the traps in the source). In steady state it
// allocates nothing (document.h).

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "json/document.h"

namespace syrah::json {

/// No limit of depth may be more: what so many levels take of the stack fits any thread's.
inline constexpr std::size_t kNestingMax = 64;

/// Bounds of one text; anything beyond is an error. The defaults suit peer messages and requests.
struct Limits {
  std::size_t depth_max = 8;
  std::size_t members_max = 64;    ///< of one object
  std::size_t items_max = 1000;    ///< of one array
  std::size_t nodes_max = 50'000;  ///< values in the whole text
  std::size_t string_bytes_max = 64 * 1024;
  std::size_t number_digits_max = 20;
};

/// The errors name the position: "JSON: duplicate name \"id\" at byte 17".
base::Result<Document> parse(std::string_view text, const Limits& limits = {});

}  // namespace syrah::json
