// Both ends of a tunnel together, on a wire that works: what a session above notices.

#include <gtest/gtest.h>

#include "tunnel_wire.h"

namespace syrah::grenache::tests {
namespace {

constexpr std::int64_t kWayUs = 10'000;  ///< there or back

class Tunnel : public testing::Test {
 protected:
  Tunnel() : wire(1, Faults{0, 0, 0, 0, kWayUs, kWayUs}) {
    wire.dial(2);
    wire.run_ms(50);
  }
  End& client() { return wire.client_end(2); }
  End& server() { return wire.server_end(2); }

  TunnelWire wire;
};

TEST_F(Tunnel, OpensAtBothEnds) {
  EXPECT_TRUE(client().opened);
  EXPECT_TRUE(server().opened);
  EXPECT_TRUE(wire.client.has(2));
}

TEST_F(Tunnel, BytesOfEitherSideLeaveAtOnce) {
  for (int i = 0; i < 5; ++i) {
    std::int64_t sent_us = wire.now.steady_us;
    wire.client_sends(2, "question");
    wire.run_ms(100);
    EXPECT_EQ(server().received_us - sent_us, kWayUs);
    sent_us = wire.now.steady_us;
    wire.server_sends(2, "answer");
    wire.run_ms(100);
    EXPECT_EQ(client().received_us - sent_us, kWayUs);
  }
  EXPECT_EQ(server().received, client().sent);
  EXPECT_EQ(client().received, server().sent);
}

TEST_F(Tunnel, BytesThatMustWaitDoSoForOneRoundTrip) {
  wire.client_sends(2, "a");
  wire.client_sends(2, "b");
  wire.server_sends(2, "c");
  wire.server_sends(2, "d");
  const std::int64_t sent_us = wire.now.steady_us;
  wire.run_ms(1000);
  EXPECT_EQ(server().received, "ab");
  EXPECT_EQ(client().received, "cd");
  EXPECT_LE(server().received_us - sent_us, 3 * kWayUs);
  EXPECT_LE(client().received_us - sent_us, 3 * kWayUs);
}

TEST_F(Tunnel, AnIdleOneCostsThreeCallsAMinute) {
  const std::size_t before = wire.calls;
  wire.run_ms(600'000);
  EXPECT_LE(wire.calls - before, 30U);
  EXPECT_FALSE(client().over || server().over);
}

TEST_F(Tunnel, ABeatingOneCostsOneCallForEachBeat) {
  const std::size_t before = wire.calls;
  for (int i = 0; i < 60; ++i) {
    wire.client_sends(2, "beat");
    wire.run_ms(5'000);
  }
  EXPECT_LE(wire.calls - before, 61U);
  EXPECT_EQ(wire.under_way_max, 2U);
}

TEST_F(Tunnel, NoMoreThanTwoCallsAreUnderWay) {
  for (int i = 0; i < 200; ++i) {
    wire.client_sends(2, std::string(5'000, 'x'));
    wire.server_sends(2, std::string(7'000, 'y'));
    wire.run_ms(3);
  }
  wire.run_ms(1'000);
  EXPECT_EQ(wire.under_way_max, 2U);
  EXPECT_TRUE(server().received == client().sent);
  EXPECT_TRUE(client().received == server().sent);
}

TEST_F(Tunnel, MoreThanOneCallCarriesArrivesInSeveral) {
  const std::string much(kTunnelUnsentBytesMax, 'x');
  wire.client_sends(2, much);
  wire.server_sends(2, much);
  EXPECT_LE(client().told_sent, 2 * kTunnelBytesPerCallMax) << "the rest presses back";
  EXPECT_LE(server().told_sent, 2 * kTunnelBytesPerCallMax);
  wire.run_ms(5'000);
  EXPECT_EQ(server().received.size(), much.size());
  EXPECT_EQ(client().received.size(), much.size());
  EXPECT_EQ(client().told_sent, much.size());
  EXPECT_EQ(server().told_sent, much.size());
}

TEST_F(Tunnel, WhatWasSentBeforeAClientClosesArrives) {
  wire.client_sends(2, std::string(3 * kTunnelBytesPerCallMax, 'x'));
  wire.client_closes(2);
  wire.client_sends(2, "too late");
  wire.run_ms(999);
  EXPECT_EQ(server().received.size(), 3 * kTunnelBytesPerCallMax);
  EXPECT_TRUE(client().over && server().over);
  EXPECT_EQ(server().reason, "closed by the other side");
  EXPECT_EQ(client().reason, "closed here");
}

TEST_F(Tunnel, WhatWasSentBeforeAServerClosesArrives) {
  wire.server_sends(2, std::string(3 * kTunnelBytesPerCallMax, 'x'));
  wire.server_closes(2);
  wire.server_sends(2, "too late");
  wire.run_ms(999);
  EXPECT_EQ(client().received.size(), 3 * kTunnelBytesPerCallMax);
  EXPECT_TRUE(client().over && server().over);
  EXPECT_EQ(client().reason, "closed by the other side");
  EXPECT_EQ(server().reason, "closed here");
}

TEST_F(Tunnel, ClosingBothEndsAtOnceEndsBothOnce) {
  wire.server_closes(2);
  wire.client_closes(2);
  wire.client_closes(2);
  wire.run_ms(999);
  EXPECT_TRUE(client().over && server().over);
  EXPECT_FALSE(wire.client.has(2));
}

TEST_F(Tunnel, ACloseThatIsNotHeardEndsAfterASecond) {
  wire.faults.lose_request = 1'000'000;
  wire.faults.silent = 1'000'000;
  wire.client_closes(2);
  wire.run_ms(999);
  EXPECT_FALSE(client().over);
  wire.run_ms(1);
  EXPECT_TRUE(client().over);
  wire.run_ms(45'000);
  EXPECT_TRUE(server().over) << "it heard nothing";
}

TEST_F(Tunnel, ClosingWhileDiallingFailsTheDialAndEndsTheOtherSide) {
  wire.dial(4);
  wire.client_closes(4);
  wire.run_ms(999);
  EXPECT_TRUE(wire.client_end(4).over);
  EXPECT_FALSE(wire.client_end(4).opened);
  EXPECT_TRUE(wire.server_end(4).opened);
  EXPECT_TRUE(wire.server_end(4).over);
}

TEST_F(Tunnel, ACutOfFiveSecondsIsSurvived) {
  wire.faults.lose_request = wire.faults.lose_reply = 1'000'000;
  wire.client_sends(2, "during the cut");
  wire.server_sends(2, "also during it");
  wire.run_ms(5'000);
  wire.faults = Faults{};
  wire.run_ms(10'000);
  EXPECT_FALSE(client().over || server().over);
  EXPECT_EQ(server().received, client().sent);
  EXPECT_EQ(client().received, server().sent);
}

TEST_F(Tunnel, ACallThatIsSwallowedIsRepeatedSoonerThanItsTimeout) {
  wire.faults.lose_request = wire.faults.silent = 1'000'000;
  wire.client_sends(2, "swallowed");
  wire.faults = Faults{};
  const std::int64_t sent_us = wire.now.steady_us;
  wire.run_ms(10'000);
  EXPECT_EQ(server().received, "swallowed");
  EXPECT_LE(server().received_us - sent_us, kTunnelStallMs * 1000 + 100'000);
  EXPECT_FALSE(client().over);
}

TEST_F(Tunnel, ACutForGoodEndsBothEnds) {
  wire.faults.lose_request = wire.faults.silent = 1'000'000;
  wire.client_sends(2, "never heard");
  wire.run_ms(10'000);
  EXPECT_TRUE(client().over);
  EXPECT_TRUE(client().reason.starts_with("no answer for 10 s"));
  wire.run_ms(35'000);
  EXPECT_TRUE(server().over);
}

TEST_F(Tunnel, AServerThatStartedAnewEndsIt) {
  wire.server = TunnelServer("svc");
  wire.client_sends(2, "hello?");
  wire.run_ms(kTunnelStallMs + 100);  // the poll that the old server held is repeated
  EXPECT_TRUE(client().over);
  EXPECT_EQ(client().reason, "no such tunnel here");
}

TEST_F(Tunnel, AllCanBeClosed) {
  wire.dial(4);
  wire.run_ms(50);
  Outputs out;
  wire.server.close_all(wire.now, out);
  EXPECT_EQ(std::count_if(
                out.begin(), out.end(),
                [](const Output& output) { return std::holds_alternative<TunnelClosed>(output); }),
            2);
  out.clear();
  wire.client.close_all(wire.now, out);
  EXPECT_EQ(
      std::count_if(out.begin(), out.end(),
                    [](const Output& output) { return std::holds_alternative<HttpCall>(output); }),
      2);
}

}  // namespace
}  // namespace syrah::grenache::tests
