#pragma once

#include <string>
#include <string_view>

namespace syrah::cli {

enum class Colour { kPlain, kGreen, kRed, kYellow, kFaint, kBold };

/// The text in that colour (ECMA-48 sequences), or as it is when `on` is false.
std::string painted(std::string_view text, Colour colour, bool on);

/// "buy" is green and "sell" red everywhere.
Colour side_colour(std::string_view side);

/// Text from elsewhere without control characters: it must not move the cursor or change colours.
std::string printable(std::string_view text);

/// Characters (code points) in valid UTF-8, which is how wide a terminal shows the text used here.
std::size_t width_of(std::string_view text);

}  // namespace syrah::cli
