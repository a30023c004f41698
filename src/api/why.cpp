#include "api/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "api/waiting.h"

namespace syrah::api {
namespace {

using exchange::CloseReason;
using exchange::Instrument;
using exchange::Obstacle;
using exchange::Order;
using exchange::Price;
using exchange::Side;
using exchange::Standing;

std::string size_of(const Instrument& instrument, base::Int128 lots) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return instrument.text(
      exchange::Quantity{lots > kMost ? kMost : static_cast<std::int64_t>(lots)});
}

std::string distance(const Instrument& instrument, Price a, Price b) {
  return instrument.text(Price{std::max(a.ticks, b.ticks) - std::min(a.ticks, b.ticks)});
}

std::string orders(std::size_t count) {
  return count == 1 ? "1 order" : fmt::format("{} orders", count);
}

std::string_view best_name(Side side) { return side == Side::kBuy ? "bid" : "ask"; }

void add_queue_reasons(const Order& order, const Instrument& instrument, const Standing& standing,
                       std::vector<Reason>& reasons) {
  const Side other = exchange::opposite(order.side);
  if (!standing.best_opposite) {
    reasons.push_back({"no_opposite", fmt::format("there are no {}s", best_name(other))});
  } else if (!exchange::crosses(order.side, order.price, *standing.best_opposite)) {
    reasons.push_back(
        {"not_crossing", fmt::format("the best {} is {}, {} away from its price", best_name(other),
                                     instrument.text(*standing.best_opposite),
                                     distance(instrument, order.price, *standing.best_opposite))});
  }
  const std::string more = standing.counted ? "" : "at least ";
  if (standing.better.orders > 0) {
    reasons.push_back(
        {"behind", fmt::format("{}{} with {} at better prices come first: the best {} is {}, {} "
                               "away from its price",
                               more, orders(standing.better.orders),
                               size_of(instrument, standing.better.lots), best_name(order.side),
                               instrument.text(*standing.best_own),
                               distance(instrument, order.price, *standing.best_own))});
  }
  if (standing.before.orders > 0) {
    reasons.push_back({"behind", fmt::format("{}{} with {} at its own price come first", more,
                                             orders(standing.before.orders),
                                             size_of(instrument, standing.before.lots))});
  }
  if (standing.better.orders == 0 && standing.before.orders == 0) {
    reasons.push_back({"first",
                       "it is the first in its queue: what trades with its side trades "
                       "with it next"});
  }
}

Reason reason_of(Obstacle obstacle, std::size_t count) {
  const std::string crossed = "it crosses " + orders(count);
  switch (obstacle) {
    case Obstacle::kNone:
      return {"matching", crossed + ", and trades with what is left of them next"};
    case Obstacle::kSameAccount:
      return {"self_trade", crossed + " of the same account, with which it does not trade"};
    case Obstacle::kOtherAsks:
      return {"other_asks", crossed + " of other homes that are younger: those homes have to ask"};
    case Obstacle::kHomeIsLate:
      return {"home_late", crossed +
                               " of homes that owe an answer for long: they are asked "
                               "nothing new until it comes"};
    case Obstacle::kRefused:
      return {"refused", crossed +
                             " of homes that refused it: it asks again when the orders "
                             "change, and after a short wait"};
    case Obstacle::kAsked:
      return {"asked", crossed + " of which all that is free is asked for already"};
    case Obstacle::kAskedEnough:
      return {"asked_enough", crossed + ", but waits for as many answers as it may at a time"};
    case Obstacle::kSuspended:
      break;
  }
  return {"opposite_suspended",
          crossed + " of homes that cannot be reached now: they are not in the book"};
}

void add_obstacles(const Standing& standing, std::vector<Reason>& reasons) {
  for (std::size_t at = 0; at < standing.crossing.size(); ++at) {
    if (standing.crossing.at(at) == 0) continue;
    reasons.push_back(reason_of(static_cast<Obstacle>(at), standing.crossing.at(at)));
  }
}

void add_holds(const Call& call, const Order& order, const Instrument& instrument,
               const NodeView& view, std::vector<Reason>& reasons) {
  const exchange::HomeState* const home = call.context.exchange.home(order.id.home);
  for (const auto& [seq, hold] : home->holds()) {
    if (hold.request.order != order.id.seq) continue;
    const std::string size = instrument.text(hold.request.quantity);
    reasons.push_back(
        {"pending", order.id.home == call.context.exchange.self()
                        ? fmt::format("{} of it waits {}", size, waits_for(hold, view).text)
                        : fmt::format("{} of it is promised and waits for {}", size,
                                      person_of(view, hold.request.maker.home.text()))});
  }
}

/// What keeps a home's orders out of the book here; nothing for a live home.
std::optional<Reason> reason_of_reach(const exchange::OrderId& id, const NodeView& view) {
  const std::string who = person_of(view, id.home.text());
  const FeedLine* const feed = find_feed(view, id.home);
  if (feed == nullptr) {
    return Reason{"unknown_home", fmt::format("its home {} is not known here", who)};
  }
  if (feed->state == "live" || feed->state == "own") return std::nullopt;
  if (feed->state == "forked") {
    return Reason{"forked", fmt::format("its home {} broke the rules: nothing of it counts any "
                                        "more",
                                        who)};
  }
  const std::string heard = feed->heard_ms_ago < 0
                                ? "since this node started"
                                : fmt::format("for {} s", feed->heard_ms_ago / 1000);
  return Reason{feed->state == "gone" ? "gone" : "suspended",
                fmt::format("its home {} was not heard {}: its orders are {} until it is back", who,
                            heard, feed->state == "gone" ? "out of the book" : "suspended")};
}

Reason reason_of_stop(const Call& call, const Order& order, const Instrument& instrument) {
  const std::optional<Price> last = call.context.exchange.last_price(order.instrument);
  return {
      "stop",
      fmt::format("it waits for a trade at {} or {}: {}", instrument.text(order.stop_price),
                  order.stop == exchange::Stop::kLoss ? "below" : "above",
                  last ? "the last one was at " + instrument.text(*last) : "there was none yet")};
}

}  // namespace

Reason reason_of_close(const Order& order) {
  const bool whole = order.filled == order.quantity;
  switch (whole ? CloseReason::kFilled : order.reason) {
    case CloseReason::kFilled:
      return {"filled", "all of it was filled"};
    case CloseReason::kCancelled:
      return {"cancelled", "it was cancelled"};
    case CloseReason::kExpired:
      return {"expired", "its time had come"};
    case CloseReason::kImmediate:
      return {"immediate", "it does not rest, and this much could not be filled at once"};
    case CloseReason::kKilled:
      return {"killed", "it is fill or kill, and no home could fill it whole at once"};
    case CloseReason::kPostOnly:
      return {"post_only", "it is post-only and would have taken from the book"};
    case CloseReason::kSelfTrade:
      return {"self_trade", "it met an order of the same account: self-trade prevention closed it"};
    case CloseReason::kUnconfirmed:
      break;
  }
  return {"unconfirmed", "a basic peer took it, which nothing confirms"};
}

Reason reason_of_absence(const exchange::OrderId& id, const NodeView& view) {
  const FeedLine* const feed = find_feed(view, id.home);
  const std::string who = person_of(view, id.home.text());
  if (feed != nullptr && static_cast<std::int64_t>(id.seq) > feed->seq) {
    return {"not_here_yet",
            fmt::format("it would be entry {} of {}, whose feed is here up to {}; the newest heard "
                        "of is {}",
                        id.seq, who, feed->seq, feed->newest)};
  }
  if (auto reach = reason_of_reach(id, view); reach && reach->word != "suspended") {
    return *std::move(reach);
  }
  return {"over",
          fmt::format("it is closed or filled, or waits for its stop price: only its home {} "
                      "knows more",
                      who)};
}

std::vector<Reason> reasons_for(const Call& call, const Order& order, const Standing& standing,
                                const NodeView& view) {
  std::vector<Reason> reasons;
  const exchange::HomeState* const home = call.context.exchange.home(order.id.home);
  const Instrument* const theirs = home->instruments().find(order.instrument);
  const Instrument* const ours = call.context.exchange.instrument(order.instrument);
  if (order.closed) reasons.push_back(reason_of_close(order));
  add_holds(call, order, *theirs, view, reasons);
  if (order.closed) return reasons;
  if (ours == nullptr || *ours != *theirs) {
    reasons.push_back(
        {"not_traded_here",
         fmt::format("{} is not traded here{}", order.instrument,
                     ours == nullptr ? "" : " in the steps that its home has for it")});
    return reasons;
  }
  if (auto reach = reason_of_reach(order.id, view);
      reach && order.id.home != call.context.exchange.self()) {
    reasons.insert(reasons.begin(), *std::move(reach));
    return reasons;
  }
  if (order.waiting()) {
    reasons.push_back(reason_of_stop(call, order, *ours));
    return reasons;
  }
  add_obstacles(standing, reasons);
  if (standing.in_book) add_queue_reasons(order, *ours, standing, reasons);
  if (reasons.empty()) reasons.push_back({"not_resting", "nothing of it rests in the book"});
  return reasons;
}

void write_queue(json::Writer& out, const Order& order, const Instrument& instrument,
                 const Standing& standing) {
  out.key("queue").begin_object();
  if (standing.in_book) {
    out.integer("orders_better", static_cast<std::int64_t>(standing.better.orders))
        .string("size_better", size_of(instrument, standing.better.lots))
        .integer("orders_before", static_cast<std::int64_t>(standing.before.orders))
        .string("size_before", size_of(instrument, standing.before.lots))
        .boolean("counted_all", standing.counted);
  }
  if (standing.best_own) {
    out.string("best_price", instrument.text(*standing.best_own))
        .string("from_best", distance(instrument, order.price, *standing.best_own));
  }
  if (standing.best_opposite) {
    out.string("best_opposite", instrument.text(*standing.best_opposite))
        .string("from_opposite", distance(instrument, order.price, *standing.best_opposite));
  }
  out.end_object();
}

}  // namespace syrah::api
