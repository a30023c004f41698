#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/checkers/ledger.h"
#include "sim/checkers/live_node.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 17: a stop order is not traded, held or in a book before it was triggered; it is
/// triggered once, for a trade that somebody stated; and none waits whose price was reached as far
/// as its home knows. Orders with funds never come to more than they are.
class StopChecker {
 public:
  static constexpr std::string_view kInvariant = "17 stop orders";

  explicit StopChecker(Report& report) : report_(report) {}

  /// `before`: the entry is not in it yet.
  void entry(const exchange::Recorded& recorded, const Ledger& before);
  void after_entry(const exchange::Recorded& recorded, const Ledger& after);
  void at_end(const Ledger& ledger, const std::vector<LiveNode>& nodes);

 private:
  struct Prices {
    exchange::Price lowest;
    exchange::Price highest;
  };
  void must_go(const exchange::Recorded& recorded, const base::OrderId& order,
               const Ledger& before);
  void triggered(const exchange::Recorded& recorded, const exchange::Triggered& event,
                 const Ledger& before);
  void check_funds(const exchange::Recorded& recorded, const base::OrderId& order,
                   const Ledger& after);
  void check_at(const LiveNode& node, const LedgerOrder& order);
  void say(const base::NodeId& home, const base::OrderId& order, std::string_view what);

  Report& report_;
  std::map<std::string, Prices> traded_;  ///< by instrument, of all trades so far
};

}  // namespace syrah::sim
