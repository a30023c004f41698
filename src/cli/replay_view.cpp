#include "cli/replay_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"
#include "cli/bar.h"
#include "cli/durations.h"
#include "cli/style.h"
#include "json/writer.h"

namespace syrah::cli {
namespace {

constexpr std::size_t kRefusalsTold = 5;

std::string seconds(std::int64_t us) {
  if (us >= 120 * base::kUsPerSecond) return fmt::format("{} min", us / (60 * base::kUsPerSecond));
  return fmt::format("{}.{} s", us / base::kUsPerSecond, us % base::kUsPerSecond / 100'000);
}

std::int64_t rate_of(const ReplayResult& result) {
  return static_cast<std::int64_t>(result.counts.sent) * base::kUsPerSecond /
         std::max<std::int64_t>(result.elapsed_us, 1);
}

/// `permille` of the sorted times lie at or below it.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, std::size_t permille) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() * permille / 1000, sorted.size() - 1)];
}

std::string line(std::string_view title, std::size_t number, std::string_view more, Colour colour,
                 bool on) {
  return painted(fmt::format("{:<12}", title), Colour::kFaint, on) +
         painted(fmt::format("{:>10}", grouped(static_cast<std::int64_t>(number))), colour, on) +
         (more.empty() ? "" : "  " + std::string(more)) + "\n";
}

std::string refusal_lines(const ReplayCounts& counts) {
  std::vector<std::pair<std::string, ReplayCounts::Refusal>> all(counts.refusals.begin(),
                                                                 counts.refusals.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  std::string out;
  for (std::size_t at = 0; at < std::min(all.size(), kRefusalsTold); ++at) {
    const auto& [message, refusal] = all[at];
    out += fmt::format("{:12}{:>10}  {} (first: line {})\n", "",
                       grouped(static_cast<std::int64_t>(refusal.count)), printable(message),
                       refusal.line);
  }
  return out;
}

}  // namespace

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string progress_line(const ReplayProgress& progress, int columns, bool colour) {
  const auto done = static_cast<std::int64_t>(progress.done);
  const auto steps = static_cast<std::int64_t>(std::max<std::size_t>(progress.steps, 1));
  const std::int64_t left_us =
      progress.rate > 0 ? (steps - done) * base::kUsPerSecond / progress.rate : 0;
  const std::string total = grouped(steps);
  const std::string text = fmt::format(
      "{:>3} %  {:>{}} of {}  {:>7}/s  {:>7} left", done * 100 / steps, grouped(done), total.size(),
      total, grouped(progress.rate), progress.rate > 0 ? seconds(left_us) : "?");
  const int bar_columns = std::min(kBarColumnsMax, columns - static_cast<int>(width_of(text)) - 3);
  if (bar_columns < 5) return text;
  std::string filled = bar(done, steps, bar_columns);
  std::string rest;
  for (auto at = static_cast<int>(width_of(filled)); at < bar_columns; ++at) rest += "░";
  return painted(filled, Colour::kGreen, colour) + painted(rest, Colour::kFaint, colour) + " " +
         text;
}

std::string replay_summary(ReplayResult result, bool colour) {
  std::sort(result.took_us.begin(), result.took_us.end());
  const ReplayCounts& counts = result.counts;
  std::string out =
      line("sent", counts.sent,
           fmt::format("in {}, {} a second", seconds(result.elapsed_us), grouped(rate_of(result))),
           Colour::kBold, colour);
  out += line("accepted", counts.accepted, "", Colour::kGreen, colour);
  if (counts.refused > 0) {
    out += line("refused", counts.refused, "", Colour::kYellow, colour) + refusal_lines(counts);
  }
  if (counts.unanswered > 0) {
    out += line("unanswered", counts.unanswered, "nobody knows whether the node took them",
                Colour::kRed, colour);
  }
  if (counts.skipped > 0) {
    out += line("skipped", counts.skipped, "about orders that were not accepted", Colour::kPlain,
                colour);
  }
  const std::size_t not_sent = result.steps - std::min(result.steps, counts.sent + counts.skipped);
  if (not_sent > 0) out += line("not sent", not_sent, "", Colour::kYellow, colour);
  if (result.left_out > 0) {
    out += line("left out", result.left_out, "rows that are no order here", Colour::kPlain, colour);
  }
  if (!result.took_us.empty()) {
    out += painted(fmt::format("{:<12}", "answers"), Colour::kFaint, colour) +
           fmt::format("median {}, 99 % within {}, slowest {}\n",
                       milliseconds(percentile(result.took_us, 500)),
                       milliseconds(percentile(result.took_us, 990)),
                       milliseconds(result.took_us.back()));
  }
  return out;
}

std::string replay_json(ReplayResult result) {
  std::sort(result.took_us.begin(), result.took_us.end());
  const ReplayCounts& counts = result.counts;
  std::string text;
  json::Writer out(text);
  out.begin_object();
  for (const auto& [name, number] :
       {std::pair{"steps", result.steps}, std::pair{"sent", counts.sent},
        std::pair{"accepted", counts.accepted}, std::pair{"refused", counts.refused},
        std::pair{"unanswered", counts.unanswered}, std::pair{"skipped", counts.skipped},
        std::pair{"left_out", result.left_out}}) {
    out.integer(name, static_cast<std::int64_t>(number));
  }
  out.integer("elapsed_us", result.elapsed_us).integer("rate", rate_of(result));
  out.integer("answer_p50_us", percentile(result.took_us, 500))
      .integer("answer_p99_us", percentile(result.took_us, 990))
      .integer("answer_max_us", result.took_us.empty() ? 0 : result.took_us.back());
  out.key("refusals").begin_array();
  for (const auto& [message, refusal] : counts.refusals) {
    out.begin_object()
        .string("message", message)
        .integer("count", static_cast<std::int64_t>(refusal.count))
        .integer("first_line", refusal.line)
        .end_object();
  }
  out.end_array().end_object();
  return text + "\n";
}

}  // namespace syrah::cli
