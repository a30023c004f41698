#include "api/order_codec.h"

#include <fmt/format.h>

#include "api/body.h"
#include "api/errors.h"
#include "base/time_text.h"
#include "exchange/limits.h"

namespace syrah::api {
namespace {

using exchange::CloseReason;
using exchange::OrderType;
using exchange::PlaceOrder;
using exchange::Stop;
using exchange::TimeInForce;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

/// The words of the Coinbase Exchange API; GTD is its "good till time".
constexpr std::pair<std::string_view, TimeInForce> kTimesInForce[] = {
    {"GTC", TimeInForce::kGtc},
    {"GTT", TimeInForce::kGtd},
    {"IOC", TimeInForce::kIoc},
    {"FOK", TimeInForce::kFok},
};

std::string_view text_of(TimeInForce value) {
  for (const auto& [text, tif] : kTimesInForce) {
    if (tif == value) return text;
  }
  return "GTC";
}

/// What a member that may be left out says, by a function from its text.
template <class Enum, class From>
base::Status read_word(const Body& body, std::string_view name, From from, std::string_view allowed,
                       Enum& value) {
  const base::Result<std::optional<std::string_view>> text = body.text(name);
  if (!text) return text.error();
  if (!*text) return base::success();
  const std::optional<Enum> read = from(**text);
  if (!read) {
    return base::invalid(fmt::format("{} {} is not one of {}", name, quoted(**text), allowed));
  }
  value = *read;
  return base::success();
}

std::optional<TimeInForce> time_in_force_of(std::string_view text) {
  for (const auto& [word, tif] : kTimesInForce) {
    if (word == text) return tif;
  }
  return std::nullopt;
}

std::optional<std::int64_t> duration_of(std::string_view text) {
  if (text == "min") return kMinuteMs;
  if (text == "hour") return kHourMs;
  if (text == "day") return kDayMs;
  return std::nullopt;
}

base::Status read_expiry(const Body& body, base::Time now, PlaceRequest& request) {
  PlaceOrder& order = request.command;
  if (base::Status read =
          read_word(body, "cancel_after", duration_of, "min, hour, day", request.cancel_after_ms);
      !read) {
    return read;
  }
  const base::Result<std::optional<std::string_view>> until = body.text("expire_time");
  if (!until) return until.error();
  const bool after = request.cancel_after_ms != 0;
  if (order.tif != TimeInForce::kGtd) {
    if (!after && !until->has_value()) return base::success();
    return base::invalid("cancel_after and expire_time need the time_in_force GTT");
  }
  if (after == until->has_value()) {
    return base::invalid("time_in_force GTT needs either cancel_after or expire_time");
  }
  if (after) {
    order.expires_ms = now.wall_ms() + request.cancel_after_ms;
    return base::success();
  }
  const base::Result<std::int64_t> wall_us = base::from_iso8601(**until);
  if (!wall_us) {
    return base::invalid("expire_time must be a time in UTC, as 2026-11-21T07:30:00Z");
  }
  order.expires_ms = *wall_us / base::kUsPerMs;
  return base::success();
}

base::Status read_words(const Body& body, PlaceOrder& order) {
  if (base::Status read =
          read_word(body, "type", exchange::order_type_from, "limit, market", order.type);
      !read) {
    return read;
  }
  if (!body.has("side")) return base::invalid("side is missing: buy or sell");
  if (base::Status read = read_word(body, "side", exchange::side_from, "buy, sell", order.side);
      !read) {
    return read;
  }
  if (base::Status read =
          read_word(body, "stp", exchange::self_trade_from, "dc, co, cn, cb", order.self_trade);
      !read) {
    return read;
  }
  if (base::Status read = read_word(body, "stop", exchange::stop_from, "loss, entry", order.stop);
      !read) {
    return read;
  }
  // A market order never rests; GTC is what clients send when they mean nothing by it.
  return read_word(body, "time_in_force", time_in_force_of, "GTC, GTT, IOC, FOK", order.tif);
}

base::Status read_texts(const Body& body, PlaceOrder& order) {
  struct Text {
    std::string_view name;
    std::string& value;
    bool decimal = false;
  };
  for (const Text& member :
       {Text{"product_id", order.instrument}, Text{"price", order.price, true},
        Text{"size", order.quantity, true}, Text{"funds", order.funds, true},
        Text{"stop_price", order.stop_price, true}, Text{"client_oid", order.client_id}}) {
    base::Result<std::optional<std::string_view>> text =
        member.decimal ? body.decimal(member.name) : body.text(member.name);
    if (!text) return text.error();
    member.value = text->value_or("");
  }
  return base::success();
}

base::Status check_terms(PlaceOrder& order) {
  if (order.instrument.empty()) return base::invalid("product_id is missing");
  const bool market = order.type == OrderType::kMarket;
  if (order.quantity.empty() && order.funds.empty()) {
    return base::invalid(market ? "size is missing, or funds instead" : "size is missing");
  }
  if (!order.funds.empty() && !market) return base::invalid("funds need a market order");
  if (!order.funds.empty() && !order.quantity.empty()) {
    return base::invalid("a market order has a size or funds, not both");
  }
  if (market && !order.price.empty()) return base::invalid("a market order has no price");
  if (!market && order.price.empty())
    return base::invalid("price is missing: a limit order needs it");
  if (market && order.tif == TimeInForce::kGtd) {
    return base::invalid("a market order cannot be GTT");
  }
  if (order.post_only && (market || !exchange::rests(order.tif))) {
    return base::invalid("post_only needs a limit order that is GTC or GTT");
  }
  if (market && order.tif == TimeInForce::kGtc) order.tif = TimeInForce::kIoc;
  if (!order.funds.empty() && order.tif != TimeInForce::kIoc) {
    return base::invalid("an order by funds is IOC");
  }
  if (order.stop != Stop::kNone && order.stop_price.empty()) {
    return base::invalid("stop_price is missing: a stop order needs it");
  }
  // Clients that say only the price mean the stop that their side is for.
  if (order.stop == Stop::kNone && !order.stop_price.empty()) {
    order.stop = order.side == exchange::Side::kSell ? Stop::kLoss : Stop::kEntry;
  }
  return base::success();
}

std::string_view done_reason(CloseReason reason) {
  if (reason == CloseReason::kFilled) return "filled";
  return reason == CloseReason::kExpired ? "expired" : "canceled";
}

}  // namespace

base::Result<PlaceRequest> read_place_order(std::string_view text, const std::string& account,
                                            base::Time now) {
  const base::Result<Body> body = Body::parse(text);
  if (!body) return body.error();
  if (base::Status known = body->only({"type", "side", "product_id", "price", "size", "funds",
                                       "time_in_force", "cancel_after", "expire_time", "post_only",
                                       "stp", "stop", "stop_price", "client_oid", "profile_id"});
      !known) {
    return known.error();
  }
  PlaceRequest request;
  PlaceOrder& order = request.command;
  order.account = account;
  if (base::Status read = read_words(*body, order); !read) return read.error();
  if (base::Status read = read_texts(*body, order); !read) return read.error();
  const base::Result<bool> post_only = body->flag("post_only");
  if (!post_only) return post_only.error();
  order.post_only = *post_only;
  if (base::Status read = read_expiry(*body, now, request); !read) return read.error();
  if (base::Status terms = check_terms(order); !terms) return terms.error();
  return request;
}

base::Result<exchange::ReplaceOrder> read_replace_order(std::string_view text) {
  const base::Result<Body> body = Body::parse(text);
  if (!body) return body.error();
  if (base::Status known = body->only({"price", "size", "stop_price"}); !known)
    return known.error();
  base::Result<std::optional<std::string_view>> price = body->decimal("price");
  if (!price) return price.error();
  base::Result<std::optional<std::string_view>> size = body->decimal("size");
  if (!size) return size.error();
  base::Result<std::optional<std::string_view>> stop_price = body->decimal("stop_price");
  if (!stop_price) return stop_price.error();
  exchange::ReplaceOrder replace;
  replace.price = price->value_or("");
  replace.quantity = size->value_or("");
  replace.stop_price = stop_price->value_or("");
  if (replace.price.empty() && replace.quantity.empty() && replace.stop_price.empty()) {
    return base::invalid("give a new price, size or stop_price");
  }
  return replace;
}

std::string_view status_text(const exchange::Order& order) {
  if (order.held.lots > 0) return "pending";
  if (order.closed) return "done";
  return order.waiting() ? "active" : "open";
}

std::string time_text(exchange::Hlc time) { return base::to_iso8601(time.ms * base::kUsPerMs); }

void write_order(json::Writer& out, const exchange::Order& order,
                 const exchange::Instrument& instrument, std::optional<exchange::Hlc> done_at) {
  out.begin_object()
      .string("id", base::PublicId::of(order.id).inline_text())
      .string("product_id", order.instrument)
      .string("side", exchange::to_text(order.side))
      .string("type", exchange::to_text(order.type));
  // The price of a market order is its collar, which the client never gave.
  if (order.type == OrderType::kLimit) out.string("price", instrument.inline_text(order.price));
  // The size of an order by funds is only what they could come to.
  const bool by_funds = order.funds.units > 0;
  if (by_funds) {
    out.string("funds", instrument.inline_text(order.funds))
        .string("specified_funds", instrument.inline_text(order.funds));
  } else {
    out.string("size", instrument.inline_text(order.quantity));
  }
  if (order.stop != Stop::kNone) {
    out.string("stop", exchange::to_text(order.stop))
        .string("stop_price", instrument.inline_text(order.stop_price));
  }
  out.string("time_in_force", text_of(order.tif));
  if (order.tif == TimeInForce::kGtd) {
    out.string("expire_time", base::to_inline_iso8601(order.expires_ms * base::kUsPerMs));
  }
  out.boolean("post_only", order.post_only)
      .string("stp", exchange::to_text(order.self_trade))
      .string("created_at", base::to_inline_iso8601(order.accepted.ms * base::kUsPerMs))
      .string("fill_fees", "0")
      .string("filled_size", instrument.inline_text(order.filled))
      .string("executed_value", instrument.inline_text(order.executed))
      .string("pending_size", instrument.inline_text(order.held));
  if (!by_funds) {
    out.string("remaining_size",
               instrument.inline_text(order.quantity - order.filled - order.cancelled));
  }
  out.string("status", status_text(order)).boolean("settled", order.over());
  if (order.closed) {
    // Its rest was cancelled as it was promised to another node; then all of it was filled.
    const bool whole = order.filled == order.quantity;
    const CloseReason reason = whole ? CloseReason::kFilled : order.reason;
    out.string("done_reason", done_reason(reason))
        .string("close_reason", exchange::to_text(reason));
    if (done_at && order.over()) out.string("done_at", time_text(*done_at));
  }
  out.string("client_oid", order.client_id)
      .string("home", order.id.home.inline_text())
      .end_object();
}

}  // namespace syrah::api
