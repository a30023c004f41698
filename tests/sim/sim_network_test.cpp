// The simulated network keeps order within a connection, loses bytes only where a fault says so,
// and ends what lost some.

#include "sim/sim_network.h"

#include <gtest/gtest.h>

#include "p2p/frame.h"

namespace syrah::sim {
namespace {

struct Port : NetworkPort {
  std::vector<p2p::ConnectionId> opened;
  std::vector<std::string> got;
  std::size_t failed = 0;
  std::size_t ended = 0;

  void connected(p2p::ConnectionId id, const base::Endpoint&, bool) override {
    opened.push_back(id);
  }
  void dial_failed(p2p::ConnectionId, const std::string&) override { ++failed; }
  void received(p2p::ConnectionId, std::string bytes) override { got.push_back(std::move(bytes)); }
  void sent(p2p::ConnectionId, std::size_t) override {}
  void closed(p2p::ConnectionId, const std::string&) override { ++ended; }
};

class SimNetworkTest : public ::testing::Test {
 protected:
  void open(NetworkTerms terms) {
    network_ = std::make_unique<SimNetwork>(scheduler_, terms, 1);
    network_->add_host(a_, {"10.0.1.1", 3000});
    network_->add_host(b_, {"10.0.2.1", 3000});
    network_->host_up(0);
    network_->host_up(1);
    network_->dial(0, 2, {"10.0.2.1", 3000});
    pass(1);
  }
  void pass(std::int64_t seconds) {
    scheduler_.run_until(scheduler_.now_us() + seconds * 1'000'000);
  }
  static NetworkTerms calm() { return {1000, 50'000, 0, 0, 0, 0, 0}; }

  Scheduler scheduler_;
  Port a_;
  Port b_;
  std::unique_ptr<SimNetwork> network_;
};

TEST_F(SimNetworkTest, DeliversInOrderBothWays) {
  open(calm());
  ASSERT_EQ(a_.opened, std::vector<p2p::ConnectionId>{2});
  ASSERT_EQ(b_.opened, std::vector<p2p::ConnectionId>{1});
  std::vector<std::string> sent;
  for (int i = 0; i < 50; ++i) {
    sent.push_back(p2p::encode_frame(std::to_string(i)));
    network_->send(0, 2, sent.back());
  }
  network_->send(1, 1, p2p::encode_frame("back"));
  pass(1);
  EXPECT_EQ(b_.got, sent);
  EXPECT_EQ(a_.got.size(), 1U);
}

TEST_F(SimNetworkTest, WhatWasSentBeforeACloseArrives) {
  open(calm());
  network_->send(0, 2, p2p::encode_frame("bye"));
  network_->close(0, 2);
  pass(1);
  EXPECT_EQ(b_.got.size(), 1U);
  EXPECT_EQ(b_.ended, 1U);
  EXPECT_EQ(a_.ended, 0U) << "who closes knows";
}

TEST_F(SimNetworkTest, ACutSwallowsBytesAndHealingEndsTheConnection) {
  open(calm());
  network_->cut(0, 1);
  network_->send(0, 2, p2p::encode_frame("lost"));
  pass(1);
  EXPECT_TRUE(b_.got.empty());
  EXPECT_EQ(a_.ended + b_.ended, 0U) << "nobody is told";
  network_->send(1, 1, p2p::encode_frame("the other way is open"));
  pass(1);
  EXPECT_EQ(a_.got.size(), 1U);
  network_->heal();
  network_->send(0, 2, p2p::encode_frame("behind a hole"));
  pass(1);
  EXPECT_TRUE(b_.got.empty());
  EXPECT_EQ(a_.ended, 1U);
  EXPECT_EQ(b_.ended, 1U);
}

TEST_F(SimNetworkTest, NobodyReachesAHostThatIsDownOrCutOff) {
  open(calm());
  network_->host_down(1, false);
  pass(1);
  EXPECT_EQ(a_.ended, 1U);
  network_->dial(0, 4, {"10.0.2.1", 3000});
  pass(1);
  EXPECT_EQ(a_.failed, 1U);
  network_->host_up(1);
  network_->cut(1, 0);
  network_->dial(0, 6, {"10.0.2.1", 3000});
  pass(5);
  EXPECT_EQ(a_.failed, 2U);
}

TEST_F(SimNetworkTest, APowerCutIsSilentUntilSomebodyGivesUp) {
  open(calm());
  network_->host_down(1, true);
  pass(1);
  EXPECT_EQ(a_.ended, 0U);
  pass(30);
  EXPECT_EQ(a_.ended, 1U);
}

TEST_F(SimNetworkTest, DropsAndDoublesWholeFramesAfterTheHandshake) {
  NetworkTerms terms = calm();
  terms.drop_ppm = 300'000;
  terms.duplicate_ppm = 300'000;
  open(terms);
  for (int i = 0; i < 100; ++i) network_->send(0, 2, p2p::encode_frame(std::to_string(i)));
  pass(1);
  ASSERT_GE(b_.got.size(), 4U);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(b_.got[static_cast<std::size_t>(i)], p2p::encode_frame(std::to_string(i)));
  }
  EXPECT_GT(network_->traffic().lost, 10U);
  EXPECT_GT(network_->traffic().doubled, 10U);
  EXPECT_EQ(b_.got.size(), 100 - network_->traffic().lost + network_->traffic().doubled);
}

}  // namespace
}  // namespace syrah::sim
