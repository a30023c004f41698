#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "exchange/command.h"
#include "exchange/types.h"

namespace syrah::exchange {

/// The terms of an order in 64 bits, to tell a repeated order from another one under the same
/// client id (FNV-1a, Fowler, Noll and Vo).
std::uint64_t terms_fingerprint(const PlaceOrder& command);

/// Client order ids of the last 24 h: the same id gives the same order, however often it is sent.
/// Bounded by kClientIdsMax.
class ClientIds {
 public:
  struct Use {
    Seq order = 0;
    std::uint64_t fingerprint = 0;
  };

  /// False when the table is full: the order must be refused.
  bool add(const std::string& account, const std::string& client_id, Use use,
           std::int64_t accepted_ms);
  [[nodiscard]] std::optional<Use> find(const std::string& account,
                                        const std::string& client_id) const;
  void forget_before(std::int64_t ms);
  [[nodiscard]] bool full() const;

 private:
  struct Age {
    std::int64_t ms = 0;
    std::string key;
  };
  std::unordered_map<std::string, Use> uses_;
  std::deque<Age> ages_;
};

}  // namespace syrah::exchange
