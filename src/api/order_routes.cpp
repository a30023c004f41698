// A trader's own orders and fills: all of these need a signed request, and show or change only what
// belongs to the account of the key.

#include <fmt/format.h>

#include <algorithm>

#include "api/errors.h"
#include "api/order_codec.h"
#include "api/order_list.h"
#include "api/pagination.h"
#include "api/routes.h"
#include "api/time_range.h"
#include "api/trade_codec.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::Order;
using exchange::Seq;

base::Error no_such_order() { return not_found("there is no such order of this account here"); }

/// The number of the own order that a public id names.
base::Result<Seq> own_seq(const Call& call, std::string_view text) {
  const base::Result<base::PublicId> id = base::PublicId::parse(text);
  if (!id) return id.error();
  if (id->home_prefix != call.context.exchange.self().prefix() || id->seq == 0) {
    return not_found("this order has another home: ask the node that accepted it");
  }
  return id->seq;
}

/// The own order in memory, if it is the account's.
const Order* open_order(const Call& call, Seq seq) {
  const Order* const order = call.context.exchange.own_order(seq);
  return order != nullptr && order->account == call.account ? order : nullptr;
}

base::Result<std::string> order_text(const Call& call, const Order& order,
                                     std::optional<exchange::Hlc> done_at = std::nullopt) {
  const exchange::Instrument* const instrument = call.context.exchange.instrument(order.instrument);
  if (instrument == nullptr) {
    return not_found(fmt::format("{} is not traded here any more", order.instrument));
  }
  std::string body;
  json::Writer out(body);
  write_order(out, order, *instrument, done_at);
  return body;
}

/// The order as it is now: from memory, or from the history if it is over.
Answer answer_order(const Call& call, Seq seq) {
  if (const Order* const order = open_order(call, seq)) {
    base::Result<std::string> body = order_text(call, *order);
    if (!body) return body.error();
    return answer_with(*std::move(body));
  }
  exchange::OrderQuery question;
  question.account = call.account;
  question.order = seq;
  return Outcome(NeedsHistory{std::move(question)});
}

base::Result<HttpResponse> finish_order(const Call& call, const exchange::HistoryAnswer& answer) {
  if (answer.orders.empty() || answer.orders.front().fact.order.account != call.account) {
    if (call.request.method == "GET") return no_such_order();
    return base::Error{base::ErrorCode::kUnavailable,
                       "done, but the order's state cannot be read now; see GET /orders"};
  }
  const exchange::OrderFact& fact = answer.orders.front().fact;
  base::Result<std::string> body = order_text(call, fact.order, fact.time);
  if (!body) return body.error();
  return HttpResponse{200, {}, *std::move(body)};
}

Answer place(const Call& call) {
  exchange::Exchange& exchange = call.context.exchange;
  base::Result<PlaceRequest> request =
      read_place_order(call.request.body, call.account, call.context.now);
  if (!request) return request.error();
  exchange::PlaceOrder& command = request->command;
  command.placed_by = call.tag;
  if (const auto product = find_product(call, command.instrument); !product) {
    return product.error();
  }
  // "Cancel after an hour", sent again, means the hour after it was sent first.
  const auto used = exchange.find_client_id(call.account, command.client_id);
  if (request->cancel_after_ms != 0 && used) {
    const Order* const order = open_order(call, *used);
    if (order == nullptr) return answer_order(call, *used);
    if (order->tif == command.tif) command.expires_ms = order->expires_ms;
  }
  const base::Result<exchange::Placed> placed = exchange.place(command, call.context.now);
  if (!placed) return placed.error();
  exchange.settle(call.context.now);
  return answer_order(call, placed->id.seq);
}

Answer get_order(const Call& call) {
  const base::Result<Seq> seq = own_seq(call, call.captures[0]);
  if (!seq) return seq.error();
  return answer_order(call, *seq);
}

Answer get_client_order(const Call& call) {
  const std::string& client_id = call.captures[0];
  if (const auto seq = call.context.exchange.find_client_id(call.account, client_id)) {
    return answer_order(call, *seq);
  }
  exchange::OrderQuery question;
  question.account = call.account;
  question.client_id = client_id;
  return Outcome(NeedsHistory{std::move(question)});
}

Answer cancel(const Call& call, Seq seq) {
  exchange::Exchange& exchange = call.context.exchange;
  if (base::Status done = exchange.cancel(call.account, seq, call.context.now); !done) {
    return done.error();
  }
  exchange.settle(call.context.now);
  std::string body;
  json::Writer(body).string(base::PublicId::of({exchange.self(), seq}).text());
  return answer_with(std::move(body));
}

Answer cancel_order(const Call& call) {
  const base::Result<Seq> seq = own_seq(call, call.captures[0]);
  if (!seq) return seq.error();
  return cancel(call, *seq);
}

Answer cancel_client_order(const Call& call) {
  const auto seq = call.context.exchange.find_client_id(call.account, call.captures[0]);
  if (!seq) return no_such_order();
  return cancel(call, *seq);
}

Answer cancel_all(const Call& call) {
  const base::Result<std::string> product = read_cancel_product(call);
  if (!product) return product.error();
  exchange::Exchange& exchange = call.context.exchange;
  const std::vector<Seq> cancelled = exchange.cancel_all(call.account, *product, call.context.now);
  exchange.settle(call.context.now);
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const Seq seq : cancelled) out.string(base::PublicId::of({exchange.self(), seq}).text());
  out.end_array();
  return answer_with(std::move(body));
}

Answer replace(const Call& call) {
  const base::Result<Seq> seq = own_seq(call, call.captures[0]);
  if (!seq) return seq.error();
  base::Result<exchange::ReplaceOrder> command = read_replace_order(call.request.body);
  if (!command) return command.error();
  command->account = call.account;
  command->order = *seq;
  exchange::Exchange& exchange = call.context.exchange;
  if (base::Status done = exchange.replace(*command, call.context.now); !done) return done.error();
  exchange.settle(call.context.now);
  return answer_order(call, *seq);
}

/// Whether ?unconfirmed asks for the trades with basic peers instead of the confirmed fills.
base::Result<bool> read_unconfirmed(const Call& call) {
  const std::string_view word = call.target.parameter("unconfirmed").value_or("false");
  if (word != "true" && word != "false") {
    return base::invalid("unconfirmed must be true or false");
  }
  return word == "true";
}

base::Result<exchange::FillsQuery> read_fills_query(const Call& call) {
  exchange::FillsQuery query;
  query.account = call.account;
  const auto product = product_parameter(call);
  if (!product) return product.error();
  if (*product != nullptr) query.instrument = (*product)->name;
  if (const auto id = call.target.parameter("order_id")) {
    const base::Result<Seq> seq = own_seq(call, *id);
    if (!seq) return seq.error();
    query.order = *seq;
  }
  const auto page = read_page(call.target);
  if (!page) return page.error();
  query.page = *page;
  const auto dates = read_dates(call.target);
  if (!dates) return dates.error();
  query.time = *dates;
  const base::Result<bool> unconfirmed = read_unconfirmed(call);
  if (!unconfirmed) return unconfirmed.error();
  query.unconfirmed = *unconfirmed;
  return query;
}

Answer fills(const Call& call) {
  const base::Result<exchange::FillsQuery> query = read_fills_query(call);
  if (!query) return query.error();
  return Outcome(NeedsHistory{*query});
}

HttpResponse unconfirmed_fills(const Call& call, const exchange::HistoryAnswer& answer,
                               std::uint32_t limit) {
  const exchange::Exchange& exchange = call.context.exchange;
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  for (const exchange::UnconfirmedRow& row : answer.unconfirmed) {
    const auto* const instrument = exchange.instrument(row.fact.instrument);
    if (instrument != nullptr) write_unconfirmed(out, row, exchange.self(), *instrument);
  }
  out.end_array();
  add_cursors(response, answer.unconfirmed, limit);
  return response;
}

base::Result<HttpResponse> finish_fills(const Call& call, const exchange::HistoryAnswer& answer) {
  const base::Result<exchange::FillsQuery> query = read_fills_query(call);
  if (!query) return query.error();
  if (query->unconfirmed) return unconfirmed_fills(call, answer, query->page.limit);
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  for (const exchange::FillRow& row : answer.fills) {
    const auto* const instrument = call.context.exchange.instrument(row.fill.order.instrument);
    if (instrument != nullptr) write_fill(out, row, *instrument);
  }
  out.end_array();
  add_cursors(response, answer.fills, query->page.limit);
  return response;
}

constexpr Route kOrderRoutes[] = {
    {"POST", "/orders", kTrade, place, finish_order},
    {"GET", "/orders", kView, list_orders, finish_list_orders},
    {"DELETE", "/orders", kTrade, cancel_all},
    {"GET", "/orders/client:{}", kView, get_client_order, finish_order},
    {"DELETE", "/orders/client:{}", kTrade, cancel_client_order},
    {"GET", "/orders/{}", kView, get_order, finish_order},
    {"DELETE", "/orders/{}", kTrade, cancel_order},
    {"PUT", "/orders/{}", kTrade, replace, finish_order},
    {"GET", "/fills", kView, fills, finish_fills},
};

}  // namespace

std::span<const Route> order_routes() { return kOrderRoutes; }

}  // namespace syrah::api
