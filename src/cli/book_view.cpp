#include "cli/book_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/bar.h"
#include "cli/book_levels.h"
#include "cli/order_line.h"
#include "cli/style.h"

namespace syrah::cli {
namespace {

struct Widths {
  std::size_t price = 5, size = 4, sum = 5, orders = 6;

  void fit(const BookLevels& book, const std::vector<BookLevel>& side) {
    for (const BookLevel& level : side) {
      price = std::max(price, level.price.size());
      size = std::max(size, level.size.size());
      sum = std::max(sum, book.sum_text(level).size());
      orders = std::max(orders, level.orders.size());
    }
  }
  [[nodiscard]] int total() const { return static_cast<int>(price + size + sum + orders + 4 * 2); }
};

std::string level_line(const BookLevels& book, const BookLevel& level, const Widths& widths,
                       Colour colour, const BookLook& look) {
  const int bar_columns = std::min(kBarColumnsMax, look.columns - widths.total() - 1);
  const std::string price = fmt::format("{:>{}}", level.price, widths.price);
  std::string line = painted(price, colour, look.colour);
  line += fmt::format("  {:>{}}  {:>{}}  {:>{}}", level.size, widths.size, book.sum_text(level),
                      widths.sum, level.orders, widths.orders);
  const std::string drawn = bar(level.sum, book.whole(), bar_columns);
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
  const BookLevels levels = read_levels(book, look.depth);
  if (levels.empty()) {
    return fmt::format("the book of {} is empty\n", instrument) + notes(book);
  }
  Widths widths;
  widths.fit(levels, levels.bids);
  widths.fit(levels, levels.asks);
  std::string out =
      painted(fmt::format("{:>{}}  {:>{}}  {:>{}}  {:>{}}", "price", widths.price, "size",
                          widths.size, "total", widths.sum, "orders", widths.orders),
              Colour::kFaint, look.colour) +
      "\n";
  for (auto level = levels.asks.rbegin(); level != levels.asks.rend(); ++level) {
    out += level_line(levels, *level, widths, Colour::kRed, look);
  }
  out += painted(fmt::format("{:>{}}  {}", "──", widths.price, spread_text(levels)), Colour::kFaint,
                 look.colour) +
         "\n";
  for (const BookLevel& level : levels.bids) {
    out += level_line(levels, level, widths, Colour::kGreen, look);
  }
  return out + notes(book);
}

}  // namespace syrah::cli
