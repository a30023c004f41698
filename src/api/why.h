#pragma once

// Why an order does not trade or is not seen, in words: GET /node/orders/{id}/why.

#include <string>
#include <vector>

#include "api/call.h"
#include "json/writer.h"

namespace syrah::api {

struct Reason {
  std::string_view word;  ///< one of those in docs/api.md, for programs
  std::string text;       ///< one sentence, for people
};

/// Of an order that is in memory; the most important reason first, never none.
std::vector<Reason> reasons_for(const Call& call, const exchange::Order& order,
                                const exchange::Standing& standing, const NodeView& view);

/// Of an order that is over, by what the history says.
Reason reason_of_close(const exchange::Order& order);

/// Of an order of another home that is not in memory.
Reason reason_of_absence(const exchange::OrderId& id, const NodeView& view);

/// "queue": {...}: what is before the order in its book, and how far the best prices are.
void write_queue(json::Writer& out, const exchange::Order& order,
                 const exchange::Instrument& instrument, const exchange::Standing& standing);

}  // namespace syrah::api
