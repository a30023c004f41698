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
    if (!order.closed && !rests(order.tif)) immediate.push_back(seq);
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
  if (accepted->tif == TimeInForce::kGtd) expiries_.emplace(accepted->expires_ms, seq);
  market_.record(instrument->name, *std::move(accepted), now);
  matcher_.match_new(seq, now);
  return Placed{{market_.self(), seq}, false};
}

Result<OrderAccepted> OrderDesk::check(const PlaceOrder& command, const Instrument& instrument,
                                       Time now) const {
  if (const Status named = check_account(command.account); !named) return named.error();
  if (const Status named = check_client_id(command.client_id); !named) return named.error();
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
  const auto quantity = instrument.quantity(command.quantity);
  if (!quantity) return quantity.error();
  const auto price = limit_of(command, instrument);
  if (!price) return price.error();
  return OrderAccepted{command.side,      command.type,       *price,
                       *quantity,         command.tif,        command.expires_ms,
                       command.post_only, command.self_trade, command.account,
                       command.client_id};
}

Result<Price> OrderDesk::limit_of(const PlaceOrder& command, const Instrument& instrument) const {
  if (command.type == OrderType::kLimit) return instrument.price(command.price);
  if (!command.price.empty()) return invalid("a market order has no price");
  return collar(instrument, command.side);
}

Result<Price> OrderDesk::collar(const Instrument& instrument, Side side) const {
  const auto best = market_.book(instrument.name)->best(opposite(side));
  if (!best) {
    return Error{ErrorCode::kRefused,
                 "there is no order to trade a market order with in " + instrument.name};
  }
  const std::int64_t distance = std::max<std::int64_t>(1, best->ticks * kCollarPerMille / 1000);
  if (side == Side::kBuy) return Price{std::min(best->ticks + distance, kPriceMax)};
  return Price{std::max<std::int64_t>(best->ticks - distance, 1)};
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
  std::vector<Seq> open;
  for (const auto& [seq, order] : market_.own().orders()) {
    if (order.closed || order.account != account) continue;
    if (instrument.empty() || order.instrument == instrument) open.push_back(seq);
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
  if (!rests(order.tif)) {
    return Error{ErrorCode::kRefused, "only orders that rest can be changed: GTC and GTD"};
  }
  OrderReplaced event{command.order, order.price, order.quantity};
  if (!command.price.empty()) {
    const auto price = instrument->price(command.price);
    if (!price) return price.error();
    event.price = *price;
  }
  if (!command.quantity.empty()) {
    const auto quantity = instrument->quantity(command.quantity);
    if (!quantity) return quantity.error();
    event.quantity = *quantity;
  }
  const Quantity used = order.filled + order.cancelled + order.held;
  if (event.quantity <= used) {
    return Error{ErrorCode::kRefused, "the new size must be more than " + instrument->text(used) +
                                          ", which is filled, pending or given back already"};
  }
  market_.record(order.instrument, event, now);
  matcher_.match_new(command.order, now);
  return base::success();
}

Status OrderDesk::reduce(Seq seq, Quantity quantity, Time now) {
  const Order* order = market_.own_order(seq);
  if (order == nullptr || order->closed || order->free() < quantity || quantity.lots <= 0) {
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
