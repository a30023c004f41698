#pragma once

// The node's book, and the textbook's, in the shape in which streams are replayed (see FlatBooks).

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "book/matching.h"
#include "model/textbook_book.h"
#include "stream.h"

namespace syrah::bench {

/// book::Book and book::match(), with every check of theirs: priority, accounts, post-only.
class NodeBooks {
 public:
  NodeBooks(const StreamHeader& header, TradeLog& trades) : trades_(trades) {
    for (std::uint32_t i = 0; i < header.instruments; ++i)
      books_.push_back(std::make_unique<book::Book>(i));
  }

  void add(const Message& message) { enter(message, message.price, true); }
  void take(const Message& message) { enter(message, message.price, false); }
  void take_any(const Message& message) {
    using Limits = std::numeric_limits<std::int64_t>;
    enter(message, message.side == 0 ? Limits::max() : Limits::min(), false);
  }
  bool cancel(const Message& message) { return books_[message.instrument]->remove_key(message.id); }

  [[nodiscard]] std::size_t bytes(std::size_t) const {
    std::size_t sum = 0;
    for (const auto& book : books_) sum += book->bytes();
    return sum;
  }

 private:
  /// What the node does by an entry in its feed is done to the book at once.
  struct Matcher {
    book::Book& book;
    TradeLog& trades;
    std::uint64_t taker;
    std::int64_t wanted;

    [[nodiscard]] std::int64_t offered(book::Slot slot) const { return book.lots(slot); }
    [[nodiscard]] bool goes_on() const { return wanted > 0; }
    void meet(book::Slot slot, book::Meeting meeting, std::int64_t offered) {
      if (meeting != book::Meeting::kTrade) return;
      const std::int64_t part = std::min(wanted, offered);
      trades.add({book.key(slot), taker, static_cast<std::int32_t>(book.price(slot)),
                  static_cast<std::uint32_t>(part)});
      wanted -= part;
      if (part == offered) {
        book.remove(slot);
      } else {
        book.set_lots(slot, offered - part);
      }
    }
  };

  void enter(const Message& message, std::int64_t limit, bool rests) {
    book::Book& book = *books_[message.instrument];
    const auto side = static_cast<book::Side>(message.side);
    const book::Rank rank(++now_, 0, message.id & book::kNumberMax);
    const book::Account account = 1U + message.side;  // nobody trades with himself
    std::int64_t wanted = message.quantity;
    if (book.reaches(book::opposite(side), limit)) {
      Matcher matcher{book, trades_, message.id, wanted};
      book::match(book, {message.id, side, limit, rank, account, rests, false}, matcher);
      wanted = matcher.wanted;
    }
    if (wanted > 0 && rests) {
      book.add({message.id, side, limit, wanted, account, false}, rank);
    }
  }

  TradeLog& trades_;
  std::vector<std::unique_ptr<book::Book>> books_;
  std::int64_t now_ = 0;
};

class TextbookBooks {
 public:
  TextbookBooks(const StreamHeader& header, TradeLog& trades)
      : trades_(trades), books_(header.instruments) {}

  void add(const Message& message) { enter(message, message.price, true); }
  void take(const Message& message) { enter(message, message.price, false); }
  void take_any(const Message& message) { enter(message, std::nullopt, false); }
  bool cancel(const Message& message) { return books_[message.instrument].cancel(message.id); }

  /// Nodes of the list and of the hash map with what malloc adds, and the hash map's array.
  [[nodiscard]] std::size_t bytes(std::size_t orders) const { return orders * (32 + 64 + 12); }

 private:
  void enter(const Message& message, std::optional<std::int32_t> limit, bool rests) {
    books_[message.instrument].add(message.id, message.side == 1, limit, message.quantity, rests,
                                   [this](std::uint64_t maker, std::uint64_t taker,
                                          std::int32_t price, std::uint32_t quantity) {
                                     trades_.add({maker, taker, price, quantity});
                                   });
  }

  TradeLog& trades_;
  std::vector<model::TextbookBook> books_;
};

}  // namespace syrah::bench
