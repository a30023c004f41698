#pragma once

#include <map>
#include <string>
#include <tuple>

#include "exchange/event.h"
#include "sim/checkers/report.h"
#include "sim/checkers/told.h"

namespace syrah::sim {

/// Invariant 11: the same client order id at the same home gives the same order, however often it
/// is sent and whatever crashes in between.
class ClientIdChecker {
 public:
  static constexpr std::string_view kInvariant = "11 client id";

  explicit ClientIdChecker(Report& report) : report_(report) {}

  /// An entry is durable at its home.
  void entry(const exchange::Recorded& recorded);
  /// The client was told that this order is what became of its intent.
  void placed(const Intent& intent, const base::OrderId& id);

 private:
  using Key = std::tuple<base::NodeId, std::string, std::string>;  ///< home, account, client id
  void same(const Key& key, const base::OrderId& id, std::string_view how);

  Report& report_;
  std::map<Key, base::OrderId> orders_;
};

}  // namespace syrah::sim
