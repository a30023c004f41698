#include "cli/trade_tail.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/client.h"
#include "cli/json_text.h"
#include "cli/order_line.h"
#include "cli/style.h"
#include "json/reader.h"

namespace syrah::cli {
namespace {

constexpr std::int64_t kPageRows = 1000;  // the most that the API gives

std::string match_of(const json::Value& trade) {
  return std::string(trade.string("match_id").value_or(""));
}

}  // namespace

std::string TradeTail::target() const {
  const std::string trades = fmt::format("/products/{}/trades", url_encoded(instrument_));
  if (state_ == State::kFirst) {
    return fmt::format("{}?limit={}", trades, std::max<std::int64_t>(lines_, 1));
  }
  // The first one newer than the one before the newest seen: that one itself, in the same history.
  if (doubtful_) return fmt::format("{}?before={}&limit=1", trades, newest_ - 1);
  return fmt::format("{}?before={}&limit={}", trades, newest_, kPageRows);
}

bool TradeTail::take(const json::Value& page, std::vector<TailedTrade>& trades) {
  const auto& rows = page.items();
  began_again_ = false;
  if (doubtful_) {
    doubtful_ = false;
    if (!rows.empty() && rows.front().integer("trade_id") == newest_ &&
        match_of(rows.front()) == newest_match_) {
      return true;
    }
    began_again_ = true;
    state_ = State::kFirst;
    lines_ = 0;
    newest_ = 0;
    newest_match_.clear();
    return true;
  }
  const bool first = state_ == State::kFirst;
  for (const json::Value* const row : oldest_first(page)) {
    const std::int64_t id = row->integer("trade_id").value_or(0);
    if (id <= newest_) continue;
    newest_ = id;
    newest_match_ = match_of(*row);
    if (first && lines_ == 0) continue;
    trades.push_back({instrument_, id, json_text_with("product_id", instrument_, *row)});
  }
  state_ = State::kFollowing;
  return !first && rows.size() >= kPageRows;
}

std::string trade_line(const TailedTrade& trade, std::size_t instrument_width, bool colour) {
  const auto read = json::parse(trade.json);
  if (!read) return trade.json;
  std::string time = text_of(*read, "time").substr(0, 23);
  std::replace(time.begin(), time.end(), 'T', ' ');
  // The API tells the maker's side; people think of who came and took.
  const std::string taker = text_of(*read, "side") == "buy" ? "sell" : "buy";
  return fmt::format(
      "{}  {:<{}}  {}  {:>14}  {}", painted(time, Colour::kFaint, colour),
      printable(trade.instrument), instrument_width,
      painted(fmt::format("{:<4}", taker), side_colour(taker), colour), text_of(*read, "size"),
      painted(fmt::format("{:>12}", text_of(*read, "price")), side_colour(taker), colour));
}

}  // namespace syrah::cli
