#pragma once

// Feeds as lines to read: "A a1 buys 1.0 @ 100", "B holds 1.0 of b1 for a1 @ 100".

#include <map>
#include <string>
#include <string_view>

#include "exchange/event.h"

namespace syrah::exchange::testing {

class Transcript {
 public:
  /// Homes are called by these letters.
  void name_home(const NodeId& home, std::string name);

  /// Remembers what other entries may refer to.
  void learn(const NodeId& home, std::string_view text);

  /// The line of an entry; empty for what only keeps the feed going (instruments, leases,
  /// checkpoints). What it refers to must have been learned before.
  std::string line(const NodeId& home, std::string_view text);

  /// The client id of an order if it has one, else home and number.
  [[nodiscard]] std::string order_name(const OrderId& id) const;
  [[nodiscard]] std::string home_name(const NodeId& home) const;
  [[nodiscard]] std::string amount(Price price, Quantity quantity) const;

 private:
  struct Teller;
  std::map<NodeId, std::string> homes_;
  std::map<OrderId, std::string> orders_;
  std::map<TradeId, Held> requests_;
  std::map<NodeId, Instruments> instruments_;
};

}  // namespace syrah::exchange::testing
