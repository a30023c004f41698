// What only this node can tell: whose feeds it has and how they came here, where an order of any
// home is, and why it does not trade.

#include <fmt/format.h>

#include <algorithm>

#include "api/errors.h"
#include "api/limits.h"
#include "api/order_codec.h"
#include "api/routes.h"
#include "api/waiting.h"
#include "api/why.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::Exchange;
using exchange::HomeState;
using exchange::Instrument;
using exchange::Order;
using exchange::OrderId;

// ---- feeds -------------------------------------------------------------------------------------

void write_arrival(json::Writer& out, const ArrivalLine& arrival, const NodeView& view,
                   std::string_view home, std::int64_t made_ms) {
  out.begin_object().string("how", arrival.how);
  if (arrival.how == "peer" || arrival.how == "snapshot") {
    out.string("peer", arrival.peer)
        .string("peer_name", name_of(view, arrival.peer))
        .string("route", arrival.route)
        .boolean("first_hand", arrival.peer == home)
        .integer("first", arrival.first)
        .integer("last", arrival.last)
        .string("made_at", base::to_iso8601(made_ms * base::kUsPerMs))
        .string("arrived_at", base::to_iso8601(arrival.arrived_wall_us))
        .integer("after_ms", arrival.arrived_wall_us / base::kUsPerMs - made_ms);
  }
  out.end_object();
}

void write_feed(json::Writer& out, const Exchange& exchange, const FeedLine& feed,
                const NodeView& view) {
  out.string("home", feed.home)
      .string("name", name_of(view, feed.home))
      .string("state", feed.state)
      .integer("seq", feed.seq)
      .integer("newest", feed.newest)
      .integer("missing", std::max<std::int64_t>(0, feed.newest - feed.seq))
      .integer("heard_ms_ago", feed.heard_ms_ago);
  if (!feed.hash.empty()) out.string("hash", feed.hash);
  if (feed.time_ms != 0) out.string("time", base::to_iso8601(feed.time_ms * base::kUsPerMs));
  const auto id = base::NodeId::parse(feed.home);
  const HomeState* const home = id ? exchange.home(*id) : nullptr;
  out.integer("orders", home == nullptr ? 0 : static_cast<std::int64_t>(home->orders().size()))
      .integer("holds", home == nullptr ? 0 : static_cast<std::int64_t>(home->holds().size()));
}

Answer feeds(const Call& call) {
  const NodeView view = call.context.node();
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const FeedLine& feed : view.feeds) {
    out.begin_object();
    write_feed(out, call.context.exchange, feed, view);
    out.end_object();
  }
  out.end_array();
  return answer_with(std::move(body));
}

/// The feed that the beginning of its home's id, or the name of a connected home, names.
base::Result<const FeedLine*> named_feed(const NodeView& view, const std::string& text) {
  constexpr std::size_t kDigitsMin = 8;
  const FeedLine* found = nullptr;
  for (const FeedLine& feed : view.feeds) {
    const bool begins = text.size() >= kDigitsMin && feed.home.starts_with(text);
    if (!begins && name_of(view, feed.home) != text) continue;
    if (found != nullptr) {
      return base::invalid(
          fmt::format("{} names more than one feed: give more of the id", quoted(text)));
    }
    found = &feed;
  }
  if (found == nullptr) {
    return not_found(fmt::format("there is no feed {} here; see GET /node/feeds", quoted(text)));
  }
  return found;
}

Answer feed(const Call& call) {
  const NodeView view = call.context.node();
  const auto named = named_feed(view, call.captures[0]);
  if (!named) return named.error();
  const FeedLine& feed = **named;
  const auto seq = call.target.integer("seq", 1, feed.seq);
  if (!seq) return seq.error();
  const auto home = base::NodeId::parse(feed.home);
  if (!home) return home.error();
  std::string body;
  json::Writer out(body);
  out.begin_object();
  write_feed(out, call.context.exchange, feed, view);
  out.key("arrivals").begin_array();
  std::vector<ArrivalLine> arrivals;
  if (*seq) {
    arrivals.push_back(call.context.arrival({*home, static_cast<base::Seq>(**seq)}));
  } else {
    arrivals = call.context.arrivals(*home);
  }
  for (const ArrivalLine& arrival : arrivals) {
    write_arrival(out, arrival, view, feed.home, arrival.made_ms);
  }
  out.end_array().end_object();
  return answer_with(std::move(body));
}

// ---- orders ------------------------------------------------------------------------------------

/// An order as every node knows it: without account and client id.
void write_public(json::Writer& out, const Order& order, const Instrument& instrument,
                  const NodeView& view) {
  const std::string home = order.id.home.text();
  const FeedLine* const feed = find_feed(view, order.id.home);
  out.string("id", base::PublicId::of(order.id).text())
      .string("home", home)
      .string("home_name", name_of(view, home))
      .string("home_state", feed == nullptr ? "unknown" : feed->state)
      .string("product_id", order.instrument)
      .string("side", exchange::to_text(order.side))
      .string("type", exchange::to_text(order.type));
  if (order.type == exchange::OrderType::kLimit) out.string("price", instrument.text(order.price));
  out.string("size", instrument.text(order.quantity))
      .string("filled_size", instrument.text(order.filled))
      .string("pending_size", instrument.text(order.held))
      .string("remaining_size", instrument.text(order.quantity - order.filled - order.cancelled))
      .string("status", status_text(order))
      .string("created_at", time_text(order.accepted));
}

/// The home that a public id names: this node, or one that is followed.
base::Result<OrderId> order_id(const Call& call) {
  const base::Result<base::PublicId> id = base::PublicId::parse(call.captures[0]);
  if (!id) return id.error();
  const Exchange& exchange = call.context.exchange;
  if (id->home_prefix == exchange.self().prefix()) return OrderId{exchange.self(), id->seq};
  const base::NodeId* const home = exchange.home_with_prefix(id->home_prefix);
  if (home == nullptr) {
    return not_found(
        fmt::format("the home of this order ({:016x}...) is not known here", id->home_prefix));
  }
  return OrderId{*home, id->seq};
}

/// The order in memory if the caller may see it: those of this home belong to their accounts, and
/// what waits for its stop price is nobody else's business.
const Order* visible(const Call& call, const OrderId& id) {
  const Order* const order = call.context.exchange.order(id);
  const bool own = id.home == call.context.exchange.self();
  if (order == nullptr || (own ? order->account != call.account : order->waiting())) return nullptr;
  return order;
}

/// In the steps of its home.
const Instrument& steps_of(const Call& call, const Order& order) {
  return *call.context.exchange.home(order.id.home)->instruments().find(order.instrument);
}

enum class Where { kAnywhere, kLive, kSuspended };

base::Result<Where> read_where(const Call& call) {
  const std::string_view word = call.target.parameter("state").value_or("all");
  if (word == "all") return Where::kAnywhere;
  if (word == "live") return Where::kLive;
  if (word == "suspended") return Where::kSuspended;
  return base::invalid(fmt::format("state {} is not one of all, live, suspended", quoted(word)));
}

Answer all_orders(const Call& call) {
  const base::Result<Where> where = read_where(call);
  if (!where) return where.error();
  const auto product = product_parameter(call);
  if (!product) return product.error();
  const auto limit = call.target.integer("limit", 1, kPageRowsMax);
  if (!limit) return limit.error();
  std::int64_t left = limit->value_or(kPageRowsUsual);
  std::size_t looked_at = 0;
  const NodeView view = call.context.node();
  const Exchange& exchange = call.context.exchange;
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const base::NodeId& id : exchange.homes()) {
    const bool live = id == exchange.self() || exchange.reach(id) == exchange::Reach::kLive;
    if (*where != Where::kAnywhere && (*where == Where::kLive) != live) continue;
    for (const auto& [seq, order] : exchange.home(id)->orders()) {
      if (left == 0 || ++looked_at > kSuspendedCountMax) break;
      if (order.closed || order.waiting()) continue;  // stops are told to their owners only
      if (*product != nullptr && order.instrument != (*product)->name) continue;
      --left;
      out.begin_object();
      write_public(out, order, steps_of(call, order), view);
      out.end_object();
    }
  }
  out.end_array();
  return answer_with(std::move(body));
}

Answer one_order(const Call& call) {
  const base::Result<OrderId> id = order_id(call);
  if (!id) return id.error();
  const Order* const order = call.context.exchange.order(*id);
  if (order == nullptr || order->waiting())
    return not_found("this order is not open, as far as is known here");
  std::string body;
  json::Writer out(body);
  out.begin_object();
  write_public(out, *order, steps_of(call, *order), call.context.node());
  out.end_object();
  return answer_with(std::move(body));
}

void write_reasons(json::Writer& out, const std::vector<Reason>& reasons) {
  out.key("reasons").begin_array();
  for (const Reason& reason : reasons) {
    out.begin_object().string("reason", reason.word).string("message", reason.text).end_object();
  }
  out.end_array();
}

std::string write_why(const Call& call, const Order& order) {
  const NodeView view = call.context.node();
  const Instrument& instrument = steps_of(call, order);
  const exchange::Standing standing = call.context.exchange.standing(order, call.context.now);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  write_public(out, order, instrument, view);
  out.boolean("in_book", standing.in_book);
  write_reasons(out, reasons_for(call, order, standing, view));
  if (!order.closed && order.type == exchange::OrderType::kLimit) {
    write_queue(out, order, instrument, standing);
  }
  out.key("holds").begin_array();
  for (const auto& [seq, hold] : call.context.exchange.home(order.id.home)->holds()) {
    if (hold.request.order != order.id.seq) continue;
    write_hold(out, hold, order, instrument, view, call.context.now);
  }
  out.end_array().end_object();
  return body;
}

std::string write_absence(const OrderId& id, const NodeView& view) {
  const FeedLine* const feed = find_feed(view, id.home);
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .string("id", base::PublicId::of(id).text())
      .string("home", id.home.text())
      .string("home_name", name_of(view, id.home.text()))
      .string("home_state", feed == nullptr ? "unknown" : feed->state)
      .string("status", "unknown")
      .boolean("in_book", false);
  write_reasons(out, {reason_of_absence(id, view)});
  out.end_object();
  return body;
}

Answer why(const Call& call) {
  const base::Result<OrderId> id = order_id(call);
  if (!id) return id.error();
  if (const Order* const order = visible(call, *id)) return answer_with(write_why(call, *order));
  if (id->home != call.context.exchange.self()) {
    return answer_with(write_absence(*id, call.context.node()));
  }
  exchange::OrderQuery question;
  question.account = call.account;
  question.order = id->seq;
  return Outcome(NeedsHistory{std::move(question)});
}

base::Result<HttpResponse> finish_why(const Call& call, const exchange::HistoryAnswer& answer) {
  if (answer.orders.empty() || answer.orders.front().fact.order.account != call.account) {
    return not_found("there is no such order of this account here");
  }
  const exchange::OrderFact& fact = answer.orders.front().fact;
  const Instrument* const instrument = call.context.exchange.instrument(fact.order.instrument);
  if (instrument == nullptr) {
    return not_found(fmt::format("{} is not traded here any more", fact.order.instrument));
  }
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_object();
  write_public(out, fact.order, *instrument, call.context.node());
  out.string("done_at", time_text(fact.time)).boolean("in_book", false);
  write_reasons(out, {reason_of_close(fact.order)});
  out.end_object();
  return response;
}

Answer provenance(const Call& call) {
  const base::Result<OrderId> id = order_id(call);
  if (!id) return id.error();
  const Order* const order = call.context.exchange.order(*id);
  const NodeView view = call.context.node();
  const FeedLine* const feed = find_feed(view, id->home);
  if (feed == nullptr || id->seq == 0 || static_cast<std::int64_t>(id->seq) > feed->seq) {
    return not_found("no such entry has come here yet");
  }
  const ArrivalLine arrival = call.context.arrival(*id);
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .string("id", base::PublicId::of(*id).text())
      .string("home", feed->home)
      .string("home_name", name_of(view, feed->home))
      .integer("seq", static_cast<std::int64_t>(id->seq))
      .key("arrival");
  write_arrival(out, arrival, view, feed->home,
                order == nullptr ? arrival.made_ms : order->accepted.ms);
  out.end_object();
  return answer_with(std::move(body));
}

constexpr Route kTraceRoutes[] = {
    {"GET", "/node/feeds", kPublic, feeds},
    {"GET", "/node/feeds/{}", kPublic, feed},
    {"GET", "/node/orders", kPublic, all_orders},
    {"GET", "/node/orders/{}", kPublic, one_order},
    {"GET", "/node/orders/{}/why", kView, why, finish_why},
    {"GET", "/node/orders/{}/provenance", kPublic, provenance},
};

}  // namespace

std::span<const Route> trace_routes() { return kTraceRoutes; }

}  // namespace syrah::api
