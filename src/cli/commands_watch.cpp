// The live view. One thread waits for answers, keys and signals alike, so that a node that does not
// answer never keeps the keys from working.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

#include "cli/commands_stream.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/watch_view.h"

namespace syrah::cli {
namespace {

enum Question : std::uint8_t { kBook, kTrades, kOrders, kPeers, kNode };
constexpr std::size_t kQuestions = 5;
/// How often each is asked.
constexpr std::array<std::int64_t, kQuestions> kEveryMs = {250, 250, 500, 1000, 1000};
constexpr std::int64_t kTimeoutMs = 5000;
/// The clock on the screen goes on.
constexpr std::int64_t kDrawMs = 500;

class Watch {
 public:
  Watch(const Session& session, std::vector<std::string> instruments, std::size_t at)
      : session_(session), instruments_(std::move(instruments)), at_(at) {
    state_.instrument = instruments_[at_];
  }

  /// The signal that ended it, or 0.
  int run() {
    Signals signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
    Terminal terminal;
    const int wake[] = {signals.descriptor(), terminal.descriptor()};
    while (true) {
      ask(Terminal::size());
      if (!state_.paused || redraw_) draw(terminal);
      for (auto& answered : calls_.wait(wait_ms(), wake)) take(answered);
      for (const int number : signals.take()) {
        if (number == SIGWINCH) {
          terminal.forget();
          redraw_ = true;
        } else if (number == SIGTSTP) {
          terminal.suspend();
          redraw_ = true;
        } else {
          return number;
        }
      }
      for (const KeyPress key : terminal.keys()) {
        if (key == KeyPress::kQuit) return 0;
        press(key, terminal);
      }
      if (terminal.gone()) return SIGHUP;
    }
  }

 private:
  static std::int64_t now_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }

  void draw(Terminal& terminal) {
    terminal.draw(watch_screen(state_, Terminal::size(), session_.surroundings.colour,
                               session_.surroundings.wall_ms()));
    redraw_ = false;
  }

  [[nodiscard]] std::int64_t wait_ms() const {
    std::int64_t wait = kDrawMs;
    if (state_.paused) return wait;
    for (std::size_t question = 0; question < kQuestions; ++question) {
      if (!asked_[question]) wait = std::min(wait, due_ms_[question] - now_ms());
    }
    return std::max<std::int64_t>(wait, 1);
  }

  base::Result<net::HttpCall> call_for(std::size_t question, ScreenSize size) const {
    const std::string product = url_encoded(state_.instrument);
    switch (question) {
      case kBook:
        return session_.client.call_for(fmt::format("/products/{}/book?level=2", product));
      case kTrades:
        return session_.client.call_for(
            fmt::format("/products/{}/trades?limit={}", product,
                        std::clamp<std::size_t>(watch_trades(size), 1, 1000)));
      case kOrders:
        return session_.client.signed_call_for(
            "GET", fmt::format("/orders?limit=100&product_id={}", product));
      case kPeers:
        return session_.client.call_for("/node/peers");
      default:
        return session_.client.call_for("/node");
    }
  }

  void ask(ScreenSize size) {
    if (state_.paused) return;
    const std::int64_t now = now_ms();
    for (std::size_t question = 0; question < kQuestions; ++question) {
      if (asked_[question] || now < due_ms_[question]) continue;
      due_ms_[question] = now + kEveryMs[question];
      base::Result<net::HttpCall> call = call_for(question, size);
      if (!call) {  // only signing needs a file
        state_.orders_trouble = call.error().message;
        continue;
      }
      call->timeout_ms = kTimeoutMs;
      asked_[question] = true;
      calls_.start(turn_ * kQuestions + question, *call);
    }
  }

  void take(const net::HttpCalls::Answered& answered) {
    const std::size_t question = answered.number % kQuestions;
    asked_[question] = false;
    const bool outdated = answered.number / kQuestions != turn_;  // of another instrument
    if (outdated) {
      due_ms_[question] = 0;
      return;
    }
    base::Result<Answer> answer = session_.client.answer_of(answered.outcome);
    if (question == kOrders) state_.orders_trouble.clear();
    if (answer) {
      if (question == kOrders) state_.more_orders = answer->full;
      *fields_[question] = std::move(answer->value);
      state_.answered_wall_ms = session_.surroundings.wall_ms();
      state_.trouble.clear();
    } else if (question == kOrders && answer.error().code == base::ErrorCode::kRefused) {
      state_.orders_trouble = answer.error().message;
    } else {
      state_.trouble = answer.error().message;
    }
  }

  void press(KeyPress key, Terminal& terminal) {
    redraw_ = true;
    switch (key) {
      case KeyPress::kPause:
        state_.paused = !state_.paused;
        break;
      case KeyPress::kNext:
        show((at_ + 1) % instruments_.size());
        break;
      case KeyPress::kPrevious:
        show((at_ + instruments_.size() - 1) % instruments_.size());
        break;
      case KeyPress::kRedraw:
        terminal.forget();
        break;
      case KeyPress::kQuit:
        break;
    }
  }

  void show(std::size_t at) {
    if (at == at_) return;
    at_ = at;
    ++turn_;
    state_.instrument = instruments_[at_];
    for (const std::size_t question : {kBook, kTrades, kOrders}) *fields_[question] = {};
    state_.paused = false;
    due_ms_ = {};
  }

  const Session& session_;
  std::vector<std::string> instruments_;
  std::size_t at_;
  WatchState state_;
  const std::array<json::Document*, kQuestions> fields_ = {
      &state_.book, &state_.trades, &state_.orders, &state_.peers, &state_.node};
  net::HttpCalls calls_;
  std::array<bool, kQuestions> asked_{};
  std::array<std::int64_t, kQuestions> due_ms_{};
  std::uint64_t turn_ = 0;
  bool redraw_ = true;
};

}  // namespace

int watch(const Session& session, const std::string& instrument) {
  if (!Terminal::usable(session.surroundings.variable("TERM").value_or("dumb"))) {
    return fail(session, base::invalid("watch needs a terminal; for programs there are syrah tail "
                                       "--json and syrah book --json"));
  }
  auto names = instrument_names(session);
  if (!names) return fail(session, names.error());
  const auto found = std::find(names->begin(), names->end(), instrument);
  if (found == names->end()) {
    std::string all;
    for (const std::string& name : *names) all += (all.empty() ? "" : ", ") + name;
    return fail(session, {base::ErrorCode::kRefused,
                          fmt::format("{} is not traded there; these are: {}", instrument, all)});
  }
  const auto at = static_cast<std::size_t>(found - names->begin());
  const int ended_by = Watch(session, *std::move(names), at).run();
  // Who asked it to end in a harsher way than Ctrl-C sees that it did.
  if (ended_by != 0 && ended_by != SIGINT) std::raise(ended_by);
  return kExitDone;
}

}  // namespace syrah::cli
