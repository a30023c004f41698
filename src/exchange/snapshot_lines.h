#pragma once

// The lines of a snapshot, one record each: the one form that each has, and how it is read from a
// stranger. What must hold between the records is in home_snapshot.cpp.

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "exchange/home_state.h"

namespace syrah::exchange {

/// The first line: names the state and numbers the lines of each kind that follow in this order.
struct SnapshotHeader {
  NodeId home;
  Seq seq = 0;
  std::int64_t lease_until_ms = 0;
  std::uint64_t since_checkpoint = 0;
  std::size_t instruments = 0;
  std::size_t orders = 0;
  std::size_t holds = 0;
  std::size_t decisions = 0;
  std::size_t settled = 0;
};

using DecidedTrade = std::pair<TradeId, Decision>;
using SettledHome = std::pair<NodeId, Seq>;

/// Each line is a JSON object and ends with a newline; prices are in ticks and quantities in lots.
std::string snapshot_line(const SnapshotHeader& header);
std::string snapshot_line(const Instrument& instrument);
std::string snapshot_line(const Order& order);
std::string snapshot_line(const Hold& hold);
std::string snapshot_line(const DecidedTrade& decided);
std::string snapshot_line(const SettledHome& settled);

/// Takes the lines one after the other. Each must be exactly what would be written for its content,
/// which makes the text of a state unique. Ranges are checked, and what must hold within a record.
class SnapshotReader {
 public:
  SnapshotReader(const NodeId& home, std::string_view text) : home_(home), rest_(text) {}

  base::Result<SnapshotHeader> header();
  base::Result<Instrument> instrument();
  base::Result<Order> order();
  base::Result<Hold> hold();
  base::Result<DecidedTrade> decision();
  base::Result<SettledHome> settled();

  /// An error that names the line read last.
  [[nodiscard]] base::Error failure(std::string_view what) const;
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  template <class Read>
  auto next(Read&& read);

  NodeId home_;
  std::string_view rest_;
  std::size_t number_ = 0;
  Seq seq_max_ = 0;  ///< of the header: nothing is newer
};

}  // namespace syrah::exchange
