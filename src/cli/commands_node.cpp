// The node: its peers and its state. Also what all commands do with errors.

#include <fmt/format.h>

#include <algorithm>

#include "cli/answer_members.h"
#include "cli/commands.h"
#include "cli/durations.h"
#include "cli/order_line.h"
#include "cli/table.h"
#include "json/writer.h"

namespace syrah::cli {
namespace {

std::string milliseconds(std::int64_t us) {
  return us < 0 ? "-" : fmt::format("{}.{:01} ms", us / 1000, us % 1000 / 100);
}

std::string duration(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{} days", seconds / (24 * 3600));
}

std::string ago(std::int64_t ms) {
  return ms < 0 ? "never" : fmt::format("{}.{:01} s ago", ms / 1000, ms % 1000 / 100);
}

Colour state_colour(const std::string& state) {
  if (state == "live" || state == "own" || state == "running") return Colour::kGreen;
  return state == "silent" ? Colour::kYellow : Colour::kRed;
}

void print_feeds(const Session& session, const json::Value& node) {
  const json::Value::Items feeds = items_of(node, "feeds");
  if (feeds.empty()) return;
  Table table({{"feed"},
               {"state"},
               {"entries", Align::kRight},
               {"newest", Align::kRight},
               {"heard", Align::kRight}});
  for (const json::Value& feed : feeds) {
    const std::string state = text_of(feed, "state");
    table.add({brief_id(feed, "home"), Cell(state, state_colour(state)), number_of(feed, "seq"),
               number_of(feed, "newest"),
               state == "own" ? "" : ago(feed.integer("heard_ms_ago").value_or(-1))});
  }
  session.surroundings.out << '\n';
  table.print(session.surroundings.out, session.surroundings.colour);
}

}  // namespace

int fail(const Session& session, const base::Error& error) {
  for (std::string_view rest = error.message; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    session.surroundings.err << "syrah: " << printable(rest.substr(0, end)) << '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (error.code == base::ErrorCode::kUnavailable) return kExitUnreachable;
  return error.code == base::ErrorCode::kInvalid ? kExitUsage : kExitRefused;
}

bool print_json(const Session& session, const Answer& answer) {
  if (session.json) session.surroundings.out << answer.body << '\n';
  return session.json;
}

namespace {

void print_peers(const Session& session, const json::Value& answer) {
  Table table({{"peer"},
               {"address"},
               {"way"},
               {"route"},
               {"dialect"},
               {"found by"},
               {"software"},
               {"for", Align::kRight},
               {"round trip", Align::kRight},
               {"in", Align::kRight},
               {"out", Align::kRight}});
  for (const json::Value& peer : items_of(answer, "peers")) {
    const std::string name = text_of(peer, "name");
    table.add({name.empty() ? brief_id(peer, "id") : name, text_of(peer, "address"),
               text_of(peer, "direction"), text_of(peer, "route"), text_of(peer, "dialect"),
               text_of(peer, "source"), text_of(peer, "software"),
               duration(peer.integer("connected_s").value_or(0)),
               milliseconds(peer.integer("round_trip_us").value_or(-1)),
               number_of(peer, "messages_in"), number_of(peer, "messages_out")});
  }
  if (table.empty()) {
    session.surroundings.out << "no peers\n";
  } else {
    table.print(session.surroundings.out, session.surroundings.colour);
  }
}

void print_sources(const Session& session, const json::Value& answer) {
  Table table({{"source"},
               {"found", Align::kRight},
               {"tried", Align::kRight},
               {"connected", Align::kRight},
               {"failed", Align::kRight},
               {"first after", Align::kRight}});
  for (const json::Value& source : items_of(answer, "sources")) {
    const std::int64_t first_ms = source.integer("first_connection_ms").value_or(-1);
    if (source.integer("found").value_or(0) == 0 && first_ms < 0) continue;
    table.add({text_of(source, "name"), number_of(source, "found"), number_of(source, "tried"),
               number_of(source, "connected"), number_of(source, "failed"),
               first_ms < 0 ? "" : milliseconds(first_ms * 1000)});
  }
  if (table.empty()) return;
  session.surroundings.out << '\n';
  table.print(session.surroundings.out, session.surroundings.colour);
}

int peers_once(const Session& session, std::string_view before) {
  const auto answer = session.client.get("/node/peers");
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  session.surroundings.out << before;
  print_peers(session, answer->value);
  print_sources(session, answer->value);
  session.surroundings.out.flush();
  return kExitDone;
}

}  // namespace

int peers(const Session& session, bool watch) {
  if (!watch) return peers_once(session, "");
  constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";
  constexpr std::int64_t kWatchMs = 2000;
  int status = kExitDone;
  do {
    status = peers_once(session, session.surroundings.colour ? kClearScreen : "");
  } while (status == kExitDone && session.surroundings.pause(kWatchMs));
  return status;
}

int status(const Session& session) {
  const auto answer = session.client.get("/node");
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  const json::Value& node = answer->value;
  const bool colour = session.surroundings.colour;
  const auto line = [&](std::string_view title, const std::string& text,
                        Colour text_colour = Colour::kPlain) {
    const std::string padded = fmt::format("{:<12}", title);
    session.surroundings.out << painted(padded, Colour::kFaint, colour)
                             << painted(text, text_colour, colour) << '\n';
  };
  line("node", text_of(node, "name"), Colour::kBold);
  line("id", text_of(node, "id"));
  line("version", text_of(node, "version"));
  line("state", text_of(node, "state"), state_colour(text_of(node, "state")));
  line("mode", text_of(node, "mode"));
  line("network", text_of(node, "network"));
  line("up for", duration(node.integer("uptime_s").value_or(0)));
  line("peers", number_of(node, "peers"));
  line("instruments", words_of(node, "instruments"));
  print_feeds(session, node);
  return kExitDone;
}

int connect(const Session& session, const std::string& address) {
  std::string body;
  json::Writer(body).begin_object().string("address", address).end_object();
  const auto answer = session.client.signed_call("POST", "/node/peers", body);
  if (!answer) return fail(session, answer.error());
  if (!print_json(session, *answer)) {
    session.surroundings.out << fmt::format("dialling {}; see: syrah peers\n", printable(address));
  }
  return kExitDone;
}

int forget(const Session& session, const std::string& name) {
  const auto answer = session.client.signed_call("DELETE", "/node/names/" + url_encoded(name));
  if (!answer) return fail(session, answer.error());
  if (!print_json(session, *answer)) {
    session.surroundings.out << fmt::format(
        "forgotten  the next node that is called {} may be so\n", printable(name));
  }
  return kExitDone;
}

int disconnect(const Session& session, const std::string& who) {
  const auto answer = session.client.signed_call("DELETE", "/node/peers/" + url_encoded(who));
  if (!answer) return fail(session, answer.error());
  if (!print_json(session, *answer)) {
    session.surroundings.out << fmt::format("disconnected from {}\n", printable(who));
  }
  return kExitDone;
}

}  // namespace syrah::cli
