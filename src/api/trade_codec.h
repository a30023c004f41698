#pragma once

// Trades and fills in the JSON of the Coinbase Exchange API. `trade_id` counts the rows of this
// node's history; our own `match_id` names the trade on all nodes.

#include "exchange/history.h"
#include "exchange/instrument.h"
#include "json/writer.h"

namespace syrah::api {

/// `side` is the maker's, as there: "sell" is an uptick.
void write_trade(json::Writer& out, const exchange::TradeRow& row,
                 const exchange::Instrument& instrument);

/// With `unconfirmed` false, which tells it from what `write_unconfirmed` writes.
void write_fill(json::Writer& out, const exchange::FillRow& row,
                const exchange::Instrument& instrument);

/// A trade with a basic peer, as a fill: `unconfirmed` is true, `counterparty` the peer's name for
/// itself. The other side's order has no id here, and nothing settles.
void write_unconfirmed(json::Writer& out, const exchange::UnconfirmedRow& row,
                       const base::NodeId& home, const exchange::Instrument& instrument);

}  // namespace syrah::api
