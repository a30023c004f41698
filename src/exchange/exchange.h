#pragma once

// The exchange of one node: the state of all homes, the books made of them, the own orders, and
// both sides of the fill agreement. Single-threaded, no I/O: commands, folded entries and time go
// in; own entries and facts come out. An own entry is folded by the same code as everyone else's at
// the moment it is made, so memory is never ahead of what the feed will say.
//
// The fill agreement (design.md, 2.1). The hold entry of the taker's home is the request, the trade
// or refusal entry of the maker's home is the answer, the trade or release entry of the taker's
// home ends it. Feeds deliver each exactly once and in order over whatever path there is, so asking
// again is catching up, and one trade id can only be decided once.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/command.h"
#include "exchange/config.h"
#include "exchange/counts.h"
#include "exchange/market.h"
#include "exchange/standing.h"

namespace syrah::exchange {

class Exchange {
 public:
  explicit Exchange(ExchangeConfig config);
  ~Exchange();

  // ---- recovery: snapshots, then entries, of all homes; then finish_recovery(). Own entries are
  // made from start() on: no command before it. ----
  /// The digest must have been checked. Replaces what is known of the home.
  base::Status restore(HomeState state, const Recorded& checkpoint);
  /// Client ids used in the last 24 h, from the journal.
  void restore_client_id(const std::string& account, const std::string& client_id, Seq order,
                         std::int64_t accepted_ms, std::uint64_t fingerprint);
  /// Which key an order that is open was placed with, from the journal.
  void restore_placed_by(Seq order, KeyTag key);
  /// What is folded from now on is news. `trades`: the highest number of a trade noted before.
  void finish_recovery(std::int64_t trades = 0);
  /// Declares instruments, renews the lease, takes up what was left open. An error if the feed has
  /// an instrument with other steps than the configuration.
  base::Status start(Time now);

  // ---- other homes ----
  /// Folds the next entry of a home (own ones during recovery). An error means that the home breaks
  /// the rules; the entry has then changed nothing.
  base::Status fold(const NodeId& home, std::string_view text, Time now);
  void set_reach(const NodeId& home, Reach reach, Time now);
  /// Nothing of this home counts any more: its orders leave, holds on it wait for the operator.
  void reject_home(const NodeId& home, Time now);

  // ---- commands of clients; errors change nothing ----
  base::Result<Placed> place(const PlaceOrder& command, Time now);
  base::Status cancel(const std::string& account, Seq order, Time now);
  /// Of the account; of one instrument if it is not empty. Returns the orders that were open.
  std::vector<Seq> cancel_all(const std::string& account, const std::string& instrument, Time now);
  /// The same for those that were placed with this key, or with one that is not known.
  std::vector<Seq> cancel_placed_by(const std::string& account, KeyTag key, Time now);
  base::Status replace(const ReplaceOrder& command, Time now);
  /// Takes `quantity` off an own order that a basic peer filled, unconfirmed.
  base::Status reduce(Seq order, Quantity quantity, Time now);
  /// The operator gives up a hold whose maker does not come back. On the record.
  base::Status abandon(Seq hold, Time now);

  // ---- time ----
  /// A time after all entries made and followed so far, for what is signed besides them.
  Hlc stamp(Time now);
  /// What follows is later than `given`, which this node itself gave before a restart.
  void restore_time(Hlc given);
  void tick(Time now);
  /// On the steady clock; INT64_MAX if nothing is due.
  [[nodiscard]] std::int64_t next_deadline_us() const;

  // ---- what came of it; to be called after every call above ----
  /// Matches what became crossed, decides requests, answers. Then everything is in the queues
  /// below.
  void settle(Time now);
  std::vector<OwnEntry> take_entries();
  std::vector<Fact> take_facts();
  /// What happened to the books since the last call; complete also before start().
  BookNews take_book_news();
  /// For every checkpoint entry folded or made since the last call, the state it speaks of.
  std::vector<CheckpointText> take_checkpoints();

  // ---- questions ----
  [[nodiscard]] const NodeId& self() const;
  [[nodiscard]] const std::vector<Instrument>& instruments() const;
  [[nodiscard]] const Instrument* instrument(std::string_view name) const;
  /// Null for an instrument that is not traded here.
  [[nodiscard]] const OrderBook* book(std::string_view instrument) const;
  [[nodiscard]] const Order* own_order(Seq seq) const;
  /// Any home's order while it is open or in doubt.
  [[nodiscard]] const Order* order(const OrderId& id) const;
  /// Of the last trade anywhere that was seen here; what stop orders wait for.
  [[nodiscard]] std::optional<Price> last_price(std::string_view instrument) const;
  /// Where an order of any home that is not closed stands.
  [[nodiscard]] Standing standing(const Order& order, Time now) const;
  [[nodiscard]] std::optional<Seq> find_client_id(const std::string& account,
                                                  const std::string& client_id) const;
  [[nodiscard]] const HomeState* home(const NodeId& id) const;
  [[nodiscard]] std::vector<NodeId> homes() const;
  [[nodiscard]] Reach reach(const NodeId& home) const;
  /// Home ids whose first 8 bytes are these, for client-facing ids.
  [[nodiscard]] const NodeId* home_with_prefix(std::uint64_t prefix) const;
  /// 64-bit digest (FNV-1a) of every order in a book: equal books have equal digests on all nodes.
  [[nodiscard]] std::uint64_t book_digest(std::string_view instrument) const;
  [[nodiscard]] const Counts& counts() const;
  /// Of all homes, those held in part included.
  [[nodiscard]] std::size_t open_orders() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace syrah::exchange
