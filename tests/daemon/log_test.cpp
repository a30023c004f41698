#include "daemon/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "json/reader.h"

namespace syrah::daemon {
namespace {

using base::LogLevel;
using testing::HasSubstr;
using testing::MatchesRegex;

const base::LogLine kLine{
    LogLevel::kInfo, "peer connected", {{"peer", "alice"}, {"why", "said \"hello\"\nlevel=error"}}};

TEST(Log, TextIsForPeople) {
  EXPECT_EQ(text_line(kLine), R"(peer connected peer=alice why="said \"hello\"\nlevel=error")");
  EXPECT_EQ(text_line({LogLevel::kInfo, "x", {{"empty", ""}, {"path", "./data"}}}),
            R"(x empty="" path=./data)");
}

TEST(Log, TextLinesCarryTimeAndLevel) {
  std::ostringstream out;
  Log log(LogFormat::kText, LogLevel::kInfo, out);
  log.write(kLine);
  EXPECT_THAT(out.str(),
              MatchesRegex("[0-9-]+T[0-9:]+\\.[0-9]+Z info    peer connected peer=alice .*\n"));
}

TEST(Log, JsonLinesAreOneObjectEach) {
  std::ostringstream out;
  Log log(LogFormat::kJson, LogLevel::kInfo, out);
  log.write(kLine);
  log.write({LogLevel::kWarning, "bad bytes \xff", {}});
  std::istringstream lines(out.str());
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_TRUE(json::parse(line)) << line;
  EXPECT_THAT(line, HasSubstr(R"("level":"info","message":"peer connected","peer":"alice",)"));
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_TRUE(json::parse(line)) << line;
  EXPECT_FALSE(std::getline(lines, line));
}

TEST(Log, LinesBelowTheLevelAreDropped) {
  std::ostringstream out;
  Log log(LogFormat::kText, LogLevel::kWarning, out);
  log.write(kLine);
  EXPECT_EQ(out.str(), "");
  log.write({LogLevel::kWarning, "disk nearly full", {}});
  EXPECT_THAT(out.str(), HasSubstr("warning disk nearly full"));
}

}  // namespace
}  // namespace syrah::daemon
