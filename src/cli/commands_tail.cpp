// Trades as they happen.

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands_stream.h"
#include "cli/style.h"
#include "cli/trade_tail.h"

namespace syrah::cli {
namespace {

/// Four questions a second, or as many instruments as are asked for in 25 ms each.
constexpr std::int64_t kPollMs = 250;
constexpr std::int64_t kInstrumentMs = 25;

class Tail {
 public:
  Tail(const Session& session, const std::vector<std::string>& instruments, std::int64_t lines)
      : session_(session), lines_(static_cast<std::size_t>(lines)) {
    for (const std::string& name : instruments) {
      tails_.emplace_back(name, lines);
      width_ = std::max(width_, name.size());
    }
  }

  int run() {
    const std::int64_t pause_ms =
        std::max(kPollMs, kInstrumentMs * static_cast<std::int64_t>(tails_.size()));
    for (bool first = true;; first = false) {
      const base::Status polled = poll();
      if (!polled && (first || polled.error().code == base::ErrorCode::kInvalid)) {
        return fail(session_, polled.error());
      }
      if (polled) print(first);
      tell(polled);
      if (!session_.surroundings.pause(pause_ms)) return kExitDone;
    }
  }

 private:
  base::Status poll() {
    for (TradeTail& tail : tails_) {
      bool more = true;
      while (more) {
        const auto answer = session_.client.get(tail.target());
        if (!answer) return answer.error();
        more = tail.take(answer->value, found_);
        began_again_ = began_again_ || tail.began_again();
      }
    }
    return base::success();
  }

  void print(bool first) {
    std::sort(found_.begin(), found_.end(),
              [](const TailedTrade& a, const TailedTrade& b) { return a.id < b.id; });
    if (first && found_.size() > lines_) {  // the newest of all instruments together
      found_.erase(found_.begin(), found_.end() - static_cast<std::ptrdiff_t>(lines_));
    }
    std::ostream& out = session_.surroundings.out;
    for (const TailedTrade& trade : found_) {
      out << (session_.json ? trade.json : trade_line(trade, width_, session_.surroundings.colour))
          << '\n';
    }
    found_.clear();
    out.flush();
  }

  /// One note when the node goes and one when it comes back.
  void tell(const base::Status& polled) {
    std::ostream& err = session_.surroundings.err;
    if (!polled && !away_) {
      err << "syrah: " << printable(polled.error().message) << "; waiting\n";
      for (TradeTail& tail : tails_) tail.doubt();
    } else if (polled && away_) {
      err << (began_again_ ? "syrah: a node with another history answers: going on from its newest "
                             "trade\n"
                           : "syrah: the node answers again; no trade was missed\n");
      began_again_ = false;
    }
    err.flush();
    away_ = !polled;
  }

  const Session& session_;
  std::size_t lines_;
  std::vector<TradeTail> tails_;
  std::size_t width_ = 0;
  std::vector<TailedTrade> found_;
  bool away_ = false;
  bool began_again_ = false;
};

}  // namespace

base::Result<std::vector<std::string>> instrument_names(const Session& session) {
  const auto answer = session.client.get("/node");
  if (!answer) return answer.error();
  std::vector<std::string> names;
  if (const json::Value* const list = answer->value.find("instruments")) {
    for (const json::Value& name : list->items()) names.emplace_back(name.string().value_or(""));
  }
  return names;
}

int tail(const Session& session, const TailTerms& terms) {
  std::vector<std::string> instruments = {terms.instrument};
  if (terms.instrument.empty()) {
    auto names = instrument_names(session);
    if (!names) return fail(session, names.error());
    instruments = *std::move(names);
  }
  return Tail(session, instruments, terms.lines).run();
}

}  // namespace syrah::cli
