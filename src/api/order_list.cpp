#include "api/order_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/body.h"
#include "api/errors.h"
#include "api/order_codec.h"
#include "api/pagination.h"
#include "api/time_range.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::Order;

/// Which orders ?status asks for. Some words of the Coinbase Exchange API name states that orders
/// here never are in; asking for them is no error.
struct Wanted {
  bool open = false;     ///< not settled
  bool active = false;   ///< waits for its stop price
  bool pending = false;  ///< something is pending
  bool done = false;     ///< settled

  [[nodiscard]] bool has(const Order& order) const {
    if (order.over()) return done;
    return open || (active && order.waiting()) || (pending && order.held.lots > 0);
  }
};

base::Result<Wanted> read_wanted(const Target& target) {
  Wanted wanted;
  const std::vector<std::string_view> words = target.all("status");
  if (words.empty()) wanted.open = true;
  for (const std::string_view word : words) {
    if (word == "all") {
      wanted = {true, true, true, true};
    } else if (word == "open") {
      wanted.open = true;
    } else if (word == "active") {
      wanted.active = true;
    } else if (word == "pending") {
      wanted.pending = true;
    } else if (word == "done" || word == "settled") {
      wanted.done = true;
    } else if (word != "received" && word != "rejected") {
      return base::invalid(
          fmt::format("status {} is not one of open, active, pending, done, all", quoted(word)));
    }
  }
  return wanted;
}

struct ListQuery {
  Wanted wanted;
  std::string instrument;  ///< empty: all
  exchange::PageOf page;
  exchange::TimeRange accepted;
};

base::Result<ListQuery> read_list_query(const Call& call) {
  ListQuery query;
  const auto wanted = read_wanted(call.target);
  if (!wanted) return wanted.error();
  query.wanted = *wanted;
  const auto product = product_parameter(call);
  if (!product) return product.error();
  if (*product != nullptr) query.instrument = (*product)->name;
  const auto page = read_page(call.target);
  if (!page) return page.error();
  query.page = *page;
  const auto dates = read_dates(call.target);
  if (!dates) return dates.error();
  query.accepted = *dates;
  return query;
}

bool is_on_page(const exchange::PageOf& page, exchange::Seq seq) {
  const auto cursor = static_cast<std::int64_t>(seq);
  return (!page.after || cursor < *page.after) && (!page.before || cursor > *page.before);
}

/// Newest first; the cursors are the orders' numbers.
HttpResponse list_from_memory(const Call& call, const ListQuery& query) {
  const exchange::Exchange& exchange = call.context.exchange;
  const exchange::HomeState* const home = exchange.home(exchange.self());
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  exchange::Seq newest = 0;
  exchange::Seq oldest = 0;
  std::uint32_t count = 0;
  if (home != nullptr) {
    const auto& orders = home->orders();
    for (auto entry = orders.rbegin(); entry != orders.rend(); ++entry) {
      const auto& [seq, order] = *entry;
      if (count == query.page.limit) break;
      if (order.account != call.account || !query.wanted.has(order) ||
          !is_on_page(query.page, seq) || !query.accepted.has(order.accepted.ms) ||
          (!query.instrument.empty() && order.instrument != query.instrument)) {
        continue;
      }
      const exchange::Instrument* const instrument = exchange.instrument(order.instrument);
      if (instrument == nullptr) continue;
      write_order(out, order, *instrument);
      if (count++ == 0) newest = seq;
      oldest = seq;
    }
  }
  out.end_array();
  if (count > 0) {
    add_cursors(response, static_cast<std::int64_t>(newest), static_cast<std::int64_t>(oldest),
                count == query.page.limit);
  }
  return response;
}

}  // namespace

Answer list_orders(const Call& call) {
  const base::Result<ListQuery> query = read_list_query(call);
  if (!query) return query.error();
  if (!query->wanted.done) return Outcome(list_from_memory(call, *query));
  return Outcome(NeedsHistory{
      exchange::OrdersQuery{call.account, query->instrument, query->page, query->accepted}});
}

base::Result<HttpResponse> finish_list_orders(const Call& call,
                                              const exchange::HistoryAnswer& answer) {
  const base::Result<ListQuery> query = read_list_query(call);
  if (!query) return query.error();
  const exchange::Exchange& exchange = call.context.exchange;
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  for (const exchange::OrderRow& row : answer.orders) {
    // Memory is newer than the history, which follows with the disk.
    const Order* const current = exchange.own_order(row.fact.order.id.seq);
    const Order& order = current == nullptr ? row.fact.order : *current;
    const exchange::Instrument* const instrument = exchange.instrument(order.instrument);
    if (instrument == nullptr || !query->wanted.has(order)) continue;
    if (current == nullptr) {
      write_order(out, order, *instrument, row.fact.time);
    } else {
      write_order(out, order, *instrument);
    }
  }
  out.end_array();
  add_cursors(response, answer.orders, query->page.limit);
  return response;
}

base::Result<std::string> read_cancel_product(const Call& call) {
  std::string name(call.target.parameter("product_id").value_or(""));
  if (name.empty() && !call.request.body.empty()) {
    const base::Result<Body> body = Body::parse(call.request.body);
    if (!body) return body.error();
    if (base::Status known = body->only({"product_id"}); !known) return known.error();
    const base::Result<std::optional<std::string_view>> text = body->text("product_id");
    if (!text) return text.error();
    name = text->value_or("");
  }
  if (name.empty()) return name;
  // The client ccxt says "BTC/USD" here, where it says "BTC-USD" everywhere else.
  std::replace(name.begin(), name.end(), '/', '-');
  const auto product = find_product(call, name);
  if (!product) return product.error();
  return (*product)->name;
}

}  // namespace syrah::api
