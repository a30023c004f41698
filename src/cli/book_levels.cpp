#include "cli/book_levels.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"
#include "base/int128.h"
#include "cli/style.h"

namespace syrah::cli {
namespace {

/// As many as 64 bits hold; a size with more counts as zero.
constexpr std::size_t kDecimalsMax = 18;

std::int64_t units(std::string_view text, std::uint8_t decimals) {
  const auto steps = base::to_steps(text, base::Decimal{1, decimals});
  return steps ? *steps : 0;
}

std::string text_at(const json::Value& level, std::size_t index) {
  if (index >= level.items().size()) return "";
  const json::Value& item = level.items()[index];
  if (const auto text = item.string()) return printable(*text);
  return std::string(item.number_text().value_or(""));
}

/// `decimals` grows to the finest size seen.
std::vector<BookLevel> read_side(const json::Value& book, std::string_view name, std::size_t depth,
                                 std::uint8_t& decimals) {
  std::vector<BookLevel> side;
  const json::Value* const levels = book.find(name);
  if (levels == nullptr) return side;
  for (const json::Value& level : levels->items()) {
    if (side.size() == depth) break;
    side.push_back({text_at(level, 0), text_at(level, 1), text_at(level, 2), 0});
    decimals = std::max(decimals, decimals_of(side.back().size));
  }
  return side;
}

void sum_up(std::vector<BookLevel>& side, std::uint8_t decimals) {
  std::int64_t sum = 0;
  for (BookLevel& level : side) {
    if (__builtin_add_overflow(sum, units(level.size, decimals), &sum)) sum = INT64_MAX;
    level.sum = sum;
  }
}

}  // namespace

std::uint8_t decimals_of(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return 0;
  return static_cast<std::uint8_t>(std::min(text.size() - point - 1, kDecimalsMax));
}

std::int64_t BookLevels::whole() const {
  return std::max(bids.empty() ? 0 : bids.back().sum, asks.empty() ? 0 : asks.back().sum);
}

std::string BookLevels::sum_text(const BookLevel& level) const {
  return base::steps_to_text(level.sum, {1, decimals});
}

BookLevels read_levels(const json::Value& book, std::size_t depth) {
  BookLevels levels;
  levels.bids = read_side(book, "bids", depth, levels.decimals);
  levels.asks = read_side(book, "asks", depth, levels.decimals);
  sum_up(levels.bids, levels.decimals);
  sum_up(levels.asks, levels.decimals);
  return levels;
}

std::string spread_text(const BookLevels& levels) {
  if (levels.bids.empty() || levels.asks.empty()) return "no spread: one side is empty";
  const std::string& bid = levels.bids.front().price;
  const std::string& ask = levels.asks.front().price;
  const std::uint8_t decimals = std::max(decimals_of(bid), decimals_of(ask));
  const std::int64_t low = units(bid, decimals);
  const std::int64_t high = units(ask, decimals);
  if (high < low || low == 0) return "crossed: answers of other nodes are on their way";
  const auto basis_points = static_cast<std::int64_t>(static_cast<base::Uint128>(high - low) *
                                                      10'000 / static_cast<base::Uint128>(low));
  return fmt::format("spread {} ({}.{:02} %)", base::steps_to_text(high - low, {1, decimals}),
                     basis_points / 100, basis_points % 100);
}

}  // namespace syrah::cli
