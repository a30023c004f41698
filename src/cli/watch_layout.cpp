#include "cli/watch_layout.h"

#include <algorithm>

namespace syrah::cli {
namespace {

constexpr std::size_t kRowsMin = 6;  // head, title, two sides and a spread, foot
constexpr std::size_t kColumnsMin = 30;
constexpr std::size_t kRowsWithOrders = 14;
constexpr std::size_t kRowsWithPeers = 20;
constexpr std::size_t kColumnsWithTrades = 66;
constexpr std::size_t kTradeColumnsMin = 34;
constexpr std::size_t kTradeColumnsMax = 48;

}  // namespace

WatchLayout watch_layout(ScreenSize size) {
  WatchLayout layout;
  if (size.rows < kRowsMin || size.columns < kColumnsMin) {
    layout.too_small = true;
    return layout;
  }
  std::size_t left = size.rows - 3;  // head, foot, title of the market
  if (size.rows >= kRowsWithOrders) {
    layout.order_rows = std::max<std::size_t>(2, size.rows / 7);
    left -= layout.order_rows + 1;
  }
  if (size.rows >= kRowsWithPeers) {
    layout.peer_rows = std::max<std::size_t>(2, size.rows / 9);
    left -= layout.peer_rows + 1;
  }
  layout.market_rows = left;
  layout.book_columns = size.columns;
  if (size.columns >= kColumnsWithTrades) {
    layout.trade_columns = std::clamp(size.columns * 2 / 5, kTradeColumnsMin, kTradeColumnsMax);
    layout.book_columns = size.columns - layout.trade_columns - 1;  // a line between them
  }
  return layout;
}

std::size_t watch_trades(ScreenSize size) {
  const WatchLayout layout = watch_layout(size);
  return layout.trade_columns == 0 ? 1 : std::max<std::size_t>(layout.market_rows, 1);
}

}  // namespace syrah::cli
