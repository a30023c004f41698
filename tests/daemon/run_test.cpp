#include "daemon/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace syrah::daemon {
namespace {

TEST(Run, EachBadVariableIsALineAndTheStatusIs2) {
  std::ostringstream err;
  EXPECT_EQ(run({{"P2P_PORT", "x"}, {"LOG_FORMAT", "y"}}, "0.1.0", err), 2);
  EXPECT_EQ(err.str(),
            "syrah node: P2P_PORT=x: allowed is a whole number from 1 to 65535\n"
            "syrah node: LOG_FORMAT=y: allowed is one of text, json\n");
}

TEST(Run, ADirectoryThatCannotBeMadeIsALineAndTheStatusIs1) {
  std::ostringstream err;
  EXPECT_EQ(run({{"DATA_DIR", "/proc/no-such-folder/data"}}, "0.1.0", err), 1);
  EXPECT_THAT(err.str(), testing::StartsWith("syrah node: DATA_DIR=/proc/no-such-folder/data: "));
}

}  // namespace
}  // namespace syrah::daemon
