// What only the node can tell: why an order does not trade, whose feeds it has, what it waits for.

#include <fmt/format.h>

#include "cli/answer_members.h"
#include "cli/commands.h"
#include "cli/order_line.h"
#include "cli/table.h"

namespace syrah::cli {
namespace {

/// A node by its name, else by the beginning of its id.
std::string node_of(const json::Value& object, std::string_view name, std::string_view id) {
  const std::string text = text_of(object, name);
  return text.empty() || text == text_of(object, id) ? brief_id(object, id) : text;
}

std::string seconds(std::int64_t ms) {
  return ms < 0 ? "" : fmt::format("{}.{:01} s", ms / 1000, ms % 1000 / 100);
}

Table feed_table() {
  return Table({{"feed"},
                {"home"},
                {"state"},
                {"entries", Align::kRight},
                {"missing", Align::kRight},
                {"orders", Align::kRight},
                {"holds", Align::kRight},
                {"heard", Align::kRight}});
}

void add_feed(Table& table, const json::Value& feed) {
  const std::string state = text_of(feed, "state");
  const bool good = state == "live" || state == "own";
  const Colour colour = good ? Colour::kGreen : state == "silent" ? Colour::kYellow : Colour::kRed;
  table.add({brief_id(feed, "home"), text_of(feed, "name"), Cell(state, colour),
             number_of(feed, "seq"), number_of(feed, "missing"), number_of(feed, "orders"),
             number_of(feed, "holds"),
             state == "own" ? "" : seconds(feed.integer("heard_ms_ago").value_or(-1))});
}

void print_arrivals(const Session& session, const json::Value& feed) {
  Table table(
      {{"entries"}, {"brought by"}, {"route"}, {"as"}, {"arrived"}, {"after", Align::kRight}});
  for (const json::Value& arrival : items_of(feed, "arrivals")) {
    const std::string first = number_of(arrival, "first");
    const std::string last = number_of(arrival, "last");
    table.add({first == last ? first : first + "-" + last, node_of(arrival, "peer_name", "peer"),
               text_of(arrival, "route"), text_of(arrival, "how"), text_of(arrival, "arrived_at"),
               arrival.integer("after_ms") ? number_of(arrival, "after_ms") + " ms" : ""});
  }
  if (table.empty()) return;
  session.surroundings.out << '\n';
  table.print(session.surroundings.out, session.surroundings.colour);
}

}  // namespace

int why(const Session& session, const std::string& id) {
  const auto answer = session.client.signed_call("GET", "/node/orders/" + url_encoded(id) + "/why");
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  const json::Value& order = answer->value;
  const std::string home = node_of(order, "home_name", "home");
  std::ostream& out = session.surroundings.out;
  if (text_of(order, "size").empty()) {
    out << fmt::format("order {} of {}\n", text_of(order, "id"), home);
  } else {
    const std::string price = text_of(order, "price");
    out << fmt::format("{}  {} {} {} {}, {} filled  (order {} of {})\n", text_of(order, "status"),
                       text_of(order, "side"), text_of(order, "size"), text_of(order, "product_id"),
                       price.empty() ? "at market" : "at " + price, text_of(order, "filled_size"),
                       text_of(order, "id"), home);
  }
  for (const json::Value& reason : items_of(order, "reasons")) {
    out << "- " << text_of(reason, "message") << '\n';
  }
  return kExitDone;
}

int feeds(const Session& session, const std::string& home) {
  const auto answer =
      session.client.get(home.empty() ? "/node/feeds" : "/node/feeds/" + url_encoded(home));
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  Table table = feed_table();
  if (home.empty()) {
    for (const json::Value& feed : answer->value.items()) add_feed(table, feed);
  } else {
    add_feed(table, answer->value);
  }
  table.print(session.surroundings.out, session.surroundings.colour);
  if (!home.empty()) print_arrivals(session, answer->value);
  return kExitDone;
}

int holds(const Session& session) {
  const auto answer = session.client.signed_call("GET", "/node/holds");
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  Table table({{"hold"},
               {"order"},
               {"instrument"},
               {"side"},
               {"price", Align::kRight},
               {"size", Align::kRight},
               {"for", Align::kRight},
               {"why"}});
  for (const json::Value& hold : answer->value.items()) {
    table.add({number_of(hold, "hold"), text_of(hold, "order_id"), text_of(hold, "product_id"),
               text_of(hold, "side"), text_of(hold, "price"), text_of(hold, "size"),
               seconds(hold.integer("age_ms").value_or(-1)), text_of(hold, "message")});
  }
  if (table.empty()) {
    session.surroundings.out << "nothing is in doubt\n";
  } else {
    table.print(session.surroundings.out, session.surroundings.colour);
  }
  return kExitDone;
}

}  // namespace syrah::cli
