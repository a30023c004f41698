#include "p2p/peer_names.h"

#include <gtest/gtest.h>

#include "p2p/limits.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

using tests::config_of;
using tests::Wire;

Endpoint at(const std::string& ip) { return {ip, 3000}; }

TEST(PeerNames, ANameBelongsToTheFirstKeyThatUsedIt) {
  const base::NodeId alice = tests::identity_of(1).id();
  const base::NodeId mallory = tests::identity_of(2).id();
  PeerNames names("me", tests::identity_of(9).id());
  EXPECT_FALSE(names.judge("alice", alice).has_value());
  EXPECT_TRUE(names.pin("alice", alice));
  EXPECT_FALSE(names.judge("alice", alice).has_value());
  EXPECT_TRUE(names.judge("alice", mallory).has_value());
  EXPECT_TRUE(names.judge("alice", std::nullopt).has_value()) << "nor may it be used without proof";
  EXPECT_TRUE(names.judge("me", alice).has_value());
  EXPECT_TRUE(names.judge(alice.text(), mallory).has_value()) << "another node's id";
  EXPECT_FALSE(names.judge(alice.text(), alice).has_value());
  EXPECT_TRUE(names.forget("alice"));
  EXPECT_FALSE(names.forget("alice"));
  EXPECT_FALSE(names.judge("alice", mallory).has_value());
  EXPECT_TRUE(names.pin("alice", alice));
  EXPECT_NE(names.judge("alice", mallory)->way_out.find("syrah forget alice"), std::string::npos);
  for (std::size_t i = 0; i < 2 * kPinnedNamesMax; ++i) names.pin(std::to_string(i), mallory);
  EXPECT_EQ(names.pinned().size(), kPinnedNamesMax);
  EXPECT_TRUE(names.judge("alice", mallory).has_value()) << "old pins stay";
}

TEST(PeerNames, ANameIsTheFirstKeysEvenAfterARestart) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  const std::string file = alice.manager->peers_file();
  wire.kill(bob);
  wire.kill(alice);
  auto& again = wire.add("192.0.2.1", 1, config_of("alice"), file);
  auto& thief = wire.add("192.0.2.9", 3, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(900);
  EXPECT_TRUE(thief.ups.empty());
  EXPECT_GE(again.count_lines("peer refused", "belongs to the key"), 1U);
  EXPECT_GE(thief.count_lines("refused by peer", "AUTHENTICATION_FAILED"), 1U);
}

TEST(PeerNames, ANodeThatWasMadeAnewGetsItsNameWhenTheOperatorLetsGoOfIt) {
  Wire wire;
  auto& alice = wire.add("192.0.2.1", 1, config_of("alice"));
  auto& bob = wire.add("192.0.2.2", 2, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(1'000);
  wire.kill(bob);
  auto& anew = wire.add("192.0.2.2", 3, config_of("bob", {at("192.0.2.1")}));
  wire.run_for(50'000);
  EXPECT_TRUE(anew.ups.empty());
  EXPECT_EQ(alice.count_lines("peer refused", "belongs to the key"), 1U) << "once, not each time";
  EXPECT_EQ(anew.count_lines("refused by peer", "belongs to the key"), 1U);
  wire.with(alice, [&](auto& m, auto& out) {
    EXPECT_FALSE(m.forget_name("carol", out).ok());
    EXPECT_TRUE(m.forget_name("bob", out).ok());
  });
  wire.run_for(60'000);
  ASSERT_EQ(alice.manager->peers().size(), 1U);
  EXPECT_EQ(alice.manager->peers()[0].name, "bob");
  EXPECT_EQ(alice.manager->names().at("bob"), tests::identity_of(3).id());
}

}  // namespace
}  // namespace syrah::p2p
