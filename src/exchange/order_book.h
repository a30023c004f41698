#pragma once

// The resting orders of one instrument by price and priority, of all homes that are reachable.
// Holds only what can be traded now; what an order is worth beyond that is in its HomeState. Costs:
// O(log levels + log orders at the price) for every change, O(1) for the best price.

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/int128.h"
#include "exchange/order.h"

namespace syrah::exchange {

/// An order in the book.
struct Resting {
  OrderId id;
  Side side = Side::kBuy;
  Price price;
  Quantity available;
  Priority priority;
};

/// All orders at one price.
struct DepthLevel {
  Price price;
  Quantity quantity;  ///< of all of them, as far as 63 bits tell
  std::size_t orders = 0;
};

class OrderBook {
 public:
  /// Makes the book say what the order says: puts it in, changes or moves it; takes it out when
  /// nothing is free or it does not rest.
  void set(const Order& order);
  void remove(const OrderId& id);

  [[nodiscard]] std::optional<Price> best(Side side) const;
  [[nodiscard]] bool crossed() const;
  [[nodiscard]] const Resting* find(const OrderId& id) const;
  [[nodiscard]] std::size_t size() const { return index_.size(); }

  /// Of all orders at that price, as far as 63 bits tell; 0 if there are none.
  [[nodiscard]] Quantity quantity_at(Side side, Price price) const;
  /// Best first, at most `levels_max`.
  [[nodiscard]] std::vector<DepthLevel> depth(Side side, std::size_t levels_max) const;

  /// Calls `visit(const Resting&)` best price first, earliest first within a price, until it
  /// returns false. The book must not change meanwhile.
  template <class Visit>
  void walk(Side side, Visit&& visit) const {
    const auto each = [&](const Level& level) {
      for (const auto& [priority, resting] : level.orders) {
        if (!visit(resting)) return false;
      }
      return true;
    };
    if (side == Side::kBuy) {
      for (auto it = bids_.rbegin(); it != bids_.rend(); ++it) {
        if (!each(it->second)) return;
      }
    } else {
      for (const auto& [price, level] : asks_) {
        if (!each(level)) return;
      }
    }
  }

 private:
  struct Level {
    base::Int128 lots = 0;  ///< strangers' orders could overflow 64 bits
    std::map<Priority, Resting> orders;
  };
  struct Place {
    Side side;
    Price price;
    Priority priority;
  };
  using Levels = std::map<Price, Level>;

  [[nodiscard]] Levels& levels(Side side) { return side == Side::kBuy ? bids_ : asks_; }
  [[nodiscard]] const Levels& levels(Side side) const { return side == Side::kBuy ? bids_ : asks_; }

  Levels bids_;
  Levels asks_;
  std::unordered_map<OrderId, Place> index_;
};

}  // namespace syrah::exchange
