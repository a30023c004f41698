#pragma once

// What a client may ask of its home.

#include <optional>
#include <string>

#include "exchange/types.h"

namespace syrah::exchange {

struct PlaceOrder {
  std::string account;
  std::string instrument;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  std::string price;     ///< decimal text; must be empty for a market order
  std::string quantity;  ///< decimal text; must be empty for a market order with funds
  TimeInForce tif = TimeInForce::kGtc;
  std::int64_t expires_ms = 0;  ///< GTD: wall clock, ms
  bool post_only = false;
  SelfTrade self_trade = SelfTrade::kDecrementAndCancel;
  std::string client_id;  ///< may be empty
  Stop stop = Stop::kNone;
  std::string stop_price;  ///< decimal text; of stop orders only
  std::string funds;       ///< decimal text: what a market order may spend or get at most, or empty
  KeyTag placed_by = 0;    ///< no part of the terms
};

/// What became of a PlaceOrder: an order, the first time or again.
struct Placed {
  OrderId id;
  bool repeated = false;  ///< this client id was used before, for the same order
};

struct ReplaceOrder {
  std::string account;
  Seq order = 0;
  std::string price;            ///< empty: as it is
  std::string quantity;         ///< new total quantity; empty: as it is
  std::string stop_price = {};  ///< of an order that waits; empty: as it is
};

}  // namespace syrah::exchange
