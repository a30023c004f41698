#include "exchange/market.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"
#include "exchange/event_codec.h"
#include "exchange/home_snapshot.h"
#include "exchange/limits.h"

namespace syrah::exchange {

using base::Error;
using base::ErrorCode;
using base::Status;

namespace {

template <class T>
std::vector<T> take(std::vector<T>& queue) {
  return std::exchange(queue, {});
}

bool urgent(const Event& event) {
  return std::holds_alternative<Held>(event) || std::holds_alternative<Traded>(event) ||
         std::holds_alternative<Refused>(event) || std::holds_alternative<Released>(event);
}

BookCause cause_of(const Event& event) {
  if (std::holds_alternative<OrderReplaced>(event)) return BookCause::kReplaced;
  if (std::holds_alternative<Refused>(event)) return BookCause::kSelfTrade;
  if (std::holds_alternative<Held>(event)) return BookCause::kPending;
  if (const auto* released = std::get_if<Released>(&event)) {
    return released->decrement.lots > 0 ? BookCause::kSelfTrade : BookCause::kPending;
  }
  return std::holds_alternative<Traded>(event) ? BookCause::kPending : BookCause::kOrder;
}

/// The home that must see it for the fill agreement to go on.
std::optional<NodeId> awaited_by(const Event& event, const NodeId& self) {
  if (const auto* held = std::get_if<Held>(&event)) return held->maker.home;
  if (const auto* refused = std::get_if<Refused>(&event)) return refused->trade.home;
  const auto* const traded = std::get_if<Traded>(&event);
  if (traded == nullptr || traded->trade.home == self) return std::nullopt;
  return traded->trade.home;
}

}  // namespace

Market::Market(const NodeId& self, const std::vector<Instrument>& instruments,
               std::size_t open_orders_max, std::uint64_t random_seed)
    : self_(self), open_orders_max_(open_orders_max) {
  for (const Instrument& instrument : instruments) {
    SYRAH_CHECK(instruments_.add(instrument).ok(), "configuration was checked before");
    books_.try_emplace(instrument.name, self, random_seed);
    counts_.instruments.try_emplace(instrument.name);
  }
  homes_.emplace(self, Home{HomeState(self), Reach::kLive});
  prefixes_.emplace(self.prefix(), self);
}

Seq Market::record(const std::string& instrument, Event event, Time now) {
  HomeState& state = homes_.at(self_).state;
  Recorded recorded{self_, state.seq() + 1, clock_.next(now.wall_ms()), instrument,
                    std::move(event)};
  const bool checkpoint = std::holds_alternative<Checkpoint>(recorded.event);
  std::string text = encode_event(recorded, [&]() -> const Instruments& {
    return std::holds_alternative<InstrumentDeclared>(recorded.event) ? instruments_
                                                                      : state.instruments();
  }());
  const auto touched = apply(state, recorded);
  SYRAH_CHECK(touched.ok(), touched.ok() ? "" : touched.error().message.c_str());
  entries_.push_back({recorded.seq, recorded.time, std::move(text), urgent(recorded.event),
                      checkpoint, awaited_by(recorded.event, self_)});
  folded(recorded, *touched);
  return recorded.seq;
}

void Market::record_checkpoint(Time now) {
  std::string text = HomeSnapshot::write(own());
  const Seq seq = record({}, Checkpoint{crypto::sha256(text), text.size()}, now);
  checkpoints_.push_back({self_, seq, std::move(text)});
}

Status Market::fold(const NodeId& home, std::string_view text, Time now) {
  if (const Status admitted = admit(home); !admitted) return admitted.error();
  HomeState& state = homes_.at(home).state;
  auto recorded = decode_event(home, text, state.instruments());
  if (!recorded) return recorded.error();
  if (std::holds_alternative<Checkpoint>(recorded->event)) {
    if (const Status same = check_checkpoint(state, *recorded); !same) return same.error();
  }
  if (const Status fits = check_answer(*recorded); !fits) return fits.error();
  if (!recovering_ && std::holds_alternative<OrderAccepted>(recorded->event) &&
      !has_room_for_order(home)) {
    return over_share();
  }
  const auto touched = apply(state, *recorded);
  if (!touched) return touched.error();
  if (home == self_) {
    clock_.restore(recorded->time);
  } else {
    clock_.merge(recorded->time, now.wall_ms());
  }
  folded(*recorded, *touched);
  return base::success();
}

base::Result<std::vector<Seq>> Market::apply(HomeState& state, const Recorded& recorded) {
  const std::size_t before = state.orders().size();
  auto touched = state.apply(recorded);
  open_orders_ = open_orders_ - before + state.orders().size();
  return touched;
}

bool Market::has_room_for_order(const NodeId& home) const {
  return open_orders_ < open_orders_max_ || homes_.at(home).state.orders().size() < share();
}

std::size_t Market::share() const { return open_orders_max_ / homes_.size(); }

Error Market::over_share() const {
  return Error{ErrorCode::kLimit, "all homes together have " + std::to_string(open_orders_max_) +
                                      " open orders, and this one more than its share"};
}

Status Market::admit(const NodeId& home) {
  if (homes_.contains(home)) return base::success();
  if (homes_.size() >= kHomesMax) {
    return Error{ErrorCode::kLimit, "there are " + std::to_string(kHomesMax) + " homes already"};
  }
  if (prefixes_.contains(home.prefix())) {
    return Error{ErrorCode::kRefused,
                 "another home's id has the same first 8 bytes as " + home.text()};
  }
  homes_.emplace(home, Home{HomeState(home), Reach::kSilent});
  prefixes_.emplace(home.prefix(), home);
  return base::success();
}

Status Market::check_answer(const Recorded& recorded) const {
  if (recorded.home == self_) return base::success();
  Decision decision;
  TradeId trade;
  if (const auto* traded = std::get_if<Traded>(&recorded.event)) {
    if (traded->maker.home != recorded.home) return base::success();
    trade = traded->trade;
    decision.filled = true;
    decision.maker = traded->maker.seq;
    decision.price = traded->price;
    decision.quantity = traded->quantity;
  } else if (const auto* refused = std::get_if<Refused>(&recorded.event)) {
    trade = refused->trade;
    decision.maker = refused->maker;
    decision.reason = refused->reason;
    decision.decrement = refused->decrement;
  } else {
    return base::success();
  }
  return trade.home == self_ ? check_answer(trade, decision) : base::success();
}

Status Market::check_answer(const TradeId& trade, const Decision& decision) const {
  const auto hold = own().holds().find(trade.seq);
  if (hold == own().holds().end()) return base::success();
  const Held& held = hold->second.request;
  bool fits = decision.maker == held.maker.seq;
  if (decision.filled) {
    const bool whole = own_order(held.order)->tif == TimeInForce::kFok;
    fits = fits && decision.price == held.price && decision.quantity <= held.quantity &&
           (!whole || decision.quantity == held.quantity) && !held.self_trade;
  } else {
    const bool prevents = held.self_trade && decision.reason == RefuseReason::kSelfTrade;
    fits = fits && decision.decrement <= (prevents ? held.quantity : Quantity{});
  }
  if (fits) return base::success();
  return Error{ErrorCode::kRefused, "the answer to " + trade.text() + " is not to what was asked"};
}

Status Market::check_checkpoint(const HomeState& state, const Recorded& recorded) {
  std::string text = HomeSnapshot::write(state);
  if (crypto::sha256(text) != std::get<Checkpoint>(recorded.event).digest) {
    return Error{ErrorCode::kDamaged, "checkpoint " + std::to_string(recorded.seq) +
                                          " does not describe the entries before it"};
  }
  if (!recovering_) checkpoints_.push_back({recorded.home, recorded.seq, std::move(text)});
  return base::success();
}

Status Market::restore(HomeState state, const Recorded& checkpoint) {
  if (const Status admitted = admit(state.home()); !admitted) return admitted.error();
  const std::size_t known = homes_.at(state.home()).state.orders().size();
  const std::size_t open = open_orders_ - known + state.orders().size();
  if (!recovering_ && open > open_orders_max_ && state.orders().size() > share()) {
    return over_share();
  }
  const auto touched = state.apply(checkpoint);
  if (!touched) return touched.error();
  if (state.home() == self_) clock_.restore(checkpoint.time);
  Home& home = homes_.at(state.home());
  place_all(home.state, Reach::kGone, BookCause::kUnknown, checkpoint.time);
  open_orders_ = open;
  home.state = std::move(state);
  watch_.forget(home.state.home());
  place_all(home.state, home.reach, BookCause::kReach, checkpoint.time);
  return base::success();
}

void Market::end_recovery(std::int64_t trades) {
  recovering_ = false;
  trades_ = trades;
  stops_.end_recovery();
}

void Market::set_reach(const NodeId& id, Reach reach, Time now) {
  const auto it = homes_.find(id);
  if (it == homes_.end() || id == self_ || it->second.reach == reach) return;
  it->second.reach = reach;
  place_all(it->second.state, reach, BookCause::kReach, Hlc{now.wall_ms(), 0});
}

void Market::folded(const Recorded& recorded, const std::vector<Seq>& touched) {
  const Home& home = homes_.at(recorded.home);
  for (const Seq seq : touched) {
    if (const Order* order = home.state.order(seq)) {
      place_in_book(*order, home.reach, cause_of(recorded.event), recorded.time);
    }
  }
  queue_requests_and_answers(recorded);
  if (const auto* traded = std::get_if<Traded>(&recorded.event);
      traded != nullptr && traded->maker.home == recorded.home &&
      book_for(home.state, recorded.instrument) != nullptr) {
    // A time that is too far ahead to be followed does not make every trade after it an old one.
    const Hlc time = std::min(recorded.time, clock_.last());
    stops_.traded(recorded.instrument, traded->price, time);
    if (!recovering_) note_trade(home.state, recorded, *traded);
  }
  if (recovering_) return;
  note_received(home.state, recorded);
  count(recorded, touched);
  if (recorded.home == self_) note_own(recorded, touched);
}

void Market::note_received(const HomeState& state, const Recorded& recorded) {
  const auto* const triggered = std::get_if<Triggered>(&recorded.event);
  if (triggered == nullptr && !std::holds_alternative<OrderAccepted>(recorded.event)) return;
  if (book_for(state, recorded.instrument) == nullptr) return;
  const Order* const order = state.order(triggered == nullptr ? recorded.seq : triggered->order);
  if (order != nullptr) watch_.received(*order, recorded.time);
}

void Market::note_trade(const HomeState& state, const Recorded& recorded, const Traded& traded) {
  const Order* maker = state.order(traded.maker.seq);
  SYRAH_CHECK(maker != nullptr, "a touched order stays readable");
  TradeFact fact{++trades_,
                 {recorded.home, recorded.seq},
                 traded.trade,
                 recorded.instrument,
                 traded.maker,
                 traded.taker,
                 opposite(maker->side),
                 traded.price,
                 traded.quantity,
                 recorded.time};
  watch_.traded(fact);
  if (fact.trade.home == self_ && own().holds().contains(fact.trade.seq)) {
    asked_.insert_or_assign(fact.trade.seq, fact.number);
  }
  facts_.emplace_back(std::move(fact));
}

/// Of a trade that an own entry tells: noted just now, or when the maker's home told it.
std::int64_t Market::number_of(const Traded& traded) {
  if (traded.maker.home == self_) return trades_;
  const auto asked = asked_.find(traded.trade.seq);
  if (asked == asked_.end()) return 0;
  const std::int64_t number = asked->second;
  asked_.erase(asked);
  return number;
}

void Market::note_own(const Recorded& recorded, const std::vector<Seq>& touched) {
  const auto* traded = std::get_if<Traded>(&recorded.event);
  const std::int64_t number = traded == nullptr ? 0 : number_of(*traded);
  for (const Seq seq : touched) {
    const Order* order = own_order(seq);
    if (order == nullptr) continue;
    if (traded != nullptr) {
      const bool maker = traded->maker == order->id;
      facts_.emplace_back(FillFact{{recorded.home, recorded.seq},
                                   traded->trade,
                                   number,
                                   *order,
                                   maker ? traded->taker : traded->maker,
                                   maker,
                                   traded->price,
                                   traded->quantity,
                                   recorded.time});
    }
    facts_.emplace_back(OrderFact{*order, recorded.time, 0});
  }
}

void Market::queue_requests_and_answers(const Recorded& recorded) {
  if (recorded.home == self_) return;
  const TradeId here{recorded.home, recorded.seq};
  if (const auto* held = std::get_if<Held>(&recorded.event)) {
    if (held->maker.home == self_) requests_.push_back(here);
  } else if (const auto* traded = std::get_if<Traded>(&recorded.event)) {
    if (traded->trade.home == self_) answers_.push_back(traded->trade.seq);
  } else if (const auto* refused = std::get_if<Refused>(&recorded.event)) {
    if (refused->trade.home == self_) answers_.push_back(refused->trade.seq);
  }
}

void Market::scan_requests_and_answers() {
  requests_.clear();
  answers_.clear();
  for (const auto& [id, home] : homes_) {
    if (id == self_) continue;
    for (const auto& [seq, hold] : home.state.holds()) {
      if (hold.request.maker.home == self_ && !own().decisions().contains({id, seq})) {
        requests_.push_back({id, seq});
      }
    }
    for (const auto& [trade, decision] : home.state.decisions()) {
      if (trade.home == self_ && own().holds().contains(trade.seq)) answers_.push_back(trade.seq);
    }
  }
}

OrderBook* Market::book_for(const HomeState& state, const std::string& instrument) {
  const auto book = books_.find(instrument);
  if (book == books_.end()) return nullptr;
  const Instrument* theirs = state.instruments().find(instrument);
  const Instrument* ours = instruments_.find(instrument);
  return theirs != nullptr && *theirs == *ours ? &book->second : nullptr;
}

void Market::place_in_book(const Order& order, Reach reach, BookCause cause, Hlc time) {
  OrderBook* const book = book_for(homes_.at(order.id.home).state, order.instrument);
  if (book == nullptr) return;
  if (order.id.home == self_) stops_.set(order);
  if (!recovering_) watch_.touch(*book, order, cause, time);
  if (reach == Reach::kLive && !order.waiting()) {
    book->set(order);
  } else {
    book->remove(order.id);
  }
  changed_books_.insert(order.instrument);
}

void Market::place_all(const HomeState& state, Reach reach, BookCause cause, Hlc time) {
  for (const auto& [seq, order] : state.orders()) place_in_book(order, reach, cause, time);
}

void Market::mark_all_books() {
  for (const auto& [name, book] : books_) changed_books_.insert(name);
}

const Order* Market::order(const OrderId& id) const {
  const HomeState* state = home(id.home);
  return state == nullptr ? nullptr : state->order(id.seq);
}

const HomeState* Market::home(const NodeId& id) const {
  const auto it = homes_.find(id);
  return it == homes_.end() ? nullptr : &it->second.state;
}

std::vector<NodeId> Market::homes() const {
  std::vector<NodeId> ids;
  ids.reserve(homes_.size());
  for (const auto& [id, home] : homes_) ids.push_back(id);
  return ids;
}

Reach Market::reach(const NodeId& id) const {
  const auto it = homes_.find(id);
  return it == homes_.end() ? Reach::kGone : it->second.reach;
}

const NodeId* Market::home_with_prefix(std::uint64_t prefix) const {
  const auto it = prefixes_.find(prefix);
  return it == prefixes_.end() ? nullptr : &it->second;
}

const OrderBook* Market::book(std::string_view instrument) const {
  const auto it = books_.find(instrument);
  return it == books_.end() ? nullptr : &it->second;
}

std::vector<TradeId> Market::take_requests() { return take(requests_); }
std::vector<Seq> Market::take_answers() { return take(answers_); }
std::vector<OwnEntry> Market::take_entries() { return take(entries_); }
std::vector<Fact> Market::take_facts() { return take(facts_); }
std::vector<CheckpointText> Market::take_checkpoints() { return take(checkpoints_); }
void Market::note(Fact fact) { facts_.push_back(std::move(fact)); }

}  // namespace syrah::exchange
