#pragma once

// A second implementation of the exchange of one home, as simple as can be: every question is
// answered by looking at all orders. Slow, and so plain that it can be believed.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exchange/command.h"

namespace syrah::exchange::testing {

class NaiveExchange {
 public:
  /// Orders are named by how many were accepted before.
  using Name = std::size_t;

  struct Open {
    Name name = 0;
    PlaceOrder terms;
    std::int64_t price = 0;      ///< ticks of 1
    std::int64_t remaining = 0;  ///< lots of 0.1
    std::int64_t filled = 0;
    std::uint64_t turn = 0;  ///< who is first at a price
    bool waiting = false;    ///< for a trade at its stop price
    bool due = false;        ///< and one came
    std::int64_t stop_price = 0;
    std::int64_t funds = 0;  ///< left to spend; 0 if the order is not by funds
  };
  struct Trade {
    Name maker = 0;
    Name taker = 0;
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    bool operator==(const Trade&) const = default;
  };
  using Level = std::pair<std::int64_t, std::int64_t>;  ///< price, quantity

  explicit NaiveExchange(std::string instrument) : instrument_(std::move(instrument)) {}

  /// The order, new or the one that this client id has; nothing if it is refused.
  std::optional<Name> place(const PlaceOrder& command, std::int64_t now_ms);
  bool cancel(const std::string& account, Name name);
  std::vector<Name> cancel_all(const std::string& account, const std::string& instrument);
  /// `command.order` is not looked at.
  bool replace(const ReplaceOrder& command, Name name);
  /// What ends by time: orders, and how long a client id is remembered.
  void expire(std::int64_t now_ms);
  /// Lets the stop orders go whose price was reached; to be called after every command.
  void trigger();

  [[nodiscard]] const std::vector<Open>& open() const { return open_; }
  [[nodiscard]] const Open* find(Name name) const;
  [[nodiscard]] std::vector<Level> depth(Side side) const;
  [[nodiscard]] Name accepted() const { return accepted_; }
  std::vector<Trade> take_trades() { return std::exchange(trades_, {}); }

 private:
  struct Used {
    PlaceOrder command;
    Name name = 0;
    std::int64_t accepted_ms = 0;
  };

  [[nodiscard]] bool acceptable(const PlaceOrder& command, std::int64_t now_ms) const;
  [[nodiscard]] std::optional<std::int64_t> limit(const PlaceOrder& command) const;
  [[nodiscard]] std::optional<std::int64_t> collar(Side side) const;
  [[nodiscard]] std::int64_t most_for(const Open& order) const;
  void look_for_due();
  /// The order that is first in turn to trade with this one; nothing if none crosses.
  [[nodiscard]] std::optional<Name> best_against(const Open& taker, bool skip_own_account) const;
  [[nodiscard]] bool fills_whole(const Open& taker) const;
  void match(Name taker, bool skip_own_account);
  void meet(Name maker, Name taker);
  void prevent(Name maker, Name taker);
  void enter(Name name);
  void close(Name name);
  Open& get(Name name);

  std::string instrument_;
  std::vector<Open> open_;
  std::vector<Used> used_;
  std::vector<Trade> trades_;
  Name accepted_ = 0;
  std::uint64_t turns_ = 0;
  std::optional<std::int64_t> last_;  ///< price of the last trade
  std::vector<Name> due_;             ///< in the order in which they are to go
};

}  // namespace syrah::exchange::testing
