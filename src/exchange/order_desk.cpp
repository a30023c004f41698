#include "exchange/order_desk.h"

#include <algorithm>
#include <limits>

#include "exchange/limits.h"
#include "exchange/names.h"

namespace syrah::exchange {

using base::Error;
using base::ErrorCode;
using base::invalid;
using base::Result;
using base::Status;

namespace {

/// Dates of orders that are gone already may wait here, up to this many and twice the number of
/// open orders.
constexpr std::size_t kSpareExpiries = 10'000;

}  // namespace

OrderDesk::OrderDesk(Market& market, Matcher& matcher) : market_(market), matcher_(matcher) {}

void OrderDesk::start(Time now) {
  collect_expiries();
  std::vector<Seq> immediate;
  for (const auto& [seq, order] : market_.own().orders()) {
    if (!order.closed && !order.waiting() && !rests(order.tif)) immediate.push_back(seq);
  }
  for (const Seq seq : immediate) matcher_.resume_immediate(seq, now);
}

void OrderDesk::collect_expiries() {
  expiries_.clear();
  for (const auto& [seq, order] : market_.own().orders()) {
    if (order.tif == TimeInForce::kGtd && !order.closed) expiries_.emplace(order.expires_ms, seq);
  }
}

Result<Placed> OrderDesk::place(const PlaceOrder& command, Time now) {
  const std::uint64_t terms = terms_fingerprint(command);
  if (!command.client_id.empty()) {
    if (const auto use = client_ids_.find(command.account, command.client_id)) {
      if (use->fingerprint == terms) return Placed{{market_.self(), use->order}, true};
      return Error{ErrorCode::kRefused,
                   "client order id " + command.client_id + " was used for another order"};
    }
    if (client_ids_.full()) {
      return Error{ErrorCode::kLimit, "too many client order ids in 24 h: leave it out, or wait"};
    }
  }
  const Instrument* instrument = market_.instruments().find(command.instrument);
  if (instrument == nullptr) {
    return Error{ErrorCode::kNotFound, "instrument " + command.instrument + " is not traded here"};
  }
  auto accepted = check(command, *instrument, now);
  if (!accepted) return accepted.error();
  if (market_.own().orders().size() >= kOpenOrdersPerHomeMax) {
    return Error{ErrorCode::kLimit, "this node has " + std::to_string(kOpenOrdersPerHomeMax) +
                                        " open orders, which is the most allowed"};
  }
  if (!market_.has_room_for_order(market_.self())) {
    return Error{ErrorCode::kLimit,
                 "the nodes together have as many open orders as there may be, and this one more "
                 "than its share"};
  }
  // The id is known to everyone who looks at the order from its first entry on.
  const Seq seq = market_.own().seq() + 1;
  if (!command.client_id.empty()) {
    client_ids_.add(command.account, command.client_id, {seq, terms}, now.wall_ms());
  }
  note_placed_by(seq, command.placed_by);
  if (accepted->tif == TimeInForce::kGtd) expiries_.emplace(accepted->expires_ms, seq);
  market_.record(instrument->name, *std::move(accepted), now);
  matcher_.match_new(seq, now);
  return Placed{{market_.self(), seq}, false};
}

Result<OrderAccepted> OrderDesk::check(const PlaceOrder& command, const Instrument& instrument,
                                       Time now) const {
  if (const Status named = check_account(command.account); !named) return named.error();
  if (const Status named = check_client_id(command.client_id); !named) return named.error();
  if (const Status sane = check_kind(command, now); !sane) return sane.error();
  OrderAccepted accepted;
  accepted.side = command.side;
  accepted.type = command.type;
  accepted.tif = command.tif;
  accepted.expires_ms = command.expires_ms;
  accepted.post_only = command.post_only;
  accepted.self_trade = command.self_trade;
  accepted.account = command.account;
  accepted.client_id = command.client_id;
  if (const Status set = set_amounts(command, instrument, accepted); !set) return set.error();
  return accepted;
}

Status OrderDesk::check_kind(const PlaceOrder& command, Time now) const {
  const bool market_order = command.type == OrderType::kMarket;
  if (market_order && rests(command.tif)) {
    return invalid("a market order cannot rest: time in force must be IOC or FOK");
  }
  if (command.post_only && (market_order || !rests(command.tif))) {
    return invalid("post-only is for limit orders that rest: GTC or GTD");
  }
  if (command.tif == TimeInForce::kGtd && command.expires_ms <= now.wall_ms()) {
    return invalid("the expiry time must be in the future");
  }
  if (command.expires_ms > kTimeMsMax) {
    return invalid("the expiry time must be before the year 10000");
  }
  if (command.tif != TimeInForce::kGtd && command.expires_ms != 0) {
    return invalid("an expiry time is for GTD orders only");
  }
  if (market_order && !command.price.empty()) return invalid("a market order has no price");
  if (command.stop == Stop::kNone && !command.stop_price.empty()) {
    return invalid("a stop price is for stop orders only: loss or entry");
  }
  if (command.funds.empty()) return base::success();
  if (!market_order || command.tif != TimeInForce::kIoc) {
    return invalid("funds are for market orders that are immediate or cancel");
  }
  if (!command.quantity.empty()) return invalid("a market order has a size or funds, not both");
  return base::success();
}

Status OrderDesk::set_amounts(const PlaceOrder& command, const Instrument& instrument,
                              OrderAccepted& accepted) const {
  if (command.funds.empty()) {
    const auto quantity = instrument.quantity(command.quantity);
    if (!quantity) return quantity.error();
    accepted.quantity = *quantity;
  } else {
    const auto funds = instrument.notional(command.funds);
    if (!funds) return funds.error();
    accepted.funds = *funds;
  }
  if (Status set = set_prices(command, instrument, accepted); !set) return set;
  if (accepted.funds.units == 0) return base::success();
  accepted.quantity = most_for(accepted, instrument.name);
  if (accepted.quantity.lots > 0) return base::success();
  return Error{ErrorCode::kRefused, "the funds of " + instrument.text(accepted.funds) +
                                        " do not reach for " + instrument.text(Quantity{1}) + " " +
                                        std::string(instrument.base_currency())};
}

Status OrderDesk::set_prices(const PlaceOrder& command, const Instrument& instrument,
                             OrderAccepted& accepted) const {
  accepted.stop = command.stop;
  if (command.stop != Stop::kNone) {
    const auto stop_price = instrument.price(command.stop_price);
    if (!stop_price) return invalid("stop " + stop_price.error().message);
    accepted.stop_price = *stop_price;
  }
  if (command.type == OrderType::kLimit) {
    const auto price = instrument.price(command.price);
    if (!price) return price.error();
    accepted.price = *price;
  } else if (command.stop != Stop::kNone) {
    accepted.price = accepted.stop_price;
  } else if (const auto price = collar(instrument.name, command.side)) {
    accepted.price = *price;
  } else {
    return Error{ErrorCode::kRefused,
                 "there is no order to trade a market order with in " + instrument.name};
  }
  return base::success();
}

std::optional<Price> OrderDesk::collar(const std::string& instrument, Side side) const {
  const auto best = market_.book(instrument)->best(opposite(side));
  if (!best) return std::nullopt;
  const std::int64_t distance = std::max<std::int64_t>(1, best->ticks * kCollarPerMille / 1000);
  if (side == Side::kBuy) return Price{std::min(best->ticks + distance, kPriceMax)};
  return Price{std::max<std::int64_t>(best->ticks - distance, 1)};
}

/// What the funds can come to at the lowest price that the order can trade at.
Quantity OrderDesk::most_for(const OrderAccepted& order, const std::string& instrument) const {
  const auto best = market_.book(instrument)->best(opposite(order.side));
  const Price lowest =
      order.side == Side::kBuy && best ? std::min(*best, order.price) : order.price;
  return {static_cast<std::int64_t>(
      std::min<base::Int128>(order.funds.units / lowest.ticks, kQuantityMax))};
}

bool OrderDesk::trigger_next(Time now) {
  const auto due = market_.stops().take_due();
  if (!due) return false;
  const Order order = *market_.own_order(*due);
  Triggered event{*due, order.price, order.quantity};
  if (order.type == OrderType::kMarket) {
    event.price = collar(order.instrument, order.side).value_or(order.price);
  }
  if (order.funds.units > 0) {
    OrderAccepted terms;
    terms.side = order.side;
    terms.price = event.price;
    terms.funds = order.funds;
    event.quantity = std::max(most_for(terms, order.instrument), Quantity{1});
  }
  market_.record(order.instrument, event, now);
  matcher_.match_new(*due, now);
  return true;
}

Result<const Order*> OrderDesk::open_order(const std::string& account, Seq seq) const {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->account != account) {
    return Error{ErrorCode::kNotFound, "there is no such open order"};
  }
  if (order->closed) {
    return Error{ErrorCode::kRefused, "the order is closed already; what is pending follows"};
  }
  return order;
}

Status OrderDesk::cancel(const std::string& account, Seq seq, Time now) {
  const auto order = open_order(account, seq);
  if (!order) return order.error();
  const std::string instrument = (*order)->instrument;
  market_.record(instrument, OrderClosed{seq, CloseReason::kCancelled}, now);
  return base::success();
}

std::vector<Seq> OrderDesk::cancel_all(const std::string& account, const std::string& instrument,
                                       Time now) {
  return cancel_each(
      [&](Seq, const Order& order) {
        return order.account == account && (instrument.empty() || order.instrument == instrument);
      },
      now);
}

std::vector<Seq> OrderDesk::cancel_placed_by(const std::string& account, KeyTag key, Time now) {
  return cancel_each(
      [&](Seq seq, const Order& order) {
        const KeyTag known = placed_by(seq);
        return order.account == account && (known == key || known == 0);
      },
      now);
}

void OrderDesk::note_placed_by(Seq order, KeyTag key) {
  if (key != 0) placed_by_.emplace(order, key);
}

KeyTag OrderDesk::placed_by(Seq order) const {
  const auto found = placed_by_.find(order);
  return found == placed_by_.end() ? 0 : found->second;
}

template <class Wanted>
std::vector<Seq> OrderDesk::cancel_each(Wanted wanted, Time now) {
  std::vector<Seq> open;
  for (const auto& [seq, order] : market_.own().orders()) {
    if (!order.closed && wanted(seq, order)) open.push_back(seq);
  }
  for (const Seq seq : open) {
    const std::string name = market_.own_order(seq)->instrument;
    market_.record(name, OrderClosed{seq, CloseReason::kCancelled}, now);
  }
  return open;
}

Status OrderDesk::replace(const ReplaceOrder& command, Time now) {
  const auto found = open_order(command.account, command.order);
  if (!found) return found.error();
  const Order order = **found;
  const Instrument* instrument = market_.instruments().find(order.instrument);
  if (instrument == nullptr) {
    return Error{ErrorCode::kNotFound, "instrument " + order.instrument + " is not traded here"};
  }
  const auto event = replacement(command, order, *instrument);
  if (!event) return event.error();
  const Quantity used = order.filled + order.cancelled + order.held;
  if (event->quantity <= used) {
    return Error{ErrorCode::kRefused, "the new size must be more than " + instrument->text(used) +
                                          ", which is filled, pending or given back already"};
  }
  market_.record(order.instrument, *event, now);
  matcher_.match_new(command.order, now);
  return base::success();
}

Result<OrderReplaced> OrderDesk::replacement(const ReplaceOrder& command, const Order& order,
                                             const Instrument& instrument) const {
  if (!rests(order.tif) && !order.waiting()) {
    return Error{ErrorCode::kRefused,
                 "only orders that rest can be changed, GTC and GTD, and stop orders that wait"};
  }
  OrderReplaced event{order.id.seq, order.price, order.quantity, {}};
  if (!command.price.empty()) {
    if (order.type == OrderType::kMarket) return invalid("a market order has no price");
    const auto price = instrument.price(command.price);
    if (!price) return price.error();
    event.price = *price;
  }
  if (!command.quantity.empty()) {
    if (order.funds.units > 0) return invalid("an order by funds has no size");
    const auto quantity = instrument.quantity(command.quantity);
    if (!quantity) return quantity.error();
    event.quantity = *quantity;
  }
  if (!command.stop_price.empty()) {
    if (!order.waiting()) {
      return Error{ErrorCode::kRefused, "only a stop order that waits has a stop price to change"};
    }
    const auto stop_price = instrument.price(command.stop_price);
    if (!stop_price) return invalid("stop " + stop_price.error().message);
    event.stop_price = *stop_price;
  }
  return event;
}

Status OrderDesk::reduce(Seq seq, Quantity quantity, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || !order->resting() || order->free() < quantity || quantity.lots <= 0) {
    return Error{ErrorCode::kRefused, "the order is not open with that quantity"};
  }
  const std::string instrument = order->instrument;
  if (quantity == order->free() && order->held.lots == 0) {
    market_.record(instrument, OrderClosed{seq, CloseReason::kUnconfirmed}, now);
  } else {
    market_.record(instrument, OrderReplaced{seq, order->price, order->quantity - quantity}, now);
  }
  return base::success();
}

void OrderDesk::tick(Time now) {
  while (!expiries_.empty() && expiries_.begin()->first <= now.wall_ms()) {
    const Seq seq = expiries_.begin()->second;
    expiries_.erase(expiries_.begin());
    const Order* order = market_.own_order(seq);
    if (order == nullptr || order->closed) continue;
    const std::string instrument = order->instrument;
    market_.record(instrument, OrderClosed{seq, CloseReason::kExpired}, now);
  }
  if (expiries_.size() > 2 * market_.own().orders().size() + kSpareExpiries) collect_expiries();
  client_ids_.forget_before(now.wall_ms() - kClientIdMs);
}

std::int64_t OrderDesk::next_expiry_ms() const {
  return expiries_.empty() ? std::numeric_limits<std::int64_t>::max() : expiries_.begin()->first;
}

}  // namespace syrah::exchange
