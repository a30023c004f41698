// Orders: buy, sell, cancel, replace, and the lists of one's own.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/commands.h"
#include "cli/order_body.h"
#include "cli/order_line.h"
#include "cli/table.h"
#include "json/writer.h"

namespace syrah::cli {
namespace {

std::string order_body(const std::string& side, const OrderTerms& terms) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .string("type", terms.price.empty() ? "market" : "limit")
      .string("side", side)
      .string("product_id", terms.instrument)
      .string("size", terms.quantity);
  if (!terms.price.empty()) out.string("price", terms.price);
  if (!terms.stop.empty()) out.string("stop_price", terms.stop);
  if (!terms.tif.empty()) {
    std::string word = terms.tif == "gtd" ? "gtt" : terms.tif;  // "good till time" in this API
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    out.string("time_in_force", word);
  }
  if (!terms.until.empty()) out.string("expire_time", terms.until);
  if (terms.post_only) out.boolean("post_only", true);
  if (!terms.stp.empty()) out.string("stp", terms.stp);
  if (!terms.client_id.empty()) out.string("client_oid", terms.client_id);
  out.end_object();
  return body;
}

int print_order(const Session& session, const base::Result<Answer>& answer) {
  if (!answer) return fail(session, answer.error());
  if (!print_json(session, *answer)) session.surroundings.out << order_line(answer->value) << '\n';
  return kExitDone;
}

Colour status_colour(const std::string& status) {
  if (status == "pending") return Colour::kYellow;
  return status == "open" ? Colour::kPlain : Colour::kFaint;
}

/// "2026-11-21T07:30:00.123456Z" without what a person does not need.
std::string short_time(const std::string& iso) {
  std::string text = iso.substr(0, 19);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

}  // namespace

int place(const Session& session, const std::string& side, const OrderTerms& terms) {
  return print_order(session,
                     session.client.signed_call("POST", "/orders", order_body(side, terms)));
}

int cancel(const Session& session, const std::string& id) {
  const auto answer = session.client.signed_call("DELETE", "/orders/" + url_encoded(id));
  if (!answer) return fail(session, answer.error());
  if (!print_json(session, *answer)) {
    session.surroundings.out << fmt::format("cancelled  order {}\n", printable(id));
  }
  return kExitDone;
}

int cancel_all(const Session& session, const std::string& instrument) {
  const std::string query = instrument.empty() ? "" : "?product_id=" + url_encoded(instrument);
  const auto answer = session.client.signed_call("DELETE", "/orders" + query);
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  const json::Value::Items ids = answer->value.items();
  for (const json::Value& id : ids) {
    session.surroundings.out << fmt::format("cancelled  order {}\n",
                                            printable(id.string().value_or("")));
  }
  if (ids.empty()) session.surroundings.out << "no open orders\n";
  return kExitDone;
}

int replace(const Session& session, const std::string& id, const OrderTerms& terms) {
  return print_order(session, session.client.signed_call("PUT", "/orders/" + url_encoded(id),
                                                         replacement_body(terms)));
}

int orders(const Session& session, bool all, const std::string& instrument) {
  std::string target = std::string("/orders?limit=1000&status=") + (all ? "all" : "open");
  if (!instrument.empty()) target += "&product_id=" + url_encoded(instrument);
  const auto answer = session.client.signed_call("GET", target);
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  Table table({{"order"},
               {"created"},
               {"instrument"},
               {"side"},
               {"price", Align::kRight},
               {"size", Align::kRight},
               {"filled", Align::kRight},
               {"pending", Align::kRight},
               {"status"}});
  for (const json::Value& order : answer->value.items()) {
    const std::string side = text_of(order, "side");
    const std::string price = text_of(order, "price");
    const std::string pending = text_of(order, "pending_size");
    const std::string state = text_of(order, "status");
    const std::string reason = text_of(order, "close_reason");
    std::string life = state;
    if (!reason.empty()) life.append(", ").append(reason);
    if (state == "active") life.append(", stop ").append(text_of(order, "stop_price"));
    table.add({text_of(order, "id"), short_time(text_of(order, "created_at")),
               text_of(order, "product_id"), Cell(side, side_colour(side)),
               price.empty() ? "market" : price, text_of(order, "size"),
               text_of(order, "filled_size"),
               Cell(is_zero(pending) ? "" : pending, Colour::kYellow),
               Cell(std::move(life), status_colour(state))});
  }
  if (table.empty()) {
    session.surroundings.out << (all ? "no orders yet\n" : "no open orders\n");
  } else {
    table.print(session.surroundings.out, session.surroundings.colour);
  }
  return kExitDone;
}

int fills(const Session& session, std::int64_t limit, bool unconfirmed) {
  const auto answer = session.client.signed_call(
      "GET", fmt::format("/fills?limit={}{}", limit, unconfirmed ? "&unconfirmed=true" : ""));
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  std::vector<Column> columns = {
      {"time"}, {"instrument"}, {"side"}, {"price", Align::kRight}, {"size", Align::kRight},
      {"as"},   {"order"}};
  if (unconfirmed) columns.insert(columns.end(), {{"state"}, {"peer"}});
  Table table(std::move(columns));
  for (const json::Value& fill : answer->value.items()) {
    const std::string side = text_of(fill, "side");
    std::vector<Cell> row = {short_time(text_of(fill, "created_at")),
                             text_of(fill, "product_id"),
                             Cell(side, side_colour(side)),
                             text_of(fill, "price"),
                             text_of(fill, "size"),
                             Cell(text_of(fill, "liquidity") == "M" ? "maker" : "taker"),
                             text_of(fill, "order_id")};
    if (unconfirmed) {
      row.emplace_back("unconfirmed", Colour::kYellow);
      row.emplace_back(text_of(fill, "counterparty"));
    }
    table.add(std::move(row));
  }
  if (table.empty()) {
    session.surroundings.out << (unconfirmed ? "no unconfirmed trades\n" : "no fills yet\n");
  } else {
    table.print(session.surroundings.out, session.surroundings.colour);
  }
  return kExitDone;
}

}  // namespace syrah::cli
