#pragma once

// Exchanges in memory, each with its feed kept: entries go from one to the other when the test says
// so, and any of them can be restarted from what it wrote and read.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/fixture.h"
#include "exchange/transcript.h"

namespace syrah::exchange::testing {

/// Whole ticks and tenths of lots keep the texts short.
inline Instrument coin() { return {"BTC-USD", {1, 0}, {1, 1}}; }

inline constexpr std::int64_t kStartMs = 1'700'000'000'000;

PlaceOrder buy(std::string quantity, std::string price, std::string account = "alice");
PlaceOrder sell(std::string quantity, std::string price, std::string account = "bob");

/// One exchange and everything that it wrote and read.
class Desk {
 public:
  explicit Desk(std::uint8_t letter, std::uint64_t random_seed = 1, PlantedBugs planted = {});

  Exchange& operator*() { return *exchange_; }
  Exchange* operator->() { return exchange_.get(); }
  const Exchange* operator->() const { return exchange_.get(); }
  [[nodiscard]] const NodeId& id() const { return config.self; }

  /// Settles, keeps entries and facts.
  void collect(Time now);
  void start(Time now);

  base::Status fold(const NodeId& home, const std::string& text, Time now);

  /// Begins anew from the first `own_entries` of its feed and all that it read. Other homes are
  /// silent until their reach is set again.
  void restart(Time now, std::size_t own_entries);
  void restart(Time now) { restart(now, feed.size()); }

  /// The state of this home as its snapshot tells it.
  [[nodiscard]] std::string snapshot() const;
  [[nodiscard]] std::string snapshot_of(const NodeId& home) const;

  template <class Kind>
  [[nodiscard]] std::vector<Kind> facts_of() const {
    std::vector<Kind> found;
    for (const Fact& fact : facts) {
      if (const auto* one = std::get_if<Kind>(&fact)) found.push_back(*one);
    }
    return found;
  }

  ExchangeConfig config;
  std::vector<std::string> feed;  ///< own entries, the first is number 1
  std::vector<Fact> facts;
  std::vector<CheckpointText> checkpoints;

 private:
  struct Read {
    NodeId home;
    std::string text;
  };
  std::unique_ptr<Exchange> exchange_;
  std::vector<Read> read_;
};

/// Several of them on one clock.
class Desks {
 public:
  explicit Desks(std::size_t count, std::uint64_t random_seed = 1, PlantedBugs planted = {});

  Desk& at(std::size_t index) { return *desks_.at(index); }
  [[nodiscard]] std::size_t size() const { return desks_.size(); }

  /// Places and settles; the number of the order, which must be accepted.
  Seq place(std::size_t at, const PlaceOrder& command);

  /// Brings the next entry, or all entries, of one feed to another exchange, which then settles.
  /// False if there was none.
  bool deliver_one(std::size_t from, std::size_t to);
  bool deliver(std::size_t from, std::size_t to);
  /// Everything to everyone until nobody has anything to say.
  void deliver_all();

  void advance(std::int64_t ms);
  /// Rebuilds this exchange from its first entries; others are live again to it at once.
  void restart(std::size_t index, std::size_t own_entries);
  void restart(std::size_t index) { restart(index, at(index).feed.size()); }
  void set_reach(std::size_t seen_by, std::size_t home, Reach reach);

  /// How much of a feed has been brought to someone.
  [[nodiscard]] std::size_t delivered(std::size_t from, std::size_t to) const;
  [[nodiscard]] std::size_t delivered_to_anyone(std::size_t from) const;

  /// What the feed of this home says since the last call, one line an event (transcript.h).
  std::vector<std::string> told(std::size_t index);

  /// Empty if all agree, else what is wrong: books, snapshots, holds, crossed books, trades.
  [[nodiscard]] std::string disagreement();

  Time now{0, kStartMs* base::kUsPerMs};

 private:
  [[nodiscard]] std::string disagreement_on_trades();
  void read_feeds();

  std::vector<std::unique_ptr<Desk>> desks_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> delivered_;
  struct Reading {
    std::size_t entries = 0;
    std::vector<std::string> lines;
  };
  std::map<std::size_t, Reading> readings_;
  Transcript transcript_;
};

}  // namespace syrah::exchange::testing
