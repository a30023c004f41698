#include "p2p/peer_exchange.h"

#include <gtest/gtest.h>

#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

TEST(PeerExchange, TellsNobodyOfAddressesThatAreNotForIt) {
  const std::vector<KnownPeer> known{{"loop", {}, {"127.0.0.1", 1}},
                                     {"private", {}, {"192.168.0.7", 2}},
                                     {"public", {}, {"8.8.8.8", 3}},
                                     {"asker", {}, {"9.9.9.9", 4}}};
  const auto told = [&](const std::string& host) {
    std::string names;
    for (const auto& peer : answer(known, {"asker", host, std::nullopt, false}).peers) {
      names += peer.name + " ";
    }
    return names;
  };
  EXPECT_EQ(told("8.8.4.4"), "public ");
  EXPECT_EQ(told("192.168.0.9"), "private public ");
  EXPECT_EQ(told("127.0.0.1"), "loop private public ");
}

TEST(PeerExchange, NeverTellsAPeerOfItselfNorAnythingTwice) {
  const std::vector<KnownPeer> known{
      {"", {}, {"8.8.8.8", 3}}, {"b", {}, {"8.8.8.8", 4}}, {"c", {}, {"8.8.8.8", 4}}};
  const PeerExchange reply = answer(known, {"x", "8.8.8.8", Endpoint{"8.8.8.8", 3}, false});
  ASSERT_EQ(reply.peers.size(), 1U);
  EXPECT_EQ(reply.peers[0].name, "b");
}

TEST(PeerExchange, AnswersAreBounded) {
  std::vector<KnownPeer> known;
  for (std::uint16_t i = 1; i <= 1'000; ++i) known.push_back({"n", {}, {"8.8.8.8", i}});
  EXPECT_EQ(answer(known, {"x", "9.9.9.9", {}, false}).peers.size(), kExchangePeersMax);
  EXPECT_EQ(answer(known, {"x", "9.9.9.9", {}, true}).peers.size(), kExchangePeersBasicMax);
}

TEST(PeerExchange, NobodyOutsideSendsUsToOurOwnDoors) {
  const PeerExchange told{{{"a", {"127.0.0.1", 1}}, {"b", {"10.0.0.1", 1}}, {"c", {"8.8.8.8", 1}}}};
  EXPECT_EQ(worth_trying(told, "9.9.9.9").size(), 1U);
  EXPECT_EQ(worth_trying(told, "10.0.0.2").size(), 2U);
}

TEST(PeerExchange, OneAnswerForOneQuestionAndOneQuestionAMinute) {
  ExchangeTurns turns;
  EXPECT_FALSE(turns.expected());
  turns.asked(0);
  EXPECT_EQ(turns.next_question_us(), kExchangeMs * 1000);
  EXPECT_TRUE(turns.expected());
  EXPECT_FALSE(turns.expected());
  EXPECT_TRUE(turns.may_answer(0));
  EXPECT_FALSE(turns.may_answer(kExchangeAnswerMs * 1000 - 1));
  EXPECT_TRUE(turns.may_answer(kExchangeAnswerMs * 1000));
}

}  // namespace
}  // namespace syrah::p2p
