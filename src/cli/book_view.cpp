#include "cli/book_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/decimal.h"
#include "base/int128.h"
#include "cli/order_line.h"
#include "cli/style.h"

namespace syrah::cli {
namespace {

constexpr int kBarColumnsMax = 40;

struct Level {
  std::string price;
  std::string size;
  std::string orders;
  std::int64_t sum = 0;  ///< up to here, in the smallest unit of the book's sizes
};

struct Side {
  std::vector<Level> levels;  ///< best first
};

/// As many as 64 bits hold; a size with more counts as zero.
constexpr std::size_t kDecimalsMax = 18;

std::uint8_t decimals_of(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return 0;
  return static_cast<std::uint8_t>(std::min(text.size() - point - 1, kDecimalsMax));
}

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

/// Levels of one side, at most `depth`; `decimals` grows to the finest size seen.
Side read_side(const json::Value& book, std::string_view name, std::size_t depth,
               std::uint8_t& decimals) {
  Side side;
  const json::Value* const levels = book.find(name);
  if (levels == nullptr) return side;
  for (const json::Value& level : levels->items()) {
    if (side.levels.size() == depth) break;
    side.levels.push_back({text_at(level, 0), text_at(level, 1), text_at(level, 2), 0});
    decimals = std::max(decimals, decimals_of(side.levels.back().size));
  }
  return side;
}

void sum_up(Side& side, std::uint8_t decimals) {
  std::int64_t sum = 0;
  for (Level& level : side.levels) {
    if (__builtin_add_overflow(sum, units(level.size, decimals), &sum)) sum = INT64_MAX;
    level.sum = sum;
  }
}

/// `part` of `whole` as a bar of eighths of a character.
std::string bar(std::int64_t part, std::int64_t whole, int columns) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (whole <= 0 || columns <= 0) return "";
  const auto eighths = static_cast<std::int64_t>(static_cast<base::Uint128>(part) *
                                                 static_cast<base::Uint128>(columns * 8) /
                                                 static_cast<base::Uint128>(whole));
  std::string out;
  for (std::int64_t i = 0; i < eighths / 8; ++i) out += "█";
  return out + kEighths[eighths % 8];
}

struct Widths {
  std::size_t price = 5, size = 4, sum = 5, orders = 6;

  void fit(const Side& side, std::uint8_t decimals) {
    for (const Level& level : side.levels) {
      price = std::max(price, level.price.size());
      size = std::max(size, level.size.size());
      sum = std::max(sum, base::steps_to_text(level.sum, {1, decimals}).size());
      orders = std::max(orders, level.orders.size());
    }
  }
  [[nodiscard]] int total() const { return static_cast<int>(price + size + sum + orders + 4 * 2); }
};

std::string spread_line(const Side& bids, const Side& asks) {
  if (bids.levels.empty() || asks.levels.empty()) return "no spread: one side is empty";
  const std::string& bid = bids.levels.front().price;
  const std::string& ask = asks.levels.front().price;
  const std::uint8_t decimals = std::max(decimals_of(bid), decimals_of(ask));
  const std::int64_t low = units(bid, decimals);
  const std::int64_t high = units(ask, decimals);
  if (high < low || low == 0) return "crossed: answers of other nodes are on their way";
  const auto basis_points = static_cast<std::int64_t>(static_cast<base::Uint128>(high - low) *
                                                      10'000 / static_cast<base::Uint128>(low));
  return fmt::format("spread {} ({}.{:02} %)", base::steps_to_text(high - low, {1, decimals}),
                     basis_points / 100, basis_points % 100);
}

std::string level_line(const Level& level, const Widths& widths, std::uint8_t decimals,
                       std::int64_t whole, Colour colour, const BookLook& look) {
  const int bar_columns = std::min(kBarColumnsMax, look.columns - widths.total() - 1);
  const std::string price = fmt::format("{:>{}}", level.price, widths.price);
  std::string line = painted(price, colour, look.colour);
  line += fmt::format("  {:>{}}  {:>{}}  {:>{}}", level.size, widths.size,
                      base::steps_to_text(level.sum, {1, decimals}), widths.sum, level.orders,
                      widths.orders);
  const std::string drawn = bar(level.sum, whole, bar_columns);
  if (!drawn.empty()) line += "  " + painted(drawn, colour, look.colour);
  return line + "\n";
}

std::string notes(const json::Value& book) {
  std::string out;
  const std::int64_t suspended = book.integer("suspended").value_or(0);
  if (suspended > 0) {
    out += fmt::format("{} orders are suspended: their nodes cannot be reached\n", suspended);
  }
  const json::Value* const indications = book.find("indications");
  if (indications != nullptr && !indications->items().empty()) {
    out += "indications of basic peers, not firm:\n";
    for (const json::Value& line : indications->items()) {
      out += fmt::format("  {:<4}  {}  {}  {}\n", text_of(line, "side"), text_of(line, "price"),
                         text_of(line, "size"), text_of(line, "peer"));
    }
  }
  return out;
}

}  // namespace

std::string book_view(std::string_view instrument, const json::Value& book, const BookLook& look) {
  std::uint8_t decimals = 0;
  Side bids = read_side(book, "bids", look.depth, decimals);
  Side asks = read_side(book, "asks", look.depth, decimals);
  sum_up(bids, decimals);
  sum_up(asks, decimals);
  if (bids.levels.empty() && asks.levels.empty()) {
    return fmt::format("the book of {} is empty\n", instrument) + notes(book);
  }
  Widths widths;
  widths.fit(bids, decimals);
  widths.fit(asks, decimals);
  std::int64_t whole = 0;
  for (const Side* side : {&bids, &asks}) {
    if (!side->levels.empty()) whole = std::max(whole, side->levels.back().sum);
  }
  std::string out =
      painted(fmt::format("{:>{}}  {:>{}}  {:>{}}  {:>{}}", "price", widths.price, "size",
                          widths.size, "total", widths.sum, "orders", widths.orders),
              Colour::kFaint, look.colour) +
      "\n";
  for (auto level = asks.levels.rbegin(); level != asks.levels.rend(); ++level) {
    out += level_line(*level, widths, decimals, whole, Colour::kRed, look);
  }
  out += painted(fmt::format("{:>{}}  {}", "──", widths.price, spread_line(bids, asks)),
                 Colour::kFaint, look.colour) +
         "\n";
  for (const Level& level : bids.levels) {
    out += level_line(level, widths, decimals, whole, Colour::kGreen, look);
  }
  return out + notes(book);
}

}  // namespace syrah::cli
