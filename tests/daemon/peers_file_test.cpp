#include "daemon/peers_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>

#include "store/file.h"

namespace syrah::daemon {
namespace {

struct PeersFileTest : testing::Test {
  PeersFileTest() {
    std::string pattern = testing::TempDir() + "peers_file_XXXXXX";
    directory = ::mkdtemp(pattern.data());
  }
  ~PeersFileTest() override { std::filesystem::remove_all(directory); }

  std::string directory;
};

TEST_F(PeersFileTest, TheNewestTextIsOnTheDiskWhenItIsGone) {
  const std::string path = directory + "/peers.json";
  {
    PeersFile file(path, [](const base::Error& error) { ADD_FAILURE() << error.message; });
    for (int i = 0; i <= 100; ++i) {
      file.save("text " + std::to_string(i));
    }
  }
  EXPECT_EQ(*store::read_file(path, 100), "text 100");
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(PeersFileTest, AFailureIsToldAndNotFatal) {
  std::atomic<int> failures = 0;
  {
    PeersFile file(directory + "/missing/peers.json", [&](const base::Error&) { ++failures; });
    file.save("text");
  }
  EXPECT_EQ(failures, 1);
}

}  // namespace
}  // namespace syrah::daemon
