#pragma once

#include <map>

#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 2: each trade stands once in the feed of the maker's home and once in that of the
/// taker's, with equal price and quantity. A request is decided once, rests on a durable hold, and
/// a hold that was let go never turns out to be traded.
class BothSidesChecker {
 public:
  static constexpr std::string_view kInvariant = "2 both sides";

  explicit BothSidesChecker(Report& report) : report_(report) {}

  /// `before`: the entry is not in it yet.
  void entry(const exchange::Recorded& recorded, const Ledger& before);
  /// All is calm and everyone is there: no trade may have one side only.
  void at_end();

 private:
  struct Trade {
    base::NodeId maker_home;
    base::Seq maker_entry = 0;
    base::Seq taker_entry = 0;
    base::Seq refused_entry = 0;
    base::Seq released_entry = 0;
    exchange::Price price;
    exchange::Quantity quantity;
  };

  void traded(const exchange::Recorded& recorded, const exchange::Traded& event,
              const Ledger& before);
  void decided(const exchange::Recorded& recorded, const exchange::Traded& event,
               const Ledger& before);
  void confirmed(const exchange::Recorded& recorded, const exchange::Traded& event);
  void refused(const exchange::Recorded& recorded, const exchange::Refused& event);
  void released(const exchange::Recorded& recorded, const exchange::Released& event);
  void say(const exchange::Recorded& recorded, const base::TradeId& trade, std::string_view what);

  Report& report_;
  std::map<base::TradeId, Trade> trades_;
};

}  // namespace syrah::sim
