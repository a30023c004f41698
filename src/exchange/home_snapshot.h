#pragma once

// The state of one home as text: what a checkpoint entry in the home's feed puts its digest (and so
// the home's signature) on, what a newcomer takes instead of years of entries, and what a restart
// begins with. Equal states give equal text; one JSON object a line, so it can be sent in pages.

#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/home_state.h"

namespace syrah::exchange {

class SnapshotReader;

class HomeSnapshot {
 public:
  /// The whole state but for what is over already.
  static std::string write(const HomeState& state);

  /// The reverse; the text must be of this home. `write` of the result is the text again. The
  /// result stands after the entry before the checkpoint.
  static base::Result<HomeState> read(const NodeId& home, std::string_view text);

 private:
  static base::Status read_orders(HomeState& state, SnapshotReader& in, std::size_t count);
  static base::Status read_holds(HomeState& state, SnapshotReader& in, std::size_t count);
};

}  // namespace syrah::exchange
