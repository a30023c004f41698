#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stand_in.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using tests::StandIn;

TEST(Completion, ScriptsKnowEveryCommandOfTheProgram) {
  StandIn world;
  ASSERT_EQ(world.run({"--help"}), kExitDone);
  std::vector<std::string> names;
  std::istringstream help(world.out());
  bool listed = false;
  for (std::string line; std::getline(help, line);) {
    if (line == "Subcommands:") {
      listed = true;
    } else if (listed && line.starts_with("  ") && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  ASSERT_GT(names.size(), 15U);
  for (const std::string shell : {"bash", "zsh"}) {
    ASSERT_EQ(world.run({"completion", shell}), kExitDone);
    EXPECT_TRUE(world.calls().empty());
    for (const std::string& name : names) {
      std::string function = "\n_syrah_" + name + "() {";
      std::replace(function.begin(), function.end(), '-', '_');
      EXPECT_THAT(world.out(), HasSubstr(shell == "bash" ? "'syrah " + name + "'" : function));
    }
    EXPECT_THAT(world.out(), HasSubstr("gtc ioc fok gtd"));
    EXPECT_THAT(world.out(), HasSubstr("--depth"));
    EXPECT_THAT(world.out(), HasSubstr("syrah completion instruments"));
  }
}

TEST(Completion, InstrumentsAreThoseOfTheNode) {
  StandIn world;
  world.answer(200, R"({"instruments":["A-B","C-D"]})");
  EXPECT_EQ(world.run({"completion", "instruments"}), kExitDone);
  EXPECT_EQ(world.out(), "A-B\nC-D\n");
  EXPECT_LE(world.calls().at(0).timeout_ms, 1000) << "somebody holds the Tab key";
  world.vanish();
  EXPECT_EQ(world.run({"completion", "instruments"}), kExitUnreachable);
  EXPECT_EQ(world.run({"completion", "fish"}), kExitUsage);
}

TEST(Completion, ZshDescriptionsKeepToTheirPlace) {
  CompletedCommand program{"p", "", {}, {}, {}};
  program.commands.push_back({"c", "what it's", {{"--o", "a [b]: it's", false, {}}}, {}, {}});
  const std::string script = zsh_completion(program);
  EXPECT_THAT(script, HasSubstr(R"('c:what it'\''s')"));
  EXPECT_THAT(script, HasSubstr(R"('--o[a \[b\]\: it'\''s]')"));
}

}  // namespace
}  // namespace syrah::cli
