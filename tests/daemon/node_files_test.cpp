#include "daemon/node_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "p2p/peer_storage.h"

namespace syrah::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct NodeFilesTest : testing::Test {
  NodeFilesTest() {
    std::string pattern = testing::TempDir() + "node_files_XXXXXX";
    parent = ::mkdtemp(pattern.data());
    config.data_dir = parent + "/data";
  }
  ~NodeFilesTest() override { std::filesystem::remove_all(parent); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(config.data_dir + "/" + name) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(config.data_dir + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Opening fails in one line that names the variable and `part`.
  void expect_refused(const std::string& part) const {
    const auto files = open_node_files(config);
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().message, AllOf(HasSubstr("DATA_DIR=" + config.data_dir),
                                             HasSubstr(part), testing::Not(HasSubstr("\n"))));
  }

  std::string parent;
  Config config;
};

TEST_F(NodeFilesTest, ItIsTheSameNodeTheNextTime) {
  base::NodeId id;
  std::string api_secret;
  {
    const auto files = open_node_files(config);
    ASSERT_TRUE(files.ok());
    id = files->identity.id();
    api_secret = files->api_key.secret;
    EXPECT_EQ(files->peers_text, "");
    EXPECT_EQ(files->peers_trouble, "");
    EXPECT_EQ(std::filesystem::status(config.data_dir).permissions(),
              std::filesystem::perms::owner_all);
  }
  const auto files = open_node_files(config);
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->identity.id(), id);
  EXPECT_EQ(files->api_key.secret, api_secret);
}

TEST_F(NodeFilesTest, AGoodPeersFileIsReadAndStays) {
  ASSERT_TRUE(open_node_files(config));
  const std::string text = p2p::PeerStorage::write({});
  write(".peers.json", text);
  const auto files = open_node_files(config);
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->peers_text, text);
  EXPECT_EQ(files->peers_trouble, "");
  EXPECT_EQ(read(".peers.json"), text);
}

TEST_F(NodeFilesTest, ADamagedPeersFileIsSetAsideAndTheNodeStarts) {
  const std::string damaged = R"({"version":1,"pe)";
  ASSERT_TRUE(open_node_files(config));
  write(".peers.json", damaged);
  const auto files = open_node_files(config);
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->peers_text, "");
  EXPECT_THAT(files->peers_trouble, HasSubstr(".peers.json.damaged-1"));
  EXPECT_FALSE(std::filesystem::exists(config.data_dir + "/.peers.json"));
  EXPECT_EQ(read(".peers.json.damaged-1"), damaged);
}

TEST_F(NodeFilesTest, OneNodeAtATime) {
  const auto first = open_node_files(config);
  ASSERT_TRUE(first);
  expect_refused("in use");
}

TEST_F(NodeFilesTest, WhatCannotBeReadIsNamed) {
  ASSERT_TRUE(open_node_files(config));
  write("node-key.json", "{");
  expect_refused("node-key.json");
  std::filesystem::remove(config.data_dir + "/node-key.json");
  write("api-key.json", "{");
  expect_refused("api-key.json");
  std::filesystem::remove(config.data_dir + "/api-key.json");
  write("api-keys.json", R"({"keys":[{}],"switches":[]})");
  expect_refused("api-keys.json: \"keys\", number 1");
  std::filesystem::remove(config.data_dir + "/api-keys.json");
  write("journal.db", "this is no database, and long enough to be looked at as one");
  expect_refused("journal.db");
}

TEST_F(NodeFilesTest, AFileInPlaceOfTheDirectoryIsNamed) {
  std::ofstream(config.data_dir) << "x";
  expect_refused("not a directory");
}

TEST_F(NodeFilesTest, APeersFileThatCannotBeReadDoesNotStopTheStart) {
  ASSERT_TRUE(open_node_files(config));
  std::filesystem::create_directory(config.data_dir + "/.peers.json");
  const auto files = open_node_files(config);
  ASSERT_TRUE(files);
  EXPECT_NE(files->peers_trouble, "");
}

}  // namespace
}  // namespace syrah::daemon
