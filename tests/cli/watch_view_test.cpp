#include "cli/watch_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/style.h"
#include "json/reader.h"

namespace syrah::cli {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kNow = 1'795'246'200'000;  // 2026-11-21 07:30:00 UTC

json::Document parsed(const std::string& text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return *std::move(value);
}

WatchState busy() {
  WatchState state;
  state.instrument = "BTC-USD";
  state.book = parsed(R"({"bids":[["41999.50","0.5",1],["41998.00","2.0",3]],
                          "asks":[["42000.00","0.25",1],["42001.00","1.0",2]],"suspended":0})");
  state.trades = parsed(R"([{"side":"sell","price":"42000.00","size":"0.1",
                             "time":"2026-11-21T07:29:59.123456Z"},
                            {"side":"buy","price":"41999.50","size":"12.0",
                             "time":"2026-11-21T07:29:58.000000Z"}])");
  state.orders = parsed(R"([{"id":"o1","side":"buy","price":"41998.00","size":"1.0",
                             "filled_size":"0.2","pending_size":"0.0","time_in_force":"GTC"}])");
  state.peers = parsed(R"({"peers":[{"name":"bob","address":"10.0.0.2:3000","route":"direct",
                             "dialect":"full","round_trip_us":1250,"software":"syrah/1"}]})");
  state.node = parsed(R"({"name":"alice","state":"running","mode":"hybrid"})");
  state.answered_wall_ms = kNow;
  return state;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

TEST(WatchView, AScreenOf80By24) {
  EXPECT_EQ(joined(watch_screen(busy(), {24, 80}, false, kNow)),
            R"( BTC-USD  ▲ 42000.00                       alice  running  hybrid  07:30:00 UTC
── book ─────────────────────────────────────┬── trades ────────────────────────
                                             │ 07:29:59  ▲ 42000.00   0.1
                                             │ 07:29:58  ▼ 41999.50  12.0
                                             │
                                             │
  42001.00   1.0   1.25  █████████▌          │
  42000.00  0.25   0.25  █▉                  │
        ──  spread 0.50 (0.00 %)             │
  41999.50   0.5   0.50  ███▊                │
 •41998.00   2.0   2.50  ███████████████████ │
                                             │
                                             │
                                             │
                                             │
                                             │
── my orders (1) ───────────────────────────────────────────────────────────────
  buy   41998.00  1.0  filled 0.2  GTC  o1


── peers (1) ───────────────────────────────────────────────────────────────────
  bob  10.0.0.2:3000  direct    full     1.2 ms  syrah/1

 q quit  space pause  ← → instrument                                       live
)");
}

TEST(WatchView, EveryScreenIsExactlyAsLargeAsTheTerminal) {
  for (const std::size_t rows : {1U, 5U, 6U, 7U, 13U, 14U, 19U, 20U, 24U, 60U, 200U}) {
    for (const std::size_t columns : {1U, 10U, 30U, 31U, 65U, 66U, 80U, 132U, 400U}) {
      for (const WatchState& state : {busy(), WatchState{}}) {
        const auto lines = watch_screen(state, {rows, columns}, false, kNow);
        EXPECT_THAT(lines, SizeIs(rows));
        for (const std::string& line : lines) EXPECT_EQ(width_of(line), columns) << line;
      }
    }
  }
}

TEST(WatchView, ColoursOnlyWhereTheyAreWanted) {
  const auto plain = joined(watch_screen(busy(), {24, 80}, false, kNow));
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_THAT(joined(watch_screen(busy(), {24, 80}, true, kNow)), HasSubstr("\x1b[31m"));
}

TEST(WatchView, WhatStrangersSayMovesNothing) {
  WatchState state = busy();
  state.peers = parsed(R"({"peers":[{"name":"\u001b[2Jevil\n","address":"a:1","route":"direct",
                                     "dialect":"basic","software":"\u009b2J"}]})");
  const auto lines = watch_screen(state, {24, 80}, false, kNow);
  EXPECT_THAT(lines, Each(testing::Not(HasSubstr("\x1b"))));
  EXPECT_THAT(joined(lines), HasSubstr("?[2Jevil?"));
}

TEST(WatchView, TroubleIsSaid) {
  WatchState state = busy();
  state.answered_wall_ms = kNow - 7000;
  EXPECT_THAT(watch_screen(state, {24, 80}, false, kNow).back(), HasSubstr("7 s old"));
  state.trouble = "no node answers at http://127.0.0.1:8080: refused";
  EXPECT_THAT(watch_screen(state, {24, 80}, false, kNow).back(), HasSubstr("no node answers"));
  state.paused = true;
  EXPECT_THAT(watch_screen(state, {24, 80}, false, kNow).back(), HasSubstr("paused"));
  state.orders_trouble = "no key";
  EXPECT_THAT(joined(watch_screen(state, {24, 80}, false, kNow)), HasSubstr("\n  no key\n"));
  EXPECT_THAT(watch_screen(state, {4, 80}, false, kNow).front(), HasSubstr("larger"));
}

TEST(WatchView, WhatHasNoPlaceIsCounted) {
  WatchState state = busy();
  std::string orders = "[";
  for (int number = 0; number < 9; ++number) {
    orders +=
        std::string(number == 0 ? "" : ",") +
        R"({"id":"o","side":"sell","price":"1","size":"1","filled_size":"0","pending_size":"0"})";
  }
  state.orders = parsed(orders + "]");
  const std::string screen = joined(watch_screen(state, {24, 80}, false, kNow));
  EXPECT_THAT(screen, HasSubstr("my orders (9)"));
  EXPECT_THAT(screen, HasSubstr("  and 7 more\n"));
}

}  // namespace
}  // namespace syrah::cli
