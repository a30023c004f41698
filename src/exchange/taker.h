#pragma once

// The asking side of the fill agreement: what this home has asked of others, whom it may ask, and
// how its holds end.
//
// Rules (design.md 2.1): 2 a request is a hold entry, so the quantity is reserved before anyone
// hears of it; 5 a hold ends by the maker's decision or by the operator's hand, never by a timer; 7
// after a refusal the same order is asked for again only when it changed, and after a wait that
// doubles, with jitter; 11 silent homes are not in the books, so nobody asks them. A home whose
// oldest answer is kAnswerLateMs late is asked nothing new, which bounds what can be in doubt.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/random.h"
#include "exchange/config.h"
#include "exchange/market.h"
#include "exchange/standing.h"

namespace syrah::exchange {

class Taker {
 public:
  Taker(Market& market, const ExchangeConfig& config);

  /// Takes up the own holds that the journal brought back; before any own entry is made.
  void start(Time now);

  /// What of a remote order this home could ask for now: what is free there, less what it has asked
  /// for already; 0 when it may not be asked.
  [[nodiscard]] Quantity askable(const Resting& maker, Time now) const;
  /// Why none of it is askable.
  [[nodiscard]] Obstacle obstacle(const Resting& maker, Time now) const;
  /// Whether another request may be made for this own order.
  [[nodiscard]] bool may_ask_for(const Order& order) const;
  /// How many more requests may be made to this home.
  [[nodiscard]] std::size_t room_at(const NodeId& home) const;

  /// Position of a request in an all-or-nothing group.
  struct Group {
    std::uint32_t size = 1;
    std::uint32_t index = 0;
  };
  void ask(const Order& order, const Resting& maker, Quantity quantity, bool self_trade,
           Group group, Time now);

  /// Ends the hold if the maker's decision is there. Returns the own order, or 0.
  Seq answer(Seq hold, Time now);
  base::Status abandon(Seq hold, Time now);

  void tick(Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;

 private:
  struct Request {
    Seq order = 0;  ///< the own one
    OrderId maker;
    Quantity quantity;
    Seq maker_version = 0;
    std::int64_t asked_us = 0;
  };
  struct Refusal {
    Seq maker_version = 0;  ///< asked for again only when the order is newer than this
    std::int64_t retry_us = 0;
    std::uint32_t times = 0;
  };

  [[nodiscard]] bool refused(const OrderId& maker, Time now) const;
  [[nodiscard]] bool home_answers(const NodeId& home, Time now) const;
  void remember(Seq hold, const Held& request, Seq maker_version, Time now);
  void forget(Seq hold, Time now);
  void note_refusal(const Request& request, RefuseReason reason, const std::string& instrument,
                    Time now);
  void release(Seq hold, const Held& held, const Decision& decision, Time now);
  void note_if_abandoned(const TradeId& trade);
  void give_back_unasked(Time now);
  void release_after(std::int64_t wait_us, Time now);

  Market& market_;
  const ExchangeConfig& config_;
  base::Random random_;
  std::map<Seq, Request> requests_;                         ///< by hold
  std::map<Seq, std::size_t> holds_of_;                     ///< how many, by own order
  std::map<NodeId, std::set<Seq>> holds_at_;                ///< holds by the home that was asked
  std::map<OrderId, Quantity> asked_;                       ///< by remote order
  std::map<OrderId, Refusal> refusals_;                     ///< by remote order
  std::set<std::pair<std::int64_t, std::string>> retries_;  ///< when to look at a book again
};

}  // namespace syrah::exchange
