#pragma once

// The resting orders of one instrument by price and priority, of all homes that are reachable.
// Holds only what can be traded now; what an order is worth beyond that is in its HomeState.
//
// The book itself is book::Book, which has costs and memory of everything in its header; here are
// the words of the exchange for it, and the numbers that stand for homes and accounts there.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "book/matching.h"
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
  /// `self` is the home that matches, `seed` what book::Book says.
  explicit OrderBook(const NodeId& self, std::uint64_t seed = 0);

  /// Makes the book say what the order says: puts it in, changes or moves it; takes it out when
  /// nothing is free or it does not rest.
  void set(const Order& order);
  void remove(const OrderId& id);

  [[nodiscard]] std::optional<Price> best(Side side) const;
  [[nodiscard]] bool crossed() const;
  [[nodiscard]] std::optional<Resting> find(const OrderId& id) const;
  [[nodiscard]] std::size_t size() const { return core_.size(); }

  /// Of all orders at that price, as far as 63 bits tell; 0 if there are none.
  [[nodiscard]] Quantity quantity_at(Side side, Price price) const;
  /// Best first, at most `levels_max`.
  [[nodiscard]] std::vector<DepthLevel> depth(Side side, std::size_t levels_max) const;

  /// Calls `visit(const Resting&)` best price first, earliest first within a price, until it
  /// returns false. The book must not change meanwhile.
  template <class Visit>
  void walk(Side side, Visit&& visit) const {
    core_.walk(core_side(side), [&](book::Slot slot) { return visit(resting(slot)); });
  }

  // ---- for who matches ----
  [[nodiscard]] const book::Book& core() const { return core_; }
  /// An order of the home that matches.
  [[nodiscard]] book::Incoming incoming(const Order& order) const;
  [[nodiscard]] bool at_home(book::Slot slot) const { return book::home_of(core_.key(slot)) == 0; }
  [[nodiscard]] Resting resting(book::Slot slot) const;
  static book::Side core_side(Side side) {
    return side == Side::kBuy ? book::Side::kBid : book::Side::kAsk;
  }

 private:
  /// Accounts by number, and how many orders of theirs are in the book.
  struct Owner {
    const std::string* name = nullptr;
    std::size_t orders = 0;
  };

  [[nodiscard]] std::optional<book::Slot> slot_of(const OrderId& id) const;
  /// The numbers of homes never change; there are at most kHomesMax.
  std::uint16_t number_home(const NodeId& home);
  [[nodiscard]] book::Account account_of(const std::string& name) const;
  book::Account take_account(const std::string& name);
  void release_account(book::Account account);
  void take_out(book::Slot slot);

  book::Book core_;
  std::vector<NodeId> homes_;
  std::unordered_map<NodeId, std::uint16_t> home_numbers_;
  std::vector<Owner> owners_;  ///< 0 is nobody
  std::vector<book::Account> free_accounts_;
  std::unordered_map<std::string, book::Account> accounts_;
};

}  // namespace syrah::exchange
