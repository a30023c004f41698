#pragma once

// What clients asked for and what they were told, as values.

#include <cstdint>
#include <string>

#include "exchange/types.h"

namespace syrah::sim {

/// An order as a client wants it. A client that repeats itself keeps the intent's number.
struct Intent {
  std::uint64_t number = 0;
  base::NodeId home;
  std::string account;
  std::string client_id;  ///< may be empty
  std::string instrument;
  exchange::Side side = exchange::Side::kBuy;
  exchange::OrderType type = exchange::OrderType::kLimit;
  exchange::TimeInForce tif = exchange::TimeInForce::kGtc;
  exchange::SelfTrade self_trade = exchange::SelfTrade::kDecrementAndCancel;
  bool post_only = false;
  std::int64_t price_ticks = 0;    ///< 0 for a market order
  std::int64_t quantity_lots = 0;  ///< 0 for an order by funds
  std::int64_t funds_units = 0;    ///< ticks times lots, 0 for an order by quantity
  exchange::Stop stop = exchange::Stop::kNone;
  std::int64_t stop_ticks = 0;
};

/// An order as an answer showed it.
struct ToldOrder {
  base::OrderId id;
  std::int64_t quantity_lots = 0;
  std::int64_t filled_lots = 0;
  bool done = false;  ///< status done, or a done_reason is given
};

}  // namespace syrah::sim
