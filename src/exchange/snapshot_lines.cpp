#include "exchange/snapshot_lines.h"

#include <fmt/format.h>

#include "exchange/limits.h"
#include "exchange/members.h"
#include "exchange/names.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::exchange {
namespace {

template <class WriteMembers>
std::string line_of(WriteMembers&& write_members) {
  std::string text;
  {
    json::Writer out(text);
    out.begin_object();
    write_members(out);
    out.end_object();
  }
  text += '\n';
  return text;
}

void write_time(json::Writer& out, std::string_view name, Hlc time) {
  out.key(name).begin_array().integer(time.ms).integer(time.counter).end_array();
}

template <class Unsigned>
void write_number(json::Writer& out, std::string_view name, Unsigned value) {
  out.integer(name, static_cast<std::int64_t>(value));
}

std::size_t read_count(Members& in, std::string_view name, std::size_t max) {
  return static_cast<std::size_t>(in.integer(name, 0, static_cast<std::int64_t>(max)));
}

/// A number from 1 to `max`, as of an entry.
Seq read_seq(Members& in, std::string_view name, Seq max) {
  return static_cast<Seq>(in.integer(name, 1, static_cast<std::int64_t>(max)));
}

/// What must hold between the members of an order; null if it does.
const char* contradiction(const Order& order) {
  const std::int64_t free =
      order.quantity.lots - order.filled.lots - order.held.lots - order.cancelled.lots;
  if (free < 0) return "more is filled, held and cancelled than ordered";
  if (order.closed && free > 0) return "a part of a closed order is free";
  if (free + order.held.lots == 0) return "nothing is left of the order";
  if (order.filled.lots == 0 ? order.executed.units != 0
                             : order.executed.units < order.filled.lots ||
                                   order.executed > Price{kPriceMax} * order.filled) {
    return "what is filled is worth something else";
  }
  if ((order.stop == Stop::kNone) != (order.stop_price.ticks == 0) ||
      (order.triggered && order.stop == Stop::kNone)) {
    return "a stop, its price and its trigger go together";
  }
  if (order.waiting() && order.filled.lots + order.held.lots > 0) {
    return "the order waits and trades";
  }
  if (order.funds.units != 0 &&
      (order.type != OrderType::kMarket || order.tif != TimeInForce::kIoc)) {
    return "funds are for market orders that are immediate or cancel";
  }
  if (order.priority.seq < order.id.seq || order.version < order.priority.seq) {
    return "the order is younger than its changes";
  }
  return nullptr;
}

/// The members of an order that change in its life.
void read_progress(Members& in, Order& order, Seq seq_max) {
  order.priority = {in.time("priorityTime"), order.id.home, read_seq(in, "priority", seq_max)};
  order.version = read_seq(in, "version", seq_max);
  order.filled = {in.integer("filled", 0, order.quantity.lots)};
  order.held = {in.integer("held", 0, order.quantity.lots)};
  order.cancelled = {in.integer("cancelled", 0, order.quantity.lots)};
  order.closed = in.has("closed");
  if (in.has("executed")) order.executed = in.units("executed");
  order.triggered = in.flag("triggered");
  if (order.closed) order.reason = in.word("closed", close_reason_from);
  if (const char* wrong = contradiction(order)) in.fail("order", wrong);
}

}  // namespace

std::string snapshot_line(const SnapshotHeader& header) {
  return line_of([&](json::Writer& out) {
    out.string("home", header.home.text());
    write_number(out, "seq", header.seq);
    out.integer("lease", header.lease_until_ms);
    write_number(out, "sinceCheckpoint", header.since_checkpoint);
    write_number(out, "instruments", header.instruments);
    write_number(out, "orders", header.orders);
    write_number(out, "holds", header.holds);
    write_number(out, "decisions", header.decisions);
    write_number(out, "settled", header.settled);
  });
}

std::string snapshot_line(const Instrument& instrument) {
  return line_of([&](json::Writer& out) {
    out.string("instrument", instrument.name);
    out.string("tick", base::to_text(instrument.tick));
    out.string("lot", base::to_text(instrument.lot));
  });
}

std::string snapshot_line(const Order& order) {
  return line_of([&](json::Writer& out) {
    write_number(out, "order", order.id.seq);
    out.string("instrument", order.instrument);
    out.string("side", to_text(order.side));
    out.string("type", to_text(order.type));
    out.integer("price", order.price.ticks);
    out.integer("quantity", order.quantity.lots);
    out.string("tif", to_text(order.tif));
    out.integer("expires", order.expires_ms);
    out.boolean("postOnly", order.post_only);
    out.string("selfTrade", to_text(order.self_trade));
    out.string("account", order.account);
    out.string("clientId", order.client_id);
    if (order.stop != Stop::kNone) {
      out.string("stop", to_text(order.stop));
      out.integer("stopPrice", order.stop_price.ticks);
    }
    if (order.funds.units != 0) out.string("funds", fmt::to_string(order.funds.units));
    write_time(out, "accepted", order.accepted);
    write_time(out, "priorityTime", order.priority.time);
    write_number(out, "priority", order.priority.seq);
    write_number(out, "version", order.version);
    out.integer("filled", order.filled.lots);
    out.integer("held", order.held.lots);
    out.integer("cancelled", order.cancelled.lots);
    if (order.executed.units != 0) out.string("executed", fmt::to_string(order.executed.units));
    if (order.triggered) out.boolean("triggered", true);
    if (order.closed) out.string("closed", to_text(order.reason));
  });
}

std::string snapshot_line(const Hold& hold) {
  return line_of([&](json::Writer& out) {
    write_number(out, "hold", hold.seq);
    write_time(out, "time", hold.time);
    write_number(out, "order", hold.request.order);
    out.string("maker", hold.request.maker.text());
    out.integer("price", hold.request.price.ticks);
    out.integer("quantity", hold.request.quantity.lots);
    out.boolean("selfTrade", hold.request.self_trade);
    out.integer("groupSize", hold.request.group_size);
    out.integer("groupIndex", hold.request.group_index);
  });
}

std::string snapshot_line(const DecidedTrade& decided) {
  const auto& [trade, decision] = decided;
  return line_of([&, &trade = trade, &decision = decision](json::Writer& out) {
    out.string("decision", trade.text());
    write_number(out, "entry", decision.entry);
    write_number(out, "maker", decision.maker);
    if (decision.filled) {
      out.integer("price", decision.price.ticks);
      out.integer("quantity", decision.quantity.lots);
    } else {
      out.string("reason", to_text(decision.reason));
      out.integer("decrement", decision.decrement.lots);
    }
  });
}

std::string snapshot_line(const SettledHome& settled) {
  return line_of([&](json::Writer& out) {
    out.string("settled", settled.first.text());
    write_number(out, "below", settled.second);
  });
}

base::Error SnapshotReader::failure(std::string_view what) const {
  return {base::ErrorCode::kDamaged, fmt::format("snapshot line {}: {}", number_, what)};
}

template <class Read>
auto SnapshotReader::next(Read&& read) {
  using Content = base::Result<std::invoke_result_t<Read, Members&>>;
  ++number_;
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) return Content(failure("is missing or does not end"));
  const std::string_view text = rest_.substr(0, end + 1);
  rest_.remove_prefix(end + 1);
  const base::Result<json::Document> parsed = json::parse(text.substr(0, end));
  if (!parsed) return Content(failure(parsed.error().message));
  Members in(*parsed);
  auto content = read(in);
  if (base::Status sound = in.status(); !sound) return Content(failure(sound.error().message));
  if (snapshot_line(content) != text) {
    return Content(failure("is not in the one form that it may have"));
  }
  return Content(std::move(content));
}

base::Result<SnapshotHeader> SnapshotReader::header() {
  return next([this](Members& in) {
    SnapshotHeader header;
    header.home = in.node("home");
    header.seq = static_cast<Seq>(in.integer("seq", 0, kSeqMax));
    header.lease_until_ms = in.integer("lease", 0, kTimeMsMax);
    header.since_checkpoint = static_cast<std::uint64_t>(
        in.integer("sinceCheckpoint", 0, static_cast<std::int64_t>(header.seq)));
    header.instruments = read_count(in, "instruments", kInstrumentsMax);
    header.orders = read_count(in, "orders", kOpenOrdersPerHomeMax);
    header.holds = read_count(in, "holds", kHoldsMax);
    header.decisions = read_count(in, "decisions", kDecisionsUnsettledMax);
    header.settled = read_count(in, "settled", kHomesMax);
    if (header.home != home_) in.fail("home", "is another home");
    seq_max_ = header.seq;
    return header;
  });
}

base::Result<Instrument> SnapshotReader::instrument() {
  return next([](Members& in) {
    const base::Result<Instrument> made =
        make_instrument(in.text("instrument"), in.text("tick"), in.text("lot"));
    if (!made) in.fail(made.error());
    return made ? *made : Instrument{};
  });
}

base::Result<Order> SnapshotReader::order() {
  return next([this](Members& in) {
    Order order;
    order.id = {home_, read_seq(in, "order", seq_max_)};
    order.instrument = in.text("instrument");
    order.side = in.word("side", side_from);
    order.type = in.word("type", order_type_from);
    order.price = {in.integer("price", 1, kPriceMax)};
    order.quantity = {in.integer("quantity", 1, kQuantityMax)};
    order.tif = in.word("tif", time_in_force_from);
    order.expires_ms = in.integer("expires", 0, kTimeMsMax);
    order.post_only = in.flag("postOnly");
    order.self_trade = in.word("selfTrade", self_trade_from);
    order.account = in.text("account");
    if (base::Status named = check_account(order.account); !named) in.fail(named.error());
    order.client_id = in.text("clientId");
    if (base::Status named = check_client_id(order.client_id); !named) in.fail(named.error());
    if (in.has("stop")) order.stop = in.word("stop", stop_from);
    if (in.has("stopPrice")) order.stop_price = {in.integer("stopPrice", 1, kPriceMax)};
    if (in.has("funds")) order.funds = in.units("funds");
    order.accepted = in.time("accepted");
    read_progress(in, order, seq_max_);
    return order;
  });
}

base::Result<Hold> SnapshotReader::hold() {
  return next([this](Members& in) {
    Hold hold;
    hold.seq = read_seq(in, "hold", seq_max_);
    hold.time = in.time("time");
    Held& request = hold.request;
    request.order = read_seq(in, "order", seq_max_);
    request.maker = in.entry("maker");
    if (request.maker.home == home_) in.fail("maker", "is an order of this home");
    request.price = {in.integer("price", 1, kPriceMax)};
    request.quantity = {in.integer("quantity", 1, kQuantityMax)};
    request.self_trade = in.flag("selfTrade");
    request.group_size = static_cast<std::uint32_t>(
        in.integer("groupSize", 1, static_cast<std::int64_t>(kGroupMax)));
    request.group_index =
        static_cast<std::uint32_t>(in.integer("groupIndex", 0, request.group_size - 1));
    return hold;
  });
}

base::Result<DecidedTrade> SnapshotReader::decision() {
  return next([this](Members& in) {
    const TradeId trade = in.entry("decision");
    if (trade.home == home_) in.fail("decision", "is on a request of this home");
    Decision decision;
    decision.entry = read_seq(in, "entry", seq_max_);
    decision.maker = in.seq("maker");
    decision.filled = in.has("price");
    if (decision.filled) {
      decision.price = {in.integer("price", 1, kPriceMax)};
      decision.quantity = {in.integer("quantity", 1, kQuantityMax)};
    } else {
      decision.reason = in.word("reason", refuse_reason_from);
      decision.decrement = {in.integer("decrement", 0, kQuantityMax)};
    }
    return DecidedTrade(trade, decision);
  });
}

base::Result<SettledHome> SnapshotReader::settled() {
  return next([](Members& in) { return SettledHome(in.node("settled"), in.seq("below")); });
}

}  // namespace syrah::exchange
