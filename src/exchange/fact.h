#pragma once

// What happened, for those who look on: the history on disk, the market data, the log.

#include <cstdint>
#include <string>
#include <variant>

#include "exchange/order.h"

namespace syrah::exchange {

/// A trade anywhere in the network, told once: by the maker's home.
struct TradeFact {
  std::int64_t number = 0;  ///< counts the trades that this node noted; 0: the history gives one
  EntryId entry;            ///< the maker's home's entry: names the trade in the tape
  TradeId trade;
  std::string instrument;
  OrderId maker;
  OrderId taker;
  Side taker_side = Side::kBuy;
  Price price;
  Quantity quantity;
  Hlc time;
};

/// An order of this node was part of a trade (twice per trade when both were), confirmed by the own
/// feed.
struct FillFact {
  EntryId entry;  ///< own entry that confirms it
  TradeId trade;
  std::int64_t number = 0;  ///< of the TradeFact; 0 if that was noted before a restart
  Order order;              ///< after the fill
  OrderId counter_order;
  bool maker = false;
  Price price;
  Quantity quantity;
  Hlc time;
};

/// An order of this node as of now, after every change.
struct OrderFact {
  Order order;
  Hlc time;
  /// `terms_fingerprint` of the command that placed it (client_ids.h); what a restart needs to tell
  /// a repeated command from another one under the same client id.
  std::uint64_t terms = 0;
  KeyTag placed_by = 0;  ///< of an order that is open, or was until this change
};

/// A hold that the operator had abandoned was filled by the maker after all: the two homes differ,
/// on the record.
struct AbandonedFilledFact {
  TradeId trade;
  OrderId maker;
  Quantity quantity;
};

/// A trade with a peer that speaks only the basic dialect: it says that it traded, and no feed
/// proves it.
struct UnconfirmedFact {
  std::string id;  ///< as the peer named the trade
  std::string instrument;
  Side side = Side::kBuy;  ///< of the own order
  Price price;
  Quantity quantity;
  Seq order = 0;     ///< the own order
  std::string peer;  ///< the peer's name for itself
  Hlc time;
};

using Fact = std::variant<TradeFact, FillFact, OrderFact, AbandonedFilledFact, UnconfirmedFact>;

}  // namespace syrah::exchange
