#pragma once

// The messages of the feed, in the JSON of the Coinbase Exchange feed (docs/streams.md).

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/channel.h"
#include "api/level_changes.h"
#include "api/stream.h"
#include "exchange/book_news.h"
#include "exchange/instrument.h"
#include "exchange/order_book.h"
#include "exchange/rolling_candle.h"

namespace syrah::api {

/// What a message about one order or match is written with. With an account it is the message of
/// the channel `user`, which says more.
struct StreamFrame {
  const exchange::Instrument& instrument;
  std::int64_t sequence = 0;
  std::string_view account = {};
};

std::string write_received(const exchange::OrderReceived& received, const StreamFrame& frame);
/// Of an order that waits for its stop price.
std::string write_activate(const exchange::OrderReceived& received, const StreamFrame& frame);
/// open, change or done, whichever it is; "" if nothing is to be said.
std::string write_resting(const exchange::RestingChange& change, const StreamFrame& frame);
/// `type`: match, or last_match.
std::string write_match(std::string_view type, const exchange::TradeFact& trade,
                        const StreamFrame& frame);
/// For the account of one of the two orders.
std::string write_fill(const exchange::FillFact& fill, const StreamFrame& frame);

/// What a ticker says besides the trade.
struct TickerView {
  const exchange::OrderBook& book;
  std::optional<exchange::RollingCandle::Figures> day;
  std::optional<exchange::RollingCandle::Figures> month;
};
std::string write_ticker(const exchange::TradeFact& trade, const TickerView& view,
                         const StreamFrame& frame);

std::string write_snapshot(const exchange::OrderBook& book, const StreamFrame& frame,
                           std::uint32_t checksum, const std::string& time);
std::string write_l2update(const LevelChanges& changes, const exchange::Instrument& instrument);

std::string write_heartbeat(const exchange::Instrument& instrument, std::int64_t sequence,
                            std::int64_t last_trade, std::int64_t wall_us);
std::string write_status(const std::vector<exchange::Instrument>& instruments);
std::string write_subscriptions(const std::set<std::pair<Channel, std::string>>& subscriptions);
std::string write_stream_error(std::string_view message, std::string_view reason);

}  // namespace syrah::api
