#include "p2p/peer_storage.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "p2p/limits.h"
#include "seed.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

StoredPeers some() {
  const base::NodeId id = tests::identity_of(1).id();
  return {{{{"192.0.2.1", 3000}, id, "alice", "bootstrap", 1'700'000'000'000, 0},
           {{"::1", 3001}, std::nullopt, "js \"node\"", "exchange", 5, 3},
           {{"192.0.2.2", 1'337}, id, "", "grenache", 7, 0, Route::kGrenache, true, 3}},
          {{"alice", id}},
          {{id, {}, 9}, {std::nullopt, "v4 c0000201", 11}}};
}

TEST(PeerStorage, IsReadBackAsItWasWritten) {
  const auto read = PeerStorage::read(PeerStorage::write(some()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, some());
  EXPECT_EQ(*PeerStorage::read(PeerStorage::write({})), StoredPeers{});
}

TEST(PeerStorage, OlderFilesAreRead) {
  const auto read =
      PeerStorage::read(R"({"version":1,"peers":[{"endpoint":"192.0.2.1:3000","lastSuccess":5}]})");
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->peers.size(), 1U);
  EXPECT_EQ(read->peers[0].route, Route::kDirect);
  EXPECT_FALSE(read->peers[0].anchor);
  EXPECT_EQ(read->peers[0].since_ms, 5);
  EXPECT_TRUE(read->discouraged.empty());
}

TEST(PeerStorage, IsBounded) {
  StoredPeers many;
  for (std::size_t i = 0; i < 4 * kDiscouragedStoredMax; ++i) {
    many.discouraged.push_back({std::nullopt, std::string(base::kHostBytesMax, 'p'), 5});
  }
  for (std::size_t i = 0; i < 2 * kStoredPeersMax; ++i) {
    many.peers.push_back({{std::string(base::kHostBytesMax, 'h'), 65'535},
                          tests::identity_of(1).id(),
                          std::string(kNameBytesMax, 'n'),
                          "bootstrap",
                          1'700'000'000'000,
                          9});
  }
  for (std::size_t i = 0; i < kPinnedNamesMax; ++i) {
    many.names.emplace(std::to_string(i) + std::string(kNameBytesMax - 4, 'n'),
                       tests::identity_of(1).id());
  }
  const auto read = PeerStorage::read(PeerStorage::write(many));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->peers.size(), kStoredPeersMax);
  EXPECT_EQ(read->names.size(), kPinnedNamesMax);
  EXPECT_FALSE(PeerStorage::read(std::string(kPeersFileBytesMax + 1, ' ')).ok());
}

TEST(PeerStorage, DamageIsNamed) {
  const auto message = [](const std::string& text) {
    const auto read = PeerStorage::read(text);
    return read.ok() ? "" : read.error().message;
  };
  EXPECT_EQ(message("{}"), "peers file: there is no version");
  EXPECT_EQ(message(R"({"version":2,"peers":[]})"), "peers file: version 2, only 1 is known");
  EXPECT_EQ(message(R"({"version":1})"), "peers file: there is no array \"peers\"");
  EXPECT_NE(message(R"({"version":1,"peers":[{"endpoint":"x"}]})").find("peer 1"),
            std::string::npos);
  EXPECT_NE(message(R"({"version":1,"peers":[],"names":{"a":"b"}})").find("name 1"),
            std::string::npos);
  EXPECT_NE(message(R"({"version":1,)").find("at byte"), std::string::npos);
}

TEST(PeerStorage, DamagedTextNeverDoesMoreThanFail) {
  base::Random random(tests::seed());
  const std::string good = PeerStorage::write(some());
  for (int round = 0; round < 5'000; ++round) {
    std::string bad = good;
    for (std::uint64_t i = random.below(4) + 1; i > 0; --i) {
      const std::size_t at = random.below(bad.size());
      switch (random.below(3)) {
        case 0:
          bad[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          bad.erase(at, random.below(20) + 1);
          break;
        default:
          bad.insert(at, bad.substr(random.below(bad.size()), 10));
      }
      if (bad.empty()) bad = "{";
    }
    const auto read = PeerStorage::read(bad);
    if (read.ok()) {
      EXPECT_TRUE(PeerStorage::read(PeerStorage::write(*read)).ok());
    }
  }
}

}  // namespace
}  // namespace syrah::p2p
