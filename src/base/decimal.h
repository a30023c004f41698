#pragma once

// Exact decimals. Prices and quantities are decimal text outside and whole ticks and lots inside;
// nothing in between is ever rounded.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/inline_text.h"
#include "base/int128.h"
#include "base/result.h"

namespace syrah::base {

/// units / 10^scale, never negative, normalised (no trailing zero in units unless scale is 0).
struct Decimal {
  std::int64_t units = 0;
  std::uint8_t scale = 0;

  bool operator==(const Decimal&) const = default;
};

/// Most digits that a decimal from outside may have (reliability.md, section 5).
inline constexpr std::size_t kDecimalDigitsMax = 20;

/// Accepts digits with at most one point between digits ("42000", "0.5", "42000.10"). No sign, no
/// exponent, no spaces, at most 20 digits, value within 64 bits.
Result<Decimal> parse_decimal(std::string_view text);

/// Shortest exact text.
std::string to_text(Decimal value);

/// How many times `step` goes into the decimal `text`; an error if it does not go in exactly or the
/// count does not fit into 62 bits. `step` must be positive.
Result<std::int64_t> to_steps(std::string_view text, Decimal step);

/// count * step as decimal text with as many decimals as `step` has ("42000.10" for a step 0.01).
std::string steps_to_text(std::int64_t count, Decimal step);

/// The same in place; products of two counts and two steps fit too.
using StepsText = InlineText<80>;
StepsText steps_to_inline_text(std::int64_t count, Decimal step);

/// Same, for a product of counts and steps that may exceed 64 bits (a notional).
std::string product_to_text(std::int64_t count_a, Decimal step_a, std::int64_t count_b,
                            Decimal step_b);

/// How many times the product of two steps goes into the decimal `text`, rounded down: an amount of
/// money as ticks times lots. Up to 38 digits, else as parse_decimal().
Result<Int128> to_product_steps(std::string_view text, Decimal step_a, Decimal step_b);

/// The reverse, for a count that is not negative.
std::string product_steps_to_text(Int128 count, Decimal step_a, Decimal step_b);

}  // namespace syrah::base
