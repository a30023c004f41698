#include "cli/export_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/reader.h"
#include "stand_in.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using tests::StandIn;

TEST(ExportRows, BoundsAreTimesOrDays) {
  EXPECT_EQ(*read_bound("1970-01-02"), 86'400'000'000);
  EXPECT_EQ(*read_bound("1970-01-01T00:00:01.5Z"), 1'500'000);
  for (const char* bad : {"", "yesterday", "2026-13-01", "2026-11-21T07:30"}) {
    EXPECT_FALSE(read_bound(bad).ok()) << bad;
  }
}

TEST(ExportRows, RangesBeginWithAndEndBefore) {
  const TimeRange range{10, 20};
  EXPECT_FALSE(range.has(9));
  EXPECT_TRUE(range.has(10));
  EXPECT_TRUE(range.has(19));
  EXPECT_FALSE(range.has(20));
  EXPECT_TRUE(TimeRange{}.has(INT64_MAX));
}

TEST(ExportRows, FieldsAreQuotedWhereTheyMustBe) {
  const auto row = json::parse(
      R"({"id":"o1","client_oid":"a,\"b\"","price":"1.50","post_only":true,"created_at":"t"})");
  EXPECT_EQ(csv_line(export_kind("orders"), "A-B", *row),
            R"(o1,"a,""b""",t,A-B,,,1.50,,,,,,true,,,,,,,,)");
}

TEST(ExportRows, PagesGoUpwardsUntilOneIsNotFull) {
  StandIn world;
  int asked = 0;
  world.answer_by([&](const net::HttpCall& call) {
    ++asked;
    const bool first = call.url.find("before=0") != std::string::npos;
    if (first) {
      return net::HttpReply{200,
                            R"([{"trade_id":2,"time":"2026-11-22T00:00:00Z","price":"2.00"},)"
                            R"({"trade_id":1,"time":"2026-11-21T00:00:00Z","price":"1.00"}])",
                            {{"cb-before", "2"}, {"cb-after", "1"}}};
    }
    EXPECT_THAT(call.url, HasSubstr("before=2"));
    return net::HttpReply{200,
                          R"([{"trade_id":3,"time":"2026-11-21T12:00:00Z","price":"3.00"}])",
                          {{"cb-before", "3"}}};
  });
  const std::vector<std::string> words = {"export", "trades", "--instrument", "A-B"};
  EXPECT_EQ(world.run(words), kExitDone) << world.err();
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(world.out(),
            "trade_id,time,product_id,side,price,size,match_id,maker_order_id,taker_order_id\n"
            "1,2026-11-21T00:00:00Z,A-B,,1.00,,,,\n"
            "2,2026-11-22T00:00:00Z,A-B,,2.00,,,,\n"
            "3,2026-11-21T12:00:00Z,A-B,,3.00,,,,\n");

  std::vector<std::string> bounded = words;
  bounded.insert(bounded.end(), {"--json", "--from", "2026-11-21T12:00:00Z", "--to", "2026-11-22"});
  EXPECT_EQ(world.run(bounded), kExitDone);
  EXPECT_EQ(world.out(),
            R"({"product_id":"A-B","trade_id":3,"time":"2026-11-21T12:00:00Z","price":"3.00"})"
            "\n")
      << "what came late belongs to its time";
}

TEST(ExportRows, TheNodeIsAskedForTheTimeOnly) {
  StandIn world;
  std::vector<std::string> asked;
  world.answer_by([&](const net::HttpCall& call) {
    asked.push_back(call.url);
    return net::HttpReply{200, "[]", {}};
  });
  const std::vector<std::string> range = {"--from", "2026-11-21T12:00:00Z", "--to", "2026-11-22"};
  for (const char* const what : {"orders", "fills"}) {
    std::vector<std::string> words = {"export", what};
    words.insert(words.end(), range.begin(), range.end());
    EXPECT_EQ(world.run(words), kExitDone) << world.err();
    EXPECT_THAT(asked.back(), HasSubstr("&start_date=2026-11-21T12:00:00Z&end_date=2026-11-22"));
  }
}

TEST(ExportRows, AnUnfinishedExportSaysSo) {
  StandIn world;
  world.vanish();
  EXPECT_EQ(world.run({"export", "fills"}), kExitUnreachable);
  EXPECT_THAT(world.err(), HasSubstr("not complete"));
  EXPECT_EQ(world.run({"export", "fills", "--from", "soon"}), kExitUsage);
  EXPECT_EQ(world.run({"export", "balances"}), kExitUsage);
  EXPECT_EQ(world.run({"export", "fills", "--csv", "--json"}), kExitUsage);
}

}  // namespace
}  // namespace syrah::cli
