#include "cli/trade_tail.h"

#include <gtest/gtest.h>

#include "json/reader.h"

namespace syrah::cli {
namespace {

/// A node's history of one instrument, which answers as the API does.
class History {
 public:
  void trade(std::int64_t id, const std::string& match) { rows_.emplace_back(id, match); }

  json::Document answer(const std::string& target) const {
    const auto limit = static_cast<std::size_t>(number(target, "limit=").value_or(100));
    const auto before = number(target, "before=");
    std::vector<std::string> page;
    for (const auto& [id, match] : rows_) {
      if (before && id <= *before) continue;
      if (before && page.size() == limit) break;  // the page just newer than the cursor
      page.insert(page.begin(),
                  R"({"trade_id":)" + std::to_string(id) + R"(,"match_id":")" + match + R"("})");
    }
    if (page.size() > limit) page.resize(limit);
    std::string text = "[";
    for (const std::string& row : page) text += (text.size() > 1 ? "," : "") + row;
    json::Limits limits;
    auto value = json::parse(text + "]", limits);
    EXPECT_TRUE(value.ok());
    return *std::move(value);
  }

 private:
  static std::optional<std::int64_t> number(const std::string& target, const std::string& name) {
    const std::size_t at = target.find(name);
    if (at == std::string::npos) return std::nullopt;
    return std::stoll(target.substr(at + name.size()));
  }

  std::vector<std::pair<std::int64_t, std::string>> rows_;
};

std::vector<std::int64_t> poll(TradeTail& tail, const History& history) {
  std::vector<TailedTrade> trades;
  while (tail.take(history.answer(tail.target()), trades)) {
  }
  std::vector<std::int64_t> ids;
  ids.reserve(trades.size());
  for (const TailedTrade& trade : trades) ids.push_back(trade.id);
  return ids;
}

using Ids = std::vector<std::int64_t>;

TEST(TradeTail, BeginsWithTheNewestAndMissesNoneLater) {
  History history;
  for (int id = 1; id <= 20; ++id) history.trade(id, "m" + std::to_string(id));
  TradeTail tail("A-B", 3);
  EXPECT_EQ(poll(tail, history), (Ids{18, 19, 20}));
  EXPECT_EQ(poll(tail, history), Ids{});
  Ids expected;
  for (int id = 21; id <= 3500; id += 2) {  // more than one page, and numbers of other instruments
    history.trade(id, "m" + std::to_string(id));
    expected.push_back(id);
  }
  EXPECT_EQ(poll(tail, history), expected);
  EXPECT_EQ(poll(tail, history), Ids{});
}

TEST(TradeTail, WithoutLinesOnlyWhatComesIsTold) {
  History history;
  TradeTail tail("A-B", 0);
  EXPECT_EQ(poll(tail, history), Ids{});
  history.trade(1, "m1");
  EXPECT_EQ(poll(tail, history), Ids{1});
  TradeTail second("A-B", 0);
  EXPECT_EQ(poll(second, history), Ids{});
  history.trade(2, "m2");
  EXPECT_EQ(poll(second, history), Ids{2});
}

TEST(TradeTail, ARestartOfTheNodeLosesNothing) {
  History history;
  history.trade(1, "m1");
  TradeTail tail("A-B", 10);
  EXPECT_EQ(poll(tail, history), Ids{1});
  tail.doubt();
  history.trade(2, "m2");
  EXPECT_EQ(poll(tail, history), Ids{2});
  EXPECT_FALSE(tail.began_again());
}

TEST(TradeTail, AnotherHistoryIsNoticed) {
  History history;
  for (int id = 1; id <= 9; ++id) history.trade(id, "m" + std::to_string(id));
  TradeTail tail("A-B", 1);
  EXPECT_EQ(poll(tail, history), Ids{9});
  History other;  // same numbers, other trades
  for (int id = 1; id <= 12; ++id) other.trade(id, "x" + std::to_string(id));
  tail.doubt();
  std::vector<TailedTrade> trades;
  EXPECT_TRUE(tail.take(other.answer(tail.target()), trades));
  EXPECT_TRUE(tail.began_again());
  EXPECT_EQ(poll(tail, other), Ids{}) << "it is followed from its newest on";
  other.trade(13, "x13");
  EXPECT_EQ(poll(tail, other), Ids{13});
}

TEST(TradeTail, ALineTellsWhoTook) {
  const std::string trade =
      R"({"time":"2026-11-21T07:30:00.123456Z","side":"sell","size":"0.5","price":"42000.00"})";
  EXPECT_EQ(trade_line({"A-B", 1, trade}, 7, false),
            "2026-11-21 07:30:00.123  A-B      buy              0.5      42000.00");
}

}  // namespace
}  // namespace syrah::cli
