#include "cli/watch_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/time.h"
#include "cli/bar.h"
#include "cli/book_levels.h"
#include "cli/durations.h"
#include "cli/order_line.h"
#include "cli/styled_line.h"
#include "cli/watch_layout.h"

namespace syrah::cli {
namespace {

/// Answers older than this are said to be.
constexpr std::int64_t kStaleMs = 2000;

std::string clock_text(const std::string& iso) { return iso.size() >= 19 ? iso.substr(11, 8) : ""; }

/// "── book ─────────"
StyledLine title(std::string_view name, std::size_t width, std::string_view end = "") {
  StyledLine line;
  line.add("── ", Colour::kFaint).add(name, Colour::kBold).add(" ", Colour::kFaint);
  std::string dashes;
  const std::size_t taken = line.width() + width_of(end);
  for (std::size_t at = taken; at < width; ++at) dashes += "─";
  return line.add(dashes, Colour::kFaint).add(end, Colour::kFaint).fit(width);
}

json::Value::Items rows_of(const json::Value& answer, std::string_view name = "") {
  if (name.empty()) return answer.items();
  const json::Value* const member = answer.find(name);
  return member == nullptr ? json::Value::Items() : member->items();
}

class BookPanel {
 public:
  BookPanel(const WatchState& state, std::size_t rows, std::size_t columns)
      : levels_(read_levels(state.book, (rows - 1) / 2)), rows_(rows), columns_(columns) {
    for (const json::Value& order : state.orders.items()) {
      if (text_of(order, "status") != "active") own_.insert(text_of(order, "price"));
    }
    for (const auto* side : {&levels_.bids, &levels_.asks}) {
      for (const BookLevel& level : *side) {
        price_ = std::max(price_, level.price.size());
        size_ = std::max(size_, level.size.size());
        sum_ = std::max(sum_, levels_.sum_text(level).size());
      }
    }
    known_ = state.book.is_object();
  }

  /// The spread stands in the middle, whatever each side has.
  std::vector<StyledLine> lines() const {
    std::vector<StyledLine> out;
    const std::size_t depth = (rows_ - 1) / 2;
    for (std::size_t at = levels_.asks.size(); at < depth; ++at) out.emplace_back();
    for (auto level = levels_.asks.rbegin(); level != levels_.asks.rend(); ++level) {
      out.push_back(level_line(*level, Colour::kRed));
    }
    StyledLine spread;
    spread.add(fmt::format("  {:>{}}  ", "──", price_), Colour::kFaint);
    spread.add(!known_           ? "asking the node"
               : levels_.empty() ? "the book is empty"
                                 : spread_text(levels_),
               Colour::kFaint);
    out.push_back(spread);
    for (const BookLevel& level : levels_.bids) out.push_back(level_line(level, Colour::kGreen));
    out.resize(rows_);
    for (StyledLine& line : out) line.fit(columns_);
    return out;
  }

 private:
  StyledLine level_line(const BookLevel& level, Colour colour) const {
    StyledLine line;
    line.add(own_.contains(level.price) ? " •" : "  ", Colour::kYellow);
    line.add(fmt::format("{:>{}}", level.price, price_), colour);
    line.add(fmt::format("  {:>{}}", level.size, size_));
    line.add(fmt::format("  {:>{}}  ", levels_.sum_text(level), sum_), Colour::kFaint);
    const int left = static_cast<int>(columns_) - static_cast<int>(line.width()) - 1;
    return line.add(bar(level.sum, levels_.whole(), std::min(left, kBarColumnsMax)), colour);
  }

  BookLevels levels_;
  std::size_t rows_;
  std::size_t columns_;
  std::set<std::string> own_;  ///< prices of own orders
  std::size_t price_ = 8, size_ = 4, sum_ = 5;
  bool known_ = false;
};

std::vector<StyledLine> trade_lines(const WatchState& state, std::size_t rows,
                                    std::size_t columns) {
  std::vector<StyledLine> out;
  std::size_t price_width = 0;
  std::size_t size_width = 0;
  const auto& trades = rows_of(state.trades);
  const std::size_t count = std::min(rows, trades.size());
  for (std::size_t at = 0; at < count; ++at) {
    price_width = std::max(price_width, text_of(trades[at], "price").size());
    size_width = std::max(size_width, text_of(trades[at], "size").size());
  }
  for (std::size_t at = 0; at < count; ++at) {
    const json::Value& trade = trades[at];
    // The API tells the maker's side; who takes moves the price.
    const bool bought = text_of(trade, "side") == "sell";
    StyledLine line;
    line.add(" " + clock_text(text_of(trade, "time")), Colour::kFaint);
    line.add(fmt::format("  {} {:>{}}", bought ? "▲" : "▼", text_of(trade, "price"), price_width),
             bought ? Colour::kGreen : Colour::kRed);
    line.add(fmt::format("  {:>{}}", text_of(trade, "size"), size_width));
    out.push_back(line.fit(columns));
  }
  if (out.empty() && state.trades.is_array()) {
    out.push_back(StyledLine().add(" no trades yet", Colour::kFaint));
  }
  out.resize(rows);
  for (StyledLine& line : out) line.fit(columns);
  return out;
}

std::vector<StyledLine> order_lines(const WatchState& state, std::size_t rows) {
  std::vector<StyledLine> out;
  if (!state.orders_trouble.empty()) {
    return {StyledLine().add("  " + printable(state.orders_trouble), Colour::kYellow)};
  }
  const auto& orders = rows_of(state.orders);
  if (orders.empty() && state.orders.is_array()) {
    return {StyledLine().add("  none is open", Colour::kFaint)};
  }
  std::size_t price_width = 6;
  std::size_t size_width = 0;
  for (const json::Value& order : orders) {
    price_width = std::max(price_width, text_of(order, "price").size());
    size_width = std::max(size_width, text_of(order, "size").size());
  }
  for (const json::Value& order : orders) {
    if (out.size() + 1 == rows && orders.size() > rows) {
      out.push_back(StyledLine().add(fmt::format("  and {} more", orders.size() - out.size()),
                                     Colour::kFaint));
      break;
    }
    const std::string side = text_of(order, "side");
    const std::string price = text_of(order, "price");
    const std::string filled = text_of(order, "filled_size");
    const std::string pending = text_of(order, "pending_size");
    StyledLine line;
    line.add(fmt::format("  {:<4}", side), side_colour(side));
    line.add(fmt::format("  {:>{}}", price.empty() ? "market" : price, price_width));
    line.add(fmt::format("  {:>{}}", text_of(order, "size"), size_width));
    if (text_of(order, "status") == "active") {
      line.add("  waits for " + text_of(order, "stop_price"), Colour::kYellow);
    }
    if (!is_zero(filled)) line.add("  filled " + filled, Colour::kBold);
    if (!is_zero(pending)) line.add("  pending " + pending, Colour::kYellow);
    line.add("  " + text_of(order, "time_in_force") + "  " + text_of(order, "id"), Colour::kFaint);
    out.push_back(line);
  }
  return out;
}

std::vector<StyledLine> peer_lines(const WatchState& state, std::size_t rows) {
  std::vector<StyledLine> out;
  const auto& peers = rows_of(state.peers, "peers");
  if (peers.empty() && state.peers.is_object()) {
    return {StyledLine().add("  none: the node trades alone", Colour::kFaint)};
  }
  std::size_t name_width = 0;
  std::size_t address_width = 0;
  const auto name_of = [](const json::Value& peer) {
    const std::string name = text_of(peer, "name");
    return name.empty() ? text_of(peer, "id").substr(0, kBriefIdDigits) : name;
  };
  for (const json::Value& peer : peers) {
    name_width = std::max(name_width, width_of(name_of(peer)));
    address_width = std::max(address_width, text_of(peer, "address").size());
  }
  for (const json::Value& peer : peers) {
    if (out.size() + 1 == rows && peers.size() > rows) {
      out.push_back(StyledLine().add(fmt::format("  and {} more", peers.size() - out.size()),
                                     Colour::kFaint));
      break;
    }
    StyledLine line;
    line.add("  " + name_of(peer)).fit(name_width + 2);
    line.add(fmt::format("  {:<{}}", text_of(peer, "address"), address_width), Colour::kFaint);
    const std::string route = text_of(peer, "route");
    line.add(fmt::format("  {:<8}", route), route == "direct" ? Colour::kGreen : Colour::kYellow);
    line.add(fmt::format("  {:<5}", text_of(peer, "dialect")), Colour::kFaint);
    line.add(fmt::format("  {:>8}", milliseconds(peer.integer("round_trip_us").value_or(-1))));
    line.add("  " + text_of(peer, "software"), Colour::kFaint);
    out.push_back(line);
  }
  return out;
}

StyledLine head_line(const WatchState& state, std::size_t columns, std::int64_t wall_ms) {
  StyledLine left;
  left.add(" " + printable(state.instrument), Colour::kBold);
  const auto& trades = rows_of(state.trades);
  if (!trades.empty()) {
    const bool bought = text_of(trades.front(), "side") == "sell";
    left.add("  ").add((bought ? "▲ " : "▼ ") + text_of(trades.front(), "price"),
                       bought ? Colour::kGreen : Colour::kRed);
  }
  const std::int64_t suspended = state.book.integer("suspended").value_or(0);
  if (suspended > 0) left.add(fmt::format("  {} suspended", suspended), Colour::kYellow);
  StyledLine right;
  right.add(text_of(state.node, "name").substr(0, 16));
  const std::string node_state = text_of(state.node, "state");
  right.add("  " + node_state, node_state == "running" ? Colour::kGreen : Colour::kYellow);
  right.add("  " + text_of(state.node, "mode"), Colour::kFaint);
  right.add("  " + clock_text(base::to_iso8601(wall_ms * 1000)) + " UTC ", Colour::kFaint);
  if (left.width() + right.width() + 1 > columns) return left.fit(columns);
  return left.fit(columns - right.width()).add(right);
}

StyledLine foot_line(const WatchState& state, std::size_t columns, std::int64_t wall_ms) {
  StyledLine right;
  const std::int64_t age_ms = wall_ms - state.answered_wall_ms;
  if (state.paused) {
    right.add("paused ", Colour::kYellow);
  } else if (state.trouble.empty() && age_ms < kStaleMs) {
    right.add("live ", Colour::kGreen);
  } else if (state.trouble.empty()) {
    right.add(fmt::format("{} s old ", age_ms / 1000), Colour::kYellow);
  }
  if (!state.trouble.empty() && !state.paused) {
    return StyledLine().add(" " + printable(state.trouble), Colour::kRed).fit(columns);
  }
  StyledLine left;
  left.add(" q", Colour::kBold).add(" quit", Colour::kFaint);
  left.add("  space", Colour::kBold).add(" pause", Colour::kFaint);
  left.add("  ← →", Colour::kBold).add(" instrument", Colour::kFaint);
  if (left.width() + right.width() + 1 > columns) return left.fit(columns);
  return left.fit(columns - right.width()).add(right);
}

void add_part(std::vector<StyledLine>& screen, std::string_view name, std::vector<StyledLine> lines,
              std::size_t rows, std::size_t columns) {
  if (rows == 0) return;
  screen.push_back(title(name, columns));
  lines.resize(rows);
  for (StyledLine& line : lines) screen.push_back(line.fit(columns));
}

std::vector<StyledLine> market_lines(const WatchState& state, const WatchLayout& layout) {
  std::vector<StyledLine> out = BookPanel(state, layout.market_rows, layout.book_columns).lines();
  out.insert(out.begin(), title("book", layout.book_columns));
  if (layout.trade_columns == 0) return out;
  std::vector<StyledLine> trades = trade_lines(state, layout.market_rows, layout.trade_columns);
  trades.insert(trades.begin(), title("trades", layout.trade_columns));
  for (std::size_t at = 0; at < out.size(); ++at) {
    out[at].add(at == 0 ? "┬" : "│", Colour::kFaint).add(trades[at]);
  }
  return out;
}

}  // namespace

std::vector<std::string> watch_screen(const WatchState& state, ScreenSize size, bool colour,
                                      std::int64_t wall_ms) {
  const WatchLayout layout = watch_layout(size);
  std::vector<StyledLine> screen;
  if (layout.too_small) {
    screen.push_back(StyledLine().add("make the window larger, or q", Colour::kYellow));
  } else {
    screen.push_back(head_line(state, size.columns, wall_ms));
    for (StyledLine& line : market_lines(state, layout)) screen.push_back(std::move(line));
    const std::size_t open = rows_of(state.orders).size();
    add_part(screen,
             open == 0 ? "my orders"
                       : fmt::format("my orders ({}{})", open, state.more_orders ? "+" : ""),
             order_lines(state, layout.order_rows), layout.order_rows, size.columns);
    const std::size_t peers = rows_of(state.peers, "peers").size();
    add_part(screen, peers == 0 ? "peers" : fmt::format("peers ({})", peers),
             peer_lines(state, layout.peer_rows), layout.peer_rows, size.columns);
    screen.push_back(foot_line(state, size.columns, wall_ms));
  }
  screen.resize(size.rows);
  std::vector<std::string> lines;
  lines.reserve(screen.size());
  for (StyledLine& line : screen) lines.push_back(line.fit(size.columns).text(colour));
  return lines;
}

}  // namespace syrah::cli
