#pragma once

// Notes what happens to the books while a step goes on, and tells it as BookNews at its end.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "exchange/book_news.h"
#include "exchange/order_book.h"

namespace syrah::exchange {

class BookWatch {
 public:
  void received(const Order& order, Hlc time) {
    news_.flow.emplace_back(OrderReceived{order, time});
  }
  /// After the maker was touched.
  void traded(const TradeFact& trade);
  /// The order as it is now; `book` does not know of it yet.
  void touch(const OrderBook& book, const Order& order, BookCause cause, Hlc time);
  /// Another state takes the place of what was known of the home.
  void forget(const NodeId& home);

  /// What happened since the last call; `books` are as they are now.
  BookNews take(const std::map<std::string, OrderBook, std::less<>>& books);

 private:
  struct Touched {
    RestingChange change;
    Priority old_priority;
  };

  BookNews news_;
  std::vector<Touched> touched_;
  std::unordered_map<OrderId, std::size_t> index_;  ///< into touched_
  /// Closed, told so, and parts of them still in doubt.
  std::set<OrderId> closed_in_doubt_;
};

}  // namespace syrah::exchange
