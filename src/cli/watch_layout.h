#pragma once

#include <cstddef>

#include "cli/watch_view.h"

namespace syrah::cli {

/// How a screen is divided: a head line; the book with the trades to its right; own orders; peers;
/// a foot line. Each part has a title line, and parts that are 0 high have none.
struct WatchLayout {
  std::size_t market_rows = 0;
  std::size_t order_rows = 0;
  std::size_t peer_rows = 0;
  std::size_t book_columns = 0;
  std::size_t trade_columns = 0;  ///< 0: no trades
  bool too_small = false;
};

WatchLayout watch_layout(ScreenSize size);

}  // namespace syrah::cli
