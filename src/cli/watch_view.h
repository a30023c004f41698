#pragma once

// The live view of one instrument: what is known of it in, a screen of text lines out.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "json/document.h"

namespace syrah::cli {

/// The newest answers of the node; null values until there are any.
struct WatchState {
  std::string instrument;
  json::Document book;                ///< level 2
  json::Document trades;              ///< newest first
  json::Document orders;              ///< own open ones
  json::Document peers;               ///< of /node/peers
  json::Document node;                ///< of /node
  bool more_orders = false;           ///< there are more than these
  std::string orders_trouble;         ///< why there are no own orders to show
  std::string trouble;                ///< why the node does not answer; empty: it does
  std::int64_t answered_wall_ms = 0;  ///< when it last did
  bool paused = false;
};

struct ScreenSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

/// As many lines as the screen has rows, none wider than it.
std::vector<std::string> watch_screen(const WatchState& state, ScreenSize size, bool colour,
                                      std::int64_t wall_ms);

/// Trades that a screen of that size has place for.
std::size_t watch_trades(ScreenSize size);

}  // namespace syrah::cli
