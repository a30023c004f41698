// What is wrong here, and what to do: collects, and shows what doctor/findings.h makes of it.

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands_stream.h"
#include "cli/order_line.h"
#include "cli/style.h"
#include "doctor/findings.h"
#include "json/writer.h"

namespace syrah::cli {
namespace {

using doctor::Level;

/// Clocks that differ by more are wrong in any case.
constexpr std::int64_t kClockMsMax = 1'000'000'000'000;

std::int64_t bounded(std::int64_t ms) { return std::clamp(ms, -kClockMsMax, kClockMsMax); }

/// "1795246200.000" as milliseconds.
std::optional<std::int64_t> epoch_ms(const json::Value& time) {
  const json::Value* const epoch = time.find("epoch");
  const auto text = epoch == nullptr ? std::nullopt : epoch->number_text();
  if (!text || text->size() < 5 || text->size() > 17) return std::nullopt;
  std::string digits(*text);
  const std::size_t point = digits.find('.');
  if (point == std::string::npos || digits.size() - point != 4) return std::nullopt;
  digits.erase(point, 1);
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoll(digits);
}

class Interview {
 public:
  explicit Interview(const Session& session) : session_(session) {}

  doctor::NodeReport run() {
    report_.api = session_.client.api();
    const auto node = session_.client.get("/node");
    if (!node) {
      report_.trouble = node.error().message;
      report_.refused = node.error().code != base::ErrorCode::kUnavailable;
      return std::move(report_);
    }
    report_.name = text_of(node->value, "name");
    report_.state = text_of(node->value, "state");
    report_.mode = text_of(node->value, "mode");
    take_feeds(node->value);
    take_clock();
    take_peers();
    const auto orders = session_.client.signed_call("GET", "/orders?limit=1");
    if (!orders) report_.key_trouble = orders.error().message;
    return std::move(report_);
  }

 private:
  void take_feeds(const json::Value& node) {
    const json::Value* const feeds = node.find("feeds");
    if (feeds == nullptr) return;
    for (const json::Value& feed : feeds->items()) {
      const std::string state = text_of(feed, "state");
      const std::string home = text_of(feed, "home").substr(0, kBriefIdDigits);
      if (state == "silent" || state == "gone") report_.feeds_silent.push_back(home);
      if (state == "forked") report_.feeds_forked.push_back(home);
    }
  }

  void take_clock() {
    const std::int64_t before_ms = session_.surroundings.wall_ms();
    const auto time = session_.client.get("/time");
    const std::int64_t after_ms = session_.surroundings.wall_ms();
    if (!time) return;
    if (const auto node_ms = epoch_ms(time->value)) {
      report_.clock_ahead_ms = bounded(*node_ms - (before_ms + (after_ms - before_ms) / 2));
    }
  }

  void take_peers() {
    const auto answer = session_.client.get("/node/peers");
    const json::Value* const peers = answer ? answer->value.find("peers") : nullptr;
    if (peers == nullptr) return;
    for (const json::Value& peer : peers->items()) {
      doctor::PeerReport line;
      line.name = text_of(peer, "name");
      if (const auto ahead = peer.integer("clock_ahead_ms")) line.clock_ahead_ms = bounded(*ahead);
      report_.peers.push_back(std::move(line));
    }
  }

  const Session& session_;
  doctor::NodeReport report_;
};

/// The Date header of any web server, to the second.
doctor::OutsideClock ask_outside(const Session& session, const std::string& url) {
  doctor::OutsideClock clock;
  clock.url = url;
  net::HttpCall call;
  call.method = "GET";
  call.url = url;
  const auto reply = session.surroundings.send(call);
  if (!reply) {
    clock.trouble = fmt::format("{}: {}", url, reply.error().message);
    return clock;
  }
  const auto their_s = net::http_date_seconds(reply->header("date"));
  if (!their_s) {
    clock.trouble = fmt::format("{} does not tell the time (Date)", url);
    return clock;
  }
  clock.ahead_s = bounded(*their_s - session.surroundings.wall_ms() / 1000);
  return clock;
}

std::string_view level_word(Level level) {
  switch (level) {
    case Level::kGood:
      return "good";
    case Level::kNote:
      return "note";
    case Level::kWrong:
      break;
  }
  return "wrong";
}

void print_lines(const Session& session, const std::vector<doctor::Finding>& findings) {
  std::ostream& out = session.surroundings.out;
  const bool colour = session.surroundings.colour;
  std::string_view last;
  for (const doctor::Finding& finding : findings) {
    const Colour mark_colour = finding.level == Level::kGood   ? Colour::kGreen
                               : finding.level == Level::kNote ? Colour::kYellow
                                                               : Colour::kRed;
    const char* const mark = finding.level == Level::kGood   ? "✓"
                             : finding.level == Level::kNote ? "!"
                                                             : "✗";
    const std::string title =
        fmt::format("{:<14}", finding.check == last ? "" : std::string(finding.check));
    last = finding.check;
    out << painted(title, Colour::kBold, colour) << painted(mark, mark_colour, colour) << ' '
        << printable(finding.what) << '\n';
    if (!finding.advice.empty()) {
      out << fmt::format("{:16}", "")
          << painted("→ " + printable(finding.advice), Colour::kFaint, colour) << '\n';
    }
  }
  const auto wrong = std::count_if(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.level == Level::kWrong;
  });
  out << '\n'
      << (wrong == 0   ? painted("All is well.", Colour::kGreen, colour)
          : wrong == 1 ? painted("One thing is wrong.", Colour::kRed, colour)
                       : painted(fmt::format("{} things are wrong.", wrong), Colour::kRed, colour))
      << '\n';
}

void print_json_findings(const Session& session, const std::vector<doctor::Finding>& findings) {
  std::string text;
  json::Writer out(text);
  out.begin_array();
  for (const doctor::Finding& finding : findings) {
    out.begin_object()
        .string("level", level_word(finding.level))
        .string("check", finding.check)
        .string("what", finding.what)
        .string("advice", finding.advice)
        .end_object();
  }
  out.end_array();
  session.surroundings.out << text << '\n';
}

}  // namespace

int examine(const Session& session, const DoctorTerms& terms) {
  const auto machine = session.surroundings.look_at_machine(terms.env_file);
  if (!machine) return fail(session, machine.error());
  const doctor::NodeReport node = Interview(session).run();
  std::optional<doctor::OutsideClock> outside;
  if (!terms.clock_from.empty()) outside = ask_outside(session, terms.clock_from);
  const auto findings = doctor::examine(*machine, node, outside);
  if (session.json) {
    print_json_findings(session, findings);
  } else {
    print_lines(session, findings);
  }
  return doctor::all_well(findings) ? kExitDone : kExitRefused;
}

}  // namespace syrah::cli
