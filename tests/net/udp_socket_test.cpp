#include "net/udp_socket.h"

#include <gtest/gtest.h>

#include <asio/buffer.hpp>
#include <asio/ip/udp.hpp>
#include <memory>
#include <vector>

#include "net/limits.h"
#include "net/loop.h"

namespace syrah::net {
namespace {

using asio::ip::udp;

struct UdpSocketTest : testing::Test {
  asio::io_context io;
  std::vector<std::pair<base::Endpoint, std::string>> got;
  bool calling = false;
  std::unique_ptr<UdpSocket> socket =
      std::make_unique<UdpSocket>(io, [this](const base::Endpoint& from, std::string bytes) {
        EXPECT_FALSE(calling) << "received from within a call";
        got.emplace_back(from, std::move(bytes));
      });
  udp::socket stranger{io, {asio::ip::make_address("127.0.0.1"), 0}};

  void SetUp() override { ASSERT_TRUE(socket->open("127.0.0.1")); }
  base::Endpoint own() const { return {"127.0.0.1", socket->port()}; }
  void send(const base::Endpoint& to, std::string bytes) {
    calling = true;
    socket->send(to, std::move(bytes));
    calling = false;
  }
  void stranger_sends(const std::string& bytes) {
    stranger.send_to(asio::buffer(bytes), {asio::ip::make_address("127.0.0.1"), socket->port()});
  }
};

TEST_F(UdpSocketTest, DatagramsGoAndComeWithTheirSender) {
  stranger_sends("ask");
  ASSERT_TRUE(run_until(io, [&] { return got.size() == 1; }));
  EXPECT_EQ(got[0].second, "ask");
  EXPECT_EQ(got[0].first, (base::Endpoint{"127.0.0.1", stranger.local_endpoint().port()}));

  send(got[0].first, std::string("an\0swer", 7));
  std::string bytes(100, 'x');
  udp::endpoint from;
  bytes.resize(stranger.receive_from(asio::buffer(bytes), from));
  EXPECT_EQ(bytes, std::string("an\0swer", 7));
  EXPECT_EQ(from.port(), socket->port());
  EXPECT_EQ(socket->lost(), 0U);
}

TEST_F(UdpSocketTest, NamesAreLookedUp) {
  send({"localhost", socket->port()}, "me");
  EXPECT_TRUE(run_until(io, [&] { return got.size() == 1; }));
  send({"no.such.host.invalid", socket->port()}, "me");
  EXPECT_TRUE(run_until(io, [&] { return socket->lost() == 1; }));
}

TEST_F(UdpSocketTest, LongDatagramsAreDroppedAndOthersStillCome) {
  stranger_sends(std::string(kDatagramBytesMax + 1, 'x'));
  stranger_sends(std::string(60'000, 'x'));
  stranger_sends(std::string(kDatagramBytesMax, 'y'));
  stranger_sends("");
  ASSERT_TRUE(run_until(io, [&] { return got.size() == 2; }));
  EXPECT_EQ(got[0].second, std::string(kDatagramBytesMax, 'y'));
  EXPECT_EQ(got[1].second, "");
  EXPECT_EQ(socket->lost(), 2U);

  send(own(), std::string(kDatagramBytesMax + 1, 'x'));
  EXPECT_EQ(socket->lost(), 3U);
  send(own(), std::string(kDatagramBytesMax, 'z'));
  EXPECT_TRUE(run_until(io, [&] { return got.size() == 3; }));
}

TEST_F(UdpSocketTest, WhatCannotBeSentIsCounted) {
  send({"::1", 5}, "six");
  send({"127.0.0.1", 0}, "no port");
  EXPECT_EQ(socket->lost(), 2U);
  UdpSocket unopened(io, nullptr);
  unopened.send(own(), "early");
  EXPECT_EQ(unopened.lost(), 1U);
  EXPECT_EQ(unopened.port(), 0);
}

TEST_F(UdpSocketTest, NobodyAtTheOtherEndIsNoTrouble) {
  const std::uint16_t nobody = stranger.local_endpoint().port();
  stranger.close();
  for (int i = 0; i < 3; ++i) {
    send({"127.0.0.1", nobody}, "anybody?");
    io.poll();
  }
  send(own(), "still here");
  EXPECT_TRUE(run_until(io, [&] { return got.size() == 1; }));
}

TEST_F(UdpSocketTest, ATakenPortAndAWrongAddressAreNamed) {
  UdpSocket second(io, nullptr);
  const auto taken = second.open("127.0.0.1", socket->port());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message, "cannot listen on 127.0.0.1:" + std::to_string(socket->port()) +
                                       ": another program uses this port");
  EXPECT_EQ(second.port(), 0);
  EXPECT_FALSE(second.open("::1"));
  EXPECT_FALSE(second.open("localhost"));
  EXPECT_TRUE(second.open("127.0.0.1"));
}

TEST_F(UdpSocketTest, AfterItsEndNothingIsReceived) {
  stranger_sends("late");
  socket->close();
  io.poll();
  ASSERT_TRUE(socket->open("127.0.0.1"));
  stranger_sends("again");
  ASSERT_TRUE(run_until(io, [&] { return !got.empty(); }));
  EXPECT_EQ(got[0].second, "again");

  send({"localhost", socket->port()}, "under way");
  stranger_sends("late");
  socket.reset();
  io.poll();
  EXPECT_EQ(got.size(), 1U);
}

}  // namespace
}  // namespace syrah::net
