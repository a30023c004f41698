#include "api/stream_codec.h"

#include <map>

#include "api/book_codec.h"
#include "api/order_codec.h"
#include "api/product_codec.h"
#include "api/stream_limits.h"
#include "base/time.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::BookCause;
using exchange::OrderType;
using exchange::RestingChange;
using exchange::Side;

std::string id_text(const exchange::EntryId& id) { return base::PublicId::of(id).text(); }

json::Writer& begin(json::Writer& out, std::string_view type, exchange::Hlc time,
                    const StreamFrame& frame) {
  return out.begin_object()
      .string("type", type)
      .string("time", time_text(time))
      .string("product_id", frame.instrument.name)
      .integer("sequence", frame.sequence);
}

void end(json::Writer& out, const StreamFrame& frame) {
  if (!frame.account.empty()) {
    out.string("user_id", frame.account).string("profile_id", frame.account);
  }
  out.end_object();
}

/// Market orders have no price, and instead of a size perhaps funds.
void write_terms(json::Writer& out, const exchange::Order& order,
                 const exchange::Instrument& instrument) {
  if (order.funds.units > 0) {
    out.string("funds", instrument.text(order.funds));
  } else {
    out.string("size", instrument.text(order.quantity));
  }
  if (order.type == OrderType::kLimit) out.string("price", instrument.text(order.price));
}

std::string write_done(const RestingChange& change, const StreamFrame& frame) {
  std::string_view reason = "canceled";
  exchange::Quantity left;
  if (change.closed) {
    if (change.reason == exchange::CloseReason::kFilled) reason = "filled";
    left = change.unfilled;
  } else {
    if (change.cause == BookCause::kReach) reason = "suspended";
    if (change.cause == BookCause::kPending) reason = "pending";
    left = change.old_quantity;
  }
  std::string text;
  json::Writer out(text);
  begin(out, "done", change.time, frame).string("order_id", id_text(change.id));
  if (change.type == OrderType::kLimit) out.string("price", frame.instrument.text(change.price));
  out.string("remaining_size", frame.instrument.text(left))
      .string("reason", reason)
      .string("side", exchange::to_text(change.side));
  end(out, frame);
  return text;
}

std::string write_open(const RestingChange& change, const StreamFrame& frame) {
  std::string text;
  json::Writer out(text);
  begin(out, "open", change.time, frame)
      .string("order_id", id_text(change.id))
      .string("price", frame.instrument.text(change.price))
      .string("remaining_size", frame.instrument.text(change.quantity))
      .string("side", exchange::to_text(change.side))
      .string("priority", priority_text(change.priority));
  end(out, frame);
  return text;
}

std::string_view to_text(BookCause cause) {
  if (cause == BookCause::kReplaced) return "modify_order";
  return cause == BookCause::kSelfTrade ? "STP" : "pending";
}

std::string write_change(const RestingChange& change, const StreamFrame& frame) {
  const exchange::Instrument& instrument = frame.instrument;
  std::string text;
  json::Writer out(text);
  begin(out, "change", change.time, frame)
      .string("order_id", id_text(change.id))
      .string("side", exchange::to_text(change.side))
      .string("reason", change.requeued ? "modify_order" : to_text(change.cause))
      .string("price", instrument.text(change.price))
      .string("old_size", instrument.text(change.old_quantity))
      .string("new_size", instrument.text(change.quantity));
  if (change.requeued) {
    out.string("old_price", instrument.text(change.old_price))
        .string("new_price", instrument.text(change.price))
        .string("priority", priority_text(change.priority));
  }
  end(out, frame);
  return text;
}

void write_side(json::Writer& out, std::string_view name, const exchange::OrderBook& book,
                const exchange::Instrument& instrument, Side side) {
  out.key(name).begin_array();
  for (const exchange::DepthLevel& level : book.depth(side, kSnapshotLevelsMax)) {
    out.begin_array()
        .string(instrument.text(level.price))
        .string(instrument.text(level.quantity))
        .end_array();
  }
  out.end_array();
}

}  // namespace

std::string write_received(const exchange::OrderReceived& received, const StreamFrame& frame) {
  const exchange::Order& order = received.order;
  std::string text;
  json::Writer out(text);
  begin(out, "received", received.time, frame).string("order_id", id_text(order.id));
  write_terms(out, order, frame.instrument);
  out.string("side", exchange::to_text(order.side))
      .string("order_type", exchange::to_text(order.type));
  // Whose order it is is nobody else's business.
  if (!frame.account.empty()) out.string("client_oid", order.client_id);
  end(out, frame);
  return text;
}

std::string write_activate(const exchange::OrderReceived& received, const StreamFrame& frame) {
  const exchange::Order& order = received.order;
  std::string text;
  json::Writer out(text);
  begin(out, "activate", received.time, frame)
      .string("timestamp", time_text(received.time))
      .string("order_id", id_text(order.id))
      .string("stop_type", exchange::to_text(order.stop))
      .string("stop_price", frame.instrument.text(order.stop_price))
      .string("side", exchange::to_text(order.side));
  write_terms(out, order, frame.instrument);
  out.string("client_oid", order.client_id).boolean("private", true);
  end(out, frame);
  return text;
}

std::string write_resting(const RestingChange& change, const StreamFrame& frame) {
  const bool was = change.old_quantity.lots > 0;
  const bool is = change.quantity.lots > 0;
  if (change.closed) return write_done(change, frame);
  // To its owner an order that waits for other nodes' answers is not over.
  if (was && !is)
    return frame.account.empty() ? write_done(change, frame) : write_change(change, frame);
  if (!was && is) return write_open(change, frame);
  if (is && (change.requeued || change.old_quantity != change.quantity)) {
    return write_change(change, frame);
  }
  return {};
}

std::string write_match(std::string_view type, const exchange::TradeFact& trade,
                        const StreamFrame& frame) {
  std::string text;
  json::Writer out(text);
  begin(out, type, trade.time, frame)
      .integer("trade_id", trade.number)
      .string("maker_order_id", id_text(trade.maker))
      .string("taker_order_id", id_text(trade.taker))
      .string("size", frame.instrument.text(trade.quantity))
      .string("price", frame.instrument.text(trade.price))
      .string("side", exchange::to_text(exchange::opposite(trade.taker_side)))
      .string("match_id", id_text(trade.trade));
  end(out, frame);
  return text;
}

std::string write_fill(const exchange::FillFact& fill, const StreamFrame& frame) {
  const exchange::OrderId& maker = fill.maker ? fill.order.id : fill.counter_order;
  const exchange::OrderId& taker = fill.maker ? fill.counter_order : fill.order.id;
  const Side side = fill.maker ? fill.order.side : exchange::opposite(fill.order.side);
  std::string text;
  json::Writer out(text);
  begin(out, "match", fill.time, frame);
  if (fill.number != 0) out.integer("trade_id", fill.number);
  out.string("maker_order_id", id_text(maker))
      .string("taker_order_id", id_text(taker))
      .string("size", frame.instrument.text(fill.quantity))
      .string("price", frame.instrument.text(fill.price))
      .string("side", exchange::to_text(side))
      .string("match_id", id_text(fill.trade));
  if (fill.maker) {
    out.string("maker_user_id", frame.account)
        .string("maker_profile_id", frame.account)
        .string("maker_fee_rate", "0");
  } else {
    out.string("taker_user_id", frame.account)
        .string("taker_profile_id", frame.account)
        .string("taker_fee_rate", "0");
  }
  end(out, frame);
  return text;
}

std::string write_ticker(const exchange::TradeFact& trade, const TickerView& view,
                         const StreamFrame& frame) {
  const exchange::Instrument& instrument = frame.instrument;
  std::string text;
  json::Writer out(text);
  begin(out, "ticker", trade.time, frame)
      .integer("trade_id", trade.number)
      .string("price", instrument.text(trade.price))
      .string("last_size", instrument.text(trade.quantity))
      .string("side", exchange::to_text(trade.taker_side));
  if (view.day) {
    out.string("open_24h", instrument.text(view.day->open))
        .string("high_24h", instrument.text(view.day->high))
        .string("low_24h", instrument.text(view.day->low))
        .string("volume_24h", instrument.text(view.day->volume));
  }
  if (view.month) out.string("volume_30d", instrument.text(view.month->volume));
  for (const auto& [name, side] : {std::pair{"bid", Side::kBuy}, std::pair{"ask", Side::kSell}}) {
    const auto best = view.book.depth(side, 1);
    if (best.empty()) continue;
    out.string(std::string("best_") + name, instrument.text(best[0].price))
        .string(std::string("best_") + name + "_size", instrument.text(best[0].quantity));
  }
  out.end_object();
  return text;
}

std::string write_snapshot(const exchange::OrderBook& book, const StreamFrame& frame,
                           std::uint32_t checksum, const std::string& time) {
  std::string text;
  json::Writer out(text);
  out.begin_object()
      .string("type", "snapshot")
      .string("product_id", frame.instrument.name)
      .string("time", time)
      .integer("sequence", frame.sequence)
      .integer("checksum", checksum);
  write_side(out, "bids", book, frame.instrument, Side::kBuy);
  write_side(out, "asks", book, frame.instrument, Side::kSell);
  out.end_object();
  return text;
}

std::string write_l2update(const LevelChanges& changes, const exchange::Instrument& instrument) {
  std::string text;
  json::Writer out(text);
  out.begin_object()
      .string("type", "l2update")
      .string("product_id", instrument.name)
      .string("time", changes.time)
      .integer("sequence", changes.sequence)
      .integer("checksum", changes.checksum);
  out.key("changes").begin_array();
  for (const auto& [level, quantity] : changes.levels) {
    out.begin_array()
        .string(exchange::to_text(level.first))
        .string(instrument.text(level.second))
        .string(instrument.text(quantity))
        .end_array();
  }
  out.end_array().end_object();
  return text;
}

std::string write_heartbeat(const exchange::Instrument& instrument, std::int64_t sequence,
                            std::int64_t last_trade, std::int64_t wall_us) {
  std::string text;
  json::Writer(text)
      .begin_object()
      .string("type", "heartbeat")
      .integer("sequence", sequence)
      .integer("last_trade_id", last_trade)
      .string("product_id", instrument.name)
      .string("time", base::to_iso8601(wall_us))
      .end_object();
  return text;
}

std::string write_status(const std::vector<exchange::Instrument>& instruments) {
  std::string text;
  json::Writer out(text);
  out.begin_object().string("type", "status");
  out.key("products").begin_array();
  for (const exchange::Instrument& instrument : instruments) write_product(out, instrument);
  out.end_array();
  out.key("currencies");
  write_currencies(out, instruments);
  out.end_object();
  return text;
}

std::string write_subscriptions(const std::set<std::pair<Channel, std::string>>& subscriptions) {
  std::map<Channel, std::vector<std::string_view>> by_channel;
  for (const auto& [channel, product] : subscriptions) {
    auto& products = by_channel[channel];
    if (!product.empty()) products.push_back(product);
  }
  std::string text;
  json::Writer out(text);
  out.begin_object().string("type", "subscriptions");
  out.key("channels").begin_array();
  for (const auto& [channel, products] : by_channel) {
    out.begin_object().string("name", api::to_text(channel));
    out.key("product_ids").begin_array();
    for (const std::string_view product : products) out.string(product);
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string write_stream_error(std::string_view message, std::string_view reason) {
  std::string text;
  json::Writer(text)
      .begin_object()
      .string("type", "error")
      .string("message", message)
      .string("reason", reason)
      .end_object();
  return text;
}

}  // namespace syrah::api
