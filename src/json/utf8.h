#pragma once

#include <cstddef>
#include <string_view>

namespace syrah::json {

/// Bytes of the UTF-8 sequence (RFC 3629) that begins at `position`, 1 to 4, or 0 if there is none:
/// a stray continuation, a sequence cut short or longer than needed, a surrogate, beyond U+10FFFF.
std::size_t utf8_sequence_size(std::string_view text, std::size_t position);

/// Whether the whole text is UTF-8.
bool is_utf8(std::string_view text);

}  // namespace syrah::json
