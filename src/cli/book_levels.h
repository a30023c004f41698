#pragma once

// A book (level 2) of the API as price levels with running totals.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace syrah::cli {

struct BookLevel {
  std::string price;
  std::string size;
  std::string orders;
  std::int64_t sum = 0;  ///< from the best price up to here, in the smallest unit of the sizes
};

struct BookLevels {
  std::vector<BookLevel> bids;  ///< best first
  std::vector<BookLevel> asks;  ///< best first
  std::uint8_t decimals = 0;    ///< of the sums

  [[nodiscard]] bool empty() const { return bids.empty() && asks.empty(); }
  /// The larger of the sums of both sides.
  [[nodiscard]] std::int64_t whole() const;
  [[nodiscard]] std::string sum_text(const BookLevel& level) const;
};

/// At most `depth` levels a side.
BookLevels read_levels(const json::Value& book, std::size_t depth);

/// "spread 0.50 (0.01 %)", or why there is none.
std::string spread_text(const BookLevels& levels);

/// Digits behind the point.
std::uint8_t decimals_of(std::string_view text);

}  // namespace syrah::cli
