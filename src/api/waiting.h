#pragma once

// Fills in doubt: what an own order has asked of other homes, and what each question waits for.

#include "api/call.h"
#include "json/writer.h"

namespace syrah::api {

/// The home's line among the feeds, null if it is not known here.
const FeedLine* find_feed(const NodeView& view, const base::NodeId& home);

/// The name of a node that is connected, else "".
std::string_view name_of(const NodeView& view, std::string_view id);

/// "alice (0123abcd)", or "0123abcd" of a node that is not connected.
std::string person_of(const NodeView& view, std::string_view id);

/// What the answer waits for: one word and one sentence.
struct WaitsFor {
  std::string_view word;  ///< answer, entries, home, operator
  std::string text;
};
WaitsFor waits_for(const exchange::Hold& hold, const NodeView& view);

/// One hold as an object.
void write_hold(json::Writer& out, const exchange::Hold& hold, const exchange::Order& order,
                const exchange::Instrument& instrument, const NodeView& view, base::Time now);

}  // namespace syrah::api
