#pragma once

// The deciding side of the fill agreement: requests of other homes for orders of this one.
//
// Rules (design.md 2.1): 3 each request is decided once, the decision is an entry; 4 refusals too;
// 6 first come, first served, partial fills are normal; 8 a maker never waits: it answers from what
// is free now. Decisions are kept until the asker's own feed shows that they arrived.

#include <string>
#include <vector>

#include "exchange/config.h"
#include "exchange/market.h"

namespace syrah::exchange {

class Maker {
 public:
  Maker(Market& market, const ExchangeConfig& config);

  /// Before the first decision after a restart.
  void start(Time now);

  /// Decides these requests, those of a group only when all of it is there. What is not outstanding
  /// any more is passed over.
  void decide(const std::vector<TradeId>& requests, Time now);

  /// States which decisions need not be kept any longer: part of a checkpoint.
  void settle_decisions(Time now);

 private:
  /// Requests that are decided together.
  struct Group {
    std::vector<TradeId> open;  ///< not decided yet
    bool complete = true;       ///< all of it is there
    bool refused = false;       ///< some of it was decided so before this node stopped
  };

  void decide_one(const TradeId& trade, Time now);
  void decide_group(const TradeId& any, const Held& request, Time now);
  [[nodiscard]] Group group_of(const TradeId& any, const Held& request) const;
  /// Whether the request is for all or nothing.
  [[nodiscard]] bool for_all(const TradeId& trade, const Held& request) const;
  [[nodiscard]] bool same_steps(const NodeId& asker, const std::string& instrument) const;
  /// Why it cannot be filled at all; kAbandoned stands for "it can".
  [[nodiscard]] RefuseReason objection(const TradeId& trade, const Held& request) const;
  void fill(const TradeId& trade, const Held& request, Quantity quantity, Time now);
  void refuse(const TradeId& trade, const Held& request, RefuseReason reason, Quantity decrement,
              Time now);
  void prevent_self_trade(const TradeId& trade, const Held& request, Time now);
  [[nodiscard]] bool outstanding(const TradeId& trade) const;
  [[nodiscard]] const Held& request_of(const TradeId& trade) const;

  Market& market_;
  const ExchangeConfig& config_;
};

}  // namespace syrah::exchange
