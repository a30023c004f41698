#include "exchange/home_state.h"

#include <fmt/format.h>

#include "exchange/limits.h"
#include "exchange/names.h"

namespace syrah::exchange {
namespace {

base::Error refused(std::string message) { return {base::ErrorCode::kRefused, std::move(message)}; }

/// What an order or a trade may be for, whoever says it.
base::Status check_amounts(Price price, Quantity quantity) {
  if (price.ticks <= 0 || price.ticks > kPriceMax) {
    return base::invalid(
        fmt::format("price of {} ticks, allowed are 1 to {}", price.ticks, kPriceMax));
  }
  if (quantity.lots <= 0 || quantity.lots > kQuantityMax) {
    return base::invalid(
        fmt::format("quantity of {} lots, allowed are 1 to {}", quantity.lots, kQuantityMax));
  }
  return base::success();
}

base::Status check_instrument(const Recorded& recorded, const Order& order) {
  if (recorded.instrument != order.instrument) {
    return base::invalid(fmt::format("order {} is for {}, not '{}'", order.id.seq, order.instrument,
                                     recorded.instrument));
  }
  return base::success();
}

base::Status check_free(const Order& order, Quantity wanted) {
  if (order.free() < wanted) {
    return refused(fmt::format("order {} has {} lots free, not {}", order.id.seq, order.free().lots,
                               wanted.lots));
  }
  return base::success();
}

void close(Order& order, CloseReason reason) {
  order.cancelled += order.free();
  order.closed = true;
  order.reason = reason;
}

/// An open order of which nothing is left ends here.
void close_if_used_up(Order& order, CloseReason reason) {
  if (!order.closed && order.free().lots == 0 && order.held.lots == 0) close(order, reason);
}

void fill(Order& order, Price price, Quantity quantity) {
  order.filled += quantity;
  order.executed += price * quantity;
  close_if_used_up(order, CloseReason::kFilled);
}

/// Whether `quantity` of an open order can trade at `price` in this entry.
base::Status check_tradable(const Recorded& recorded, const Order& order, Quantity quantity,
                            Price price) {
  if (base::Status same = check_instrument(recorded, order); !same) return same;
  if (order.waiting()) {
    return refused(fmt::format("order {} waits for its stop price", order.id.seq));
  }
  if (base::Status enough = check_free(order, quantity); !enough) return enough;
  if (order.free_at(price) < quantity) {
    return refused(fmt::format("order {} has no funds for {} lots at {} ticks", order.id.seq,
                               quantity.lots, price.ticks));
  }
  if (!crosses(order.side, order.price, price)) {
    return refused(fmt::format("order {} does not trade at {} ticks, its limit is {}", order.id.seq,
                               price.ticks, order.price.ticks));
  }
  return base::success();
}

/// The same for the order that sets the price.
base::Status check_makes(const Recorded& recorded, const Order& maker, const Traded& event) {
  if (maker.price != event.price) {
    return refused(fmt::format("order {} trades at {} ticks, not at {}", maker.id.seq,
                               maker.price.ticks, event.price.ticks));
  }
  return check_tradable(recorded, maker, event.quantity, event.price);
}

base::Status check_price(Price price) { return check_amounts(price, Quantity{1}); }

base::Status check_stop_and_funds(const OrderAccepted& event) {
  if (event.stop != Stop::kNone) {
    if (base::Status sane = check_price(event.stop_price); !sane) return sane;
  } else if (event.stop_price.ticks != 0) {
    return base::invalid("a stop price is for stop orders only");
  }
  if (event.funds.units < 0 || event.funds.units > kNotionalMax) {
    return base::invalid("the funds are above the largest allowed");
  }
  if (event.funds.units > 0 &&
      (event.type != OrderType::kMarket || event.tif != TimeInForce::kIoc)) {
    return base::invalid("funds are for market orders that are immediate or cancel");
  }
  return base::success();
}

}  // namespace

HomeState::Touched HomeState::apply(const Recorded& recorded) {
  if (recorded.home != home_) {
    return base::invalid(
        fmt::format("an entry of {} in the feed of {}", recorded.home.brief(), home_.brief()));
  }
  if (recorded.seq != seq_ + 1) {
    return base::invalid(fmt::format("entry {} does not follow entry {}", recorded.seq, seq_));
  }
  if (recorded.seq > kSeqMax) {
    return base::Error{base::ErrorCode::kLimit, "this feed has come to its last entry"};
  }
  Touched touched =
      std::visit([&](const auto& event) { return fold(recorded, event); }, recorded.event);
  if (!touched) return touched;

  for (const Seq seq : finished_) orders_.erase(seq);
  finished_.clear();
  for (const Seq seq : *touched) {
    Order& order = orders_.at(seq);
    order.version = recorded.seq;
    if (order.over()) finished_.push_back(seq);
  }
  seq_ = recorded.seq;
  since_checkpoint_ =
      std::holds_alternative<Checkpoint>(recorded.event) ? 0 : since_checkpoint_ + 1;
  return touched;
}

const Order* HomeState::order(Seq seq) const {
  const auto found = orders_.find(seq);
  return found == orders_.end() ? nullptr : &found->second;
}

Seq HomeState::settled_below(const NodeId& asker) const {
  const auto found = settled_.find(asker);
  return found == settled_.end() ? 0 : found->second;
}

base::Result<Order*> HomeState::open_order(Seq seq) {
  const auto found = orders_.find(seq);
  if (found == orders_.end() || found->second.closed) {
    return base::Error{base::ErrorCode::kNotFound, fmt::format("order {} is not open", seq)};
  }
  return &found->second;
}

HomeState::Touched HomeState::fold(const Recorded&, const InstrumentDeclared& event) {
  if (base::Status added = instruments_.add(event.instrument); !added) return added.error();
  return std::vector<Seq>{};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const OrderAccepted& event) {
  if (instruments_.find(recorded.instrument) == nullptr) {
    return base::invalid(fmt::format("instrument '{}' is not declared", recorded.instrument));
  }
  if (base::Status sane = check_amounts(event.price, event.quantity); !sane) return sane.error();
  if (event.expires_ms < 0 || event.expires_ms > kTimeMsMax) {
    return base::invalid(fmt::format("expires must be 0 to {} ms", kTimeMsMax));
  }
  if (base::Status sane = check_stop_and_funds(event); !sane) return sane.error();
  if (base::Status named = check_account(event.account); !named) return named.error();
  if (base::Status named = check_client_id(event.client_id); !named) return named.error();
  if (open_orders() >= kOpenOrdersPerHomeMax) {
    return base::Error{base::ErrorCode::kLimit,
                       fmt::format("at most {} open orders", kOpenOrdersPerHomeMax)};
  }
  Order order;
  order.id = {home_, recorded.seq};
  order.instrument = recorded.instrument;
  order.side = event.side;
  order.type = event.type;
  order.price = event.price;
  order.quantity = event.quantity;
  order.tif = event.tif;
  order.expires_ms = event.expires_ms;
  order.post_only = event.post_only;
  order.self_trade = event.self_trade;
  order.account = event.account;
  order.client_id = event.client_id;
  order.stop = event.stop;
  order.stop_price = event.stop_price;
  order.funds = event.funds;
  order.accepted = recorded.time;
  order.priority = {recorded.time, home_, recorded.seq};
  order.version = recorded.seq;
  orders_.emplace_hint(orders_.end(), recorded.seq, std::move(order));
  return std::vector<Seq>{recorded.seq};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const OrderReplaced& event) {
  const base::Result<Order*> found = open_order(event.order);
  if (!found) return found.error();
  Order& order = **found;
  if (base::Status same = check_instrument(recorded, order); !same) return same.error();
  if (base::Status sane = check_amounts(event.price, event.quantity); !sane) return sane.error();
  const Quantity gone = order.filled + order.cancelled;
  if (event.quantity < gone + order.held || event.quantity == gone) {
    return refused(
        fmt::format("{} lots of order {} are filled, given back or promised; {} are "
                    "too few to leave it open",
                    (gone + order.held).lots, order.id.seq, event.quantity.lots));
  }
  if (event.stop_price.ticks != 0) {
    if (base::Status sane = check_price(event.stop_price); !sane) return sane.error();
    if (!order.waiting()) {
      return refused(fmt::format("order {} does not wait for a stop price", order.id.seq));
    }
    order.stop_price = event.stop_price;
  }
  const bool keeps_priority = event.price == order.price && event.quantity <= order.quantity;
  if (!keeps_priority) order.priority = {recorded.time, home_, recorded.seq};
  order.price = event.price;
  order.quantity = event.quantity;
  return std::vector<Seq>{event.order};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const Triggered& event) {
  const base::Result<Order*> found = open_order(event.order);
  if (!found) return found.error();
  Order& order = **found;
  if (base::Status same = check_instrument(recorded, order); !same) return same.error();
  if (base::Status sane = check_amounts(event.price, event.quantity); !sane) return sane.error();
  if (!order.waiting()) {
    return refused(fmt::format("order {} does not wait for a stop price", order.id.seq));
  }
  if ((order.type == OrderType::kLimit && event.price != order.price) ||
      (order.funds.units == 0 && event.quantity != order.quantity)) {
    return refused(fmt::format("order {} was accepted on other terms", order.id.seq));
  }
  order.triggered = true;
  order.price = event.price;
  order.quantity = event.quantity;
  order.priority = {recorded.time, home_, recorded.seq};
  return std::vector<Seq>{event.order};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const OrderClosed& event) {
  const base::Result<Order*> found = open_order(event.order);
  if (!found) return found.error();
  if (!recorded.instrument.empty()) {
    if (base::Status same = check_instrument(recorded, **found); !same) return same.error();
  }
  close(**found, event.reason);
  return std::vector<Seq>{event.order};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const Traded& event) {
  if (base::Status sane = check_amounts(event.price, event.quantity); !sane) return sane.error();
  const bool own_maker = event.maker.home == home_;
  const bool own_taker = event.taker.home == home_;
  if (own_maker && own_taker) return fold_at_home(recorded, event);
  if (own_maker) return fold_decision(recorded, event);
  if (own_taker) return fold_answer(recorded, event);
  return base::invalid(fmt::format("neither order of this trade is of {}", home_.brief()));
}

HomeState::Touched HomeState::fold_at_home(const Recorded& recorded, const Traded& event) {
  if (event.trade != TradeId{home_, recorded.seq}) {
    return base::invalid("a trade at one home is named by its own entry");
  }
  const base::Result<Order*> maker = open_order(event.maker.seq);
  if (!maker) return maker.error();
  const base::Result<Order*> taker = open_order(event.taker.seq);
  if (!taker) return taker.error();
  if ((*maker)->side == (*taker)->side) return refused("both orders are on one side");
  if (base::Status can = check_makes(recorded, **maker, event); !can) return can.error();
  if (base::Status can = check_tradable(recorded, **taker, event.quantity, event.price); !can) {
    return can.error();
  }
  fill(**maker, event.price, event.quantity);
  fill(**taker, event.price, event.quantity);
  return std::vector<Seq>{event.maker.seq, event.taker.seq};
}

base::Status HomeState::check_undecided(const TradeId& trade) const {
  if (trade.home == home_ || trade.seq == 0) {
    return base::invalid(fmt::format("{} cannot be another home's request", trade.text()));
  }
  if (decisions_.contains(trade)) {
    return refused(fmt::format("{} is decided already", trade.text()));
  }
  if (decisions_.size() >= kDecisionsUnsettledMax) {
    return base::Error{base::ErrorCode::kLimit,
                       fmt::format("at most {} unsettled decisions", kDecisionsUnsettledMax)};
  }
  return base::success();
}

HomeState::Touched HomeState::fold_decision(const Recorded& recorded, const Traded& event) {
  if (event.trade.home != event.taker.home || event.taker.seq == 0) {
    return base::invalid("a trade is named by the home of its taker");
  }
  if (base::Status fresh = check_undecided(event.trade); !fresh) return fresh.error();
  const base::Result<Order*> maker = open_order(event.maker.seq);
  if (!maker) return maker.error();
  if (base::Status can = check_makes(recorded, **maker, event); !can) return can.error();
  fill(**maker, event.price, event.quantity);
  Decision decision;
  decision.entry = recorded.seq;
  decision.maker = event.maker.seq;
  decision.filled = true;
  decision.price = event.price;
  decision.quantity = event.quantity;
  decisions_.emplace(event.trade, decision);
  return std::vector<Seq>{event.maker.seq};
}

HomeState::Touched HomeState::fold_answer(const Recorded& recorded, const Traded& event) {
  const auto hold = event.trade.home == home_ ? holds_.find(event.trade.seq) : holds_.end();
  if (hold == holds_.end()) {
    return base::Error{base::ErrorCode::kNotFound,
                       fmt::format("nothing is held for trade {}", event.trade.text())};
  }
  const Held& request = hold->second.request;
  if (request.maker != event.maker || request.order != event.taker.seq ||
      request.price != event.price || request.quantity < event.quantity) {
    return refused(fmt::format("trade {} is not what was asked for", event.trade.text()));
  }
  Order& order = orders_.at(request.order);
  if (base::Status same = check_instrument(recorded, order); !same) return same.error();
  order.held -= request.quantity;
  order.promised -= request.price * request.quantity;
  order.filled += event.quantity;
  order.executed += event.price * event.quantity;
  // The rest of the hold is free again, which on a closed order means given back.
  if (order.closed) {
    order.cancelled += order.free();
  } else {
    close_if_used_up(order, CloseReason::kFilled);
  }
  holds_.erase(hold);
  return std::vector<Seq>{event.taker.seq};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const Held& event) {
  if (base::Status sane = check_amounts(event.price, event.quantity); !sane) return sane.error();
  if (event.maker.home == home_ || event.maker.seq == 0) {
    return base::invalid("a hold asks for an order of another home");
  }
  if (event.group_size < 1 || event.group_size > kGroupMax ||
      event.group_index >= event.group_size) {
    return base::invalid(fmt::format("a group has 1 to {} holds, numbered from 0", kGroupMax));
  }
  const base::Result<Order*> order = open_order(event.order);
  if (!order) return order.error();
  if (base::Status can = check_tradable(recorded, **order, event.quantity, event.price); !can) {
    return can.error();
  }
  if (holds_.size() >= kHoldsMax) {
    return base::Error{base::ErrorCode::kLimit, fmt::format("at most {} holds", kHoldsMax)};
  }
  (*order)->held += event.quantity;
  (*order)->promised += event.price * event.quantity;
  holds_.emplace_hint(holds_.end(), recorded.seq, Hold{recorded.seq, recorded.time, event});
  return std::vector<Seq>{event.order};
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const Refused& event) {
  if (base::Status fresh = check_undecided(event.trade); !fresh) return fresh.error();
  if (event.maker == 0 || event.decrement.lots < 0) {
    return base::invalid("a refusal is about some order and takes nothing below zero off it");
  }
  std::vector<Seq> touched;
  if (event.decrement.lots > 0) {
    const base::Result<Order*> maker = open_order(event.maker);
    if (!maker) return maker.error();
    if (base::Status same = check_instrument(recorded, **maker); !same) return same.error();
    if ((*maker)->waiting()) return refused("an order that waits meets nobody");
    if (base::Status enough = check_free(**maker, event.decrement); !enough) {
      return enough.error();
    }
    (*maker)->cancelled += event.decrement;
    close_if_used_up(**maker, CloseReason::kSelfTrade);
    touched.push_back(event.maker);
  }
  Decision decision;
  decision.entry = recorded.seq;
  decision.maker = event.maker;
  decision.reason = event.reason;
  decision.decrement = event.decrement;
  decisions_.emplace(event.trade, decision);
  return touched;
}

HomeState::Touched HomeState::fold(const Recorded& recorded, const Released& event) {
  const auto hold = holds_.find(event.hold);
  if (hold == holds_.end()) {
    return base::Error{base::ErrorCode::kNotFound, fmt::format("there is no hold {}", event.hold)};
  }
  const Held& request = hold->second.request;
  if (event.decrement.lots < 0 || event.decrement > request.quantity) {
    return refused(fmt::format("a decrement of {} lots on a hold of {}", event.decrement.lots,
                               request.quantity.lots));
  }
  const Seq seq = request.order;
  Order& order = orders_.at(seq);
  if (event.decrement.lots > 0 || !recorded.instrument.empty()) {
    if (base::Status same = check_instrument(recorded, order); !same) return same.error();
  }
  order.held -= request.quantity;
  order.promised -= request.price * request.quantity;
  order.cancelled += event.decrement;
  if (order.closed) {
    order.cancelled += order.free();
  } else {
    close_if_used_up(order, CloseReason::kSelfTrade);
  }
  holds_.erase(hold);
  return std::vector<Seq>{seq};
}

HomeState::Touched HomeState::fold(const Recorded&, const LeaseRenewed& event) {
  if (event.until_ms < lease_until_ms_ || event.until_ms > kTimeMsMax) {
    return refused(
        fmt::format("a lease until {} ms after one until {}", event.until_ms, lease_until_ms_));
  }
  lease_until_ms_ = event.until_ms;
  return std::vector<Seq>{};
}

HomeState::Touched HomeState::fold(const Recorded&, const Settled& event) {
  if (event.below <= settled_below(event.home)) {
    return refused(fmt::format("decisions below {} are settled already", event.below));
  }
  if (settled_.size() >= kHomesMax && !settled_.contains(event.home)) {
    return base::Error{base::ErrorCode::kLimit, fmt::format("at most {} homes", kHomesMax)};
  }
  decisions_.erase(decisions_.lower_bound(TradeId{event.home, 0}),
                   decisions_.lower_bound(TradeId{event.home, event.below}));
  settled_[event.home] = event.below;
  return std::vector<Seq>{};
}

HomeState::Touched HomeState::fold(const Recorded&, const Checkpoint&) {
  return std::vector<Seq>{};
}

}  // namespace syrah::exchange
