// Plays a file of orders into a node.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "cli/commands_stream.h"
#include "cli/lobster.h"
#include "cli/order_body.h"
#include "cli/order_csv.h"
#include "cli/replay_queue.h"
#include "cli/replay_view.h"
#include "cli/signals.h"
#include "json/writer.h"
#include "net/gzip.h"

namespace syrah::cli {
namespace {

/// Ten million short rows; the flow in memory takes several times as much.
constexpr std::size_t kFileBytesMax = 256U << 20U;
constexpr std::int64_t kProgressMs = 200;
/// Weight of what is older in the rate that is shown: a second or so counts.
constexpr std::int64_t kRateParts = 5;

std::string place_body(const FlowStep& step, const std::string& instrument) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .string("product_id", step.instrument.empty() ? instrument : step.instrument)
      .string("side", step.buy ? "buy" : "sell")
      .string("size", step.quantity)
      .string("type", step.price.empty() ? "market" : "limit");
  if (!step.price.empty()) out.string("price", step.price);
  if (!step.stop.empty()) out.string("stop_price", step.stop);
  if (!step.tif.empty()) out.string("time_in_force", step.tif);
  if (!step.until.empty()) out.string("expire_time", step.until);
  if (step.post_only) out.boolean("post_only", true);
  out.end_object();
  return body;
}

class Replay {
 public:
  Replay(const Session& session, Flow flow, const ReplayTerms& terms, std::string instrument)
      : session_(session),
        seller_(session.surroundings, session.client.api(),
                terms.sell_key_file.empty() ? session.client.key_file() : terms.sell_key_file),
        instrument_(std::move(instrument)),
        left_out_(flow.left_out),
        queue_(std::move(flow), terms.in_flight, {terms.rate, terms.speed}) {}

  int run() {
    Signals signals{SIGINT, SIGTERM};
    const int wake[] = {signals.descriptor()};
    base::Status fault = base::success();
    while (!queue_.finished()) {
      while (const auto step = queue_.next(elapsed_us())) {
        if (fault = send(*step); !fault) return fail(session_, fault.error());
      }
      const auto answers = calls_.wait(wait_ms(), wake);
      for (const net::HttpCalls::Answered& answer : answers) take(answer);
      if (!signals.take().empty()) {
        if (interrupted_) break;
        interrupted_ = true;
        queue_.stop();
      }
      show_progress();
    }
    return finish();
  }

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::int64_t elapsed_us() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin_).count();
  }

  [[nodiscard]] std::int64_t wait_ms() const {
    const auto due_us = queue_.next_due_us();
    if (!due_us) return kProgressMs;
    return std::clamp<std::int64_t>((*due_us - elapsed_us()) / 1000 + 1, 0, kProgressMs);
  }

  base::Status send(std::size_t index) {
    const FlowStep& step = queue_.step(index);
    const Client& client = step.buy ? session_.client : seller_;
    auto call = [&] {
      switch (step.kind) {
        case FlowStep::Kind::kReplace:
          return client.signed_call_for("PUT", "/orders/" + queue_.id_of(index),
                                        replacement_body(step));
        case FlowStep::Kind::kCancel:
          return client.signed_call_for("DELETE", "/orders/" + queue_.id_of(index));
        case FlowStep::Kind::kPlace:
          break;
      }
      return client.signed_call_for("POST", "/orders", place_body(step, instrument_));
    }();
    if (!call) return call.error();
    calls_.start(index, *call);
    return base::success();
  }

  void take(const net::HttpCalls::Answered& answered) {
    const base::Result<Answer> answer = session_.client.answer_of(answered.outcome);
    took_us_.push_back(answered.took_us);
    if (answer) {
      queue_.accepted(answered.number, std::string(answer->value.string("id").value_or("")));
    } else if (answer.error().code == base::ErrorCode::kRefused) {
      queue_.refused(answered.number, answer.error().message);
    } else {
      // Going on would only count how often nobody answers.
      queue_.unanswered(answered.number);
      if (gone_.empty()) gone_ = answer.error().message;
      queue_.stop();
    }
  }

  void show_progress() {
    const std::int64_t now_us = elapsed_us();
    if (!session_.surroundings.err_is_terminal || now_us - shown_us_ < kProgressMs * 1000) return;
    const std::size_t done = queue_.done();
    const std::int64_t rate =
        static_cast<std::int64_t>(done - shown_done_) * 1'000'000 / (now_us - shown_us_);
    rate_ = rate_ == 0 ? rate : rate_ + (rate - rate_) / kRateParts;
    shown_us_ = now_us;
    shown_done_ = done;
    session_.surroundings.err << '\r'
                              << progress_line({done, queue_.steps(), now_us, rate_},
                                               session_.surroundings.columns,
                                               session_.surroundings.colour)
                              << "\x1b[K" << std::flush;
  }

  int finish() {
    if (shown_us_ > 0) session_.surroundings.err << "\r\x1b[K" << std::flush;
    ReplayResult result{queue_.counts(), queue_.steps(), left_out_, elapsed_us(),
                        std::move(took_us_)};
    session_.surroundings.out << (session_.json ? replay_json(std::move(result))
                                                : replay_summary(std::move(result),
                                                                 session_.surroundings.colour));
    session_.surroundings.out.flush();
    if (!gone_.empty()) {
      return fail(session_, {base::ErrorCode::kUnavailable, gone_});
    }
    if (interrupted_) {
      session_.surroundings.err << "syrah: stopped before the end of the file\n";
      return kExitRefused;
    }
    const ReplayCounts& counts = queue_.counts();
    return counts.accepted == 0 && counts.refused > 0 ? kExitRefused : kExitDone;
  }

  const Session& session_;
  Client seller_;
  std::string instrument_;
  std::size_t left_out_;
  ReplayQueue queue_;
  net::HttpCalls calls_;
  Clock::time_point begin_ = Clock::now();
  std::vector<std::int64_t> took_us_;
  std::string gone_;
  bool interrupted_ = false;
  std::int64_t shown_us_ = 0;
  std::size_t shown_done_ = 0;
  std::int64_t rate_ = 0;
};

base::Result<Flow> read_flow(const Session& session, const std::string& file) {
  base::Result<std::string> text = session.surroundings.read_file(file);
  if (!text) return base::invalid(fmt::format("{}: {}", file, text.error().message));
  if (text->starts_with("\x1F\x8B")) {
    text = net::gunzip(*text, kFileBytesMax);
    if (!text) return base::invalid(fmt::format("{}: {}", file, text.error().message));
  }
  if (text->size() > kFileBytesMax) {
    return base::invalid(fmt::format("{} has more than {} bytes: split it", file, kFileBytesMax));
  }
  std::string_view rows = *text;
  if (rows.starts_with("\xEF\xBB\xBF")) rows.remove_prefix(3);  // the mark of UTF-8
  std::string_view first = rows;
  auto flow =
      looks_like_lobster(next_line(first)) ? read_lobster(rows, file) : read_order_csv(rows, file);
  if (flow && flow->steps.empty()) return base::invalid(file + " has no orders");
  return flow;
}

/// For rows that do not name one.
base::Result<std::string> instrument_for(const Session& session, const Flow& flow,
                                         const std::string& named) {
  if (!named.empty()) return named;
  const bool all_named =
      std::all_of(flow.steps.begin(), flow.steps.end(), [](const FlowStep& step) {
        return step.kind != FlowStep::Kind::kPlace || !step.instrument.empty();
      });
  if (all_named) return named;
  auto names = instrument_names(session);
  if (!names) return names.error();
  if (names->size() == 1) return names->front();
  return base::invalid(fmt::format(
      "the file does not say of which instrument its orders are, and the node trades {}: name one "
      "with --instrument",
      names->size()));
}

}  // namespace

int replay(const Session& session, const ReplayTerms& terms) {
  auto flow = read_flow(session, terms.file);
  if (!flow) return fail(session, flow.error());
  if (terms.speed > 0 && !flow->timed) {
    return fail(session, base::invalid("--speed needs times, and the file has none"));
  }
  const auto instrument = instrument_for(session, *flow, terms.instrument);
  if (!instrument) return fail(session, instrument.error());
  return Replay(session, *std::move(flow), terms, *instrument).run();
}

}  // namespace syrah::cli
