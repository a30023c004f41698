#pragma once

// The states of all homes and the books made of them. The one place where an entry becomes state:
// own entries at the moment they are made (`record`), everyone's when they are folded. Keeps the
// books equal to the states, notes the facts, and queues what others ask of this home and answer to
// it; what to do about those is decided elsewhere (maker.h, taker.h, matcher.h).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/book_watch.h"
#include "exchange/counts.h"
#include "exchange/event.h"
#include "exchange/fact.h"
#include "exchange/home_state.h"
#include "exchange/order_book.h"
#include "exchange/stop_orders.h"

namespace syrah::exchange {

/// How a home is seen from here.
enum class Reach : std::uint8_t {
  kLive,    ///< its orders are in the book
  kSilent,  ///< suspended: shown as such, not matched (rule 11)
  kGone,    ///< silent for long: not shown either
};

/// An own entry, ready for the feed.
struct OwnEntry {
  Seq seq = 0;
  Hlc time;
  std::string text;
  bool urgent = false;                    ///< someone waits for it: hold, decision, end of a hold
  bool checkpoint = false;                ///< must be the last of its batch
  std::optional<NodeId> awaited_by = {};  ///< the other home that a hold or a decision is for
};

/// The state of a home as of before the checkpoint entry `seq`.
struct CheckpointText {
  NodeId home;
  Seq seq = 0;
  std::string text;
};

class Market {
 public:
  /// `open_orders_max`: of all homes together, see has_room_for_order(). `random_seed`: for the
  /// books' indices; changes nothing that is seen.
  Market(const NodeId& self, const std::vector<Instrument>& instruments,
         std::size_t open_orders_max, std::uint64_t random_seed);

  // ---- entries become state ----
  /// Makes the next own entry. It must be one that the own state accepts.
  Seq record(const std::string& instrument, Event event, Time now);
  /// Makes the next own entry a checkpoint.
  void record_checkpoint(Time now);
  /// Folds the next entry of any home; errors blame the home and change nothing.
  base::Status fold(const NodeId& home, std::string_view text, Time now);
  /// An error if a home's decision does not fit what the own hold asked for.
  [[nodiscard]] base::Status check_answer(const TradeId& trade, const Decision& decision) const;
  /// Replaces what is known of a home by its state at a checkpoint.
  base::Status restore(HomeState state, const Recorded& checkpoint);
  /// Until then facts are not noted: what is folded was noted before the restart. `trades`: the
  /// highest number of a trade noted then.
  void end_recovery(std::int64_t trades);

  void set_reach(const NodeId& home, Reach reach, Time now);

  // ---- what is ----
  /// Whether the home may have one more open order. When all homes together have as many as there
  /// may be, only those go on that have less than their share of it.
  [[nodiscard]] bool has_room_for_order(const NodeId& home) const;
  [[nodiscard]] const NodeId& self() const { return self_; }
  [[nodiscard]] const Instruments& instruments() const { return instruments_; }
  [[nodiscard]] const HomeState& own() const { return homes_.at(self_).state; }
  [[nodiscard]] const Order* own_order(Seq seq) const { return own().order(seq); }
  [[nodiscard]] const Order* order(const OrderId& id) const;
  [[nodiscard]] const HomeState* home(const NodeId& id) const;
  [[nodiscard]] std::vector<NodeId> homes() const;
  [[nodiscard]] Reach reach(const NodeId& home) const;
  [[nodiscard]] const NodeId* home_with_prefix(std::uint64_t prefix) const;
  [[nodiscard]] const OrderBook* book(std::string_view instrument) const;
  /// Own orders that wait for a price, and the last prices.
  [[nodiscard]] StopOrders& stops() { return stops_; }
  [[nodiscard]] const StopOrders& stops() const { return stops_; }
  /// A time after all entries made and followed so far, for what is signed besides them.
  void restore_time(Hlc given) { clock_.restore(given); }
  Hlc stamp(Time now) { return clock_.next(now.wall_ms()); }

  // ---- what is to be done about it; taking empties ----
  [[nodiscard]] const std::set<std::string>& crossed_candidates() const { return changed_books_; }
  void clear_crossed_candidates() { changed_books_.clear(); }
  void mark_all_books();
  void mark_book(const std::string& instrument) { changed_books_.insert(instrument); }
  /// Requests of other homes for own orders, not known to be decided.
  std::vector<TradeId> take_requests();
  /// Own holds that may have an answer.
  std::vector<Seq> take_answers();
  std::vector<OwnEntry> take_entries();
  std::vector<Fact> take_facts();
  BookNews take_book_news() { return watch_.take(books_); }
  std::vector<CheckpointText> take_checkpoints();
  /// Looks at all holds of all homes anew: after recovery and after a snapshot.
  void scan_requests_and_answers();
  void note(Fact fact);

  /// Kept up as entries become state.
  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// An own question was answered after so long.
  void count_answer(std::int64_t waited_us) { counts_.answer_us.add(waited_us); }
  /// Of all homes, those held in part included.
  [[nodiscard]] std::size_t open_orders() const;

 private:
  struct Home {
    HomeState state;
    Reach reach = Reach::kSilent;
  };

  base::Status admit(const NodeId& home);
  [[nodiscard]] base::Status check_answer(const Recorded& recorded) const;
  /// Of one home among the open orders of all, once there are as many as there may be.
  [[nodiscard]] std::size_t share() const;
  [[nodiscard]] base::Error over_share() const;
  /// Applies an entry to its home's state, and keeps count.
  base::Result<std::vector<Seq>> apply(HomeState& state, const Recorded& recorded);
  base::Status check_checkpoint(const HomeState& state, const Recorded& recorded);
  void folded(const Recorded& recorded, const std::vector<Seq>& touched);
  std::int64_t number_of(const Traded& traded);
  void note_own(const Recorded& recorded, const std::vector<Seq>& touched);
  void note_received(const HomeState& state, const Recorded& recorded);
  void note_trade(const HomeState& state, const Recorded& recorded, const Traded& traded);
  void queue_requests_and_answers(const Recorded& recorded);
  void place_in_book(const Order& order, Reach reach, BookCause cause, Hlc time);
  void place_all(const HomeState& state, Reach reach, BookCause cause, Hlc time);
  /// Null if the instrument is not traded here, or in other steps: its orders are not for the book.
  [[nodiscard]] OrderBook* book_for(const HomeState& state, const std::string& instrument);
  // market_counts.cpp
  void count(const Recorded& recorded, const std::vector<Seq>& touched);
  void count_own(const Recorded& recorded, const std::vector<Seq>& touched);
  void count_decision(InstrumentCounts& counts, const Recorded& recorded,
                      const Traded& traded) const;

  NodeId self_;
  Instruments instruments_;
  std::map<NodeId, Home> homes_;
  std::size_t open_orders_max_;
  std::size_t open_orders_ = 0;  ///< in all states
  std::map<std::string, OrderBook, std::less<>> books_;
  StopOrders stops_;
  std::map<std::uint64_t, NodeId> prefixes_;
  base::HlcClock clock_;
  bool recovering_ = true;
  std::int64_t trades_ = 0;            ///< number of the last trade noted
  std::map<Seq, std::int64_t> asked_;  ///< by own hold: number of the trade that answered it
  BookWatch watch_;
  std::set<std::string> changed_books_;
  std::vector<TradeId> requests_;
  std::vector<Seq> answers_;
  std::vector<OwnEntry> entries_;
  std::vector<Fact> facts_;
  std::vector<CheckpointText> checkpoints_;
  Counts counts_;
};

}  // namespace syrah::exchange
