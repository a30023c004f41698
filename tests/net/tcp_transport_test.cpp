#include "net/tcp_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <map>
#include <optional>
#include <vector>

#include "net/limits.h"
#include "net/loop.h"

namespace syrah::net {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;

/// One side: a transport and what it reported.
struct Side : TransportEvents {
  explicit Side(asio::io_context& io, std::size_t connections_max = kConnectionsMax)
      : transport(io, *this, connections_max) {}

  void connected(ConnectionId id, const Endpoint& remote, bool dialled) override {
    remotes[id] = remote;
    (dialled ? dialled_open : accepted_open).push_back(id);
  }
  void dial_failed(ConnectionId id, const std::string& reason) override { failures[id] = reason; }
  void received(ConnectionId id, std::string bytes) override {
    got[id] += bytes;
    if (echo) {
      transport.send(id, std::move(bytes));
    }
  }
  void sent(ConnectionId id, std::size_t bytes) override { left[id] += bytes; }
  void closed(ConnectionId id, const std::string& reason) override {
    EXPECT_FALSE(ends.contains(id)) << "reported twice";
    ends[id] = reason;
  }
  void accept_troubled(const std::string& reason) override { troubles.push_back(reason); }

  Endpoint here() { return {.host = "127.0.0.1", .port = transport.listening_port()}; }

  TcpTransport transport;
  bool echo = false;
  std::map<ConnectionId, Endpoint> remotes;
  std::vector<ConnectionId> dialled_open, accepted_open;
  std::map<ConnectionId, std::string> failures, got, ends;
  std::map<ConnectionId, std::size_t> left;
  std::vector<std::string> troubles;
};

struct TcpTransportTest : testing::Test {
  asio::io_context io;
  Side server{io};
  Side client{io};

  void SetUp() override { ASSERT_TRUE(server.transport.listen("127.0.0.1", 0)); }
  bool until(const std::function<bool()>& condition) { return run_until(io, condition); }
  /// Opens connection `id` from client to server; gives the server's id of it.
  ConnectionId connect(ConnectionId id = 2) {
    const std::size_t before = server.accepted_open.size();
    client.transport.dial(id, server.here());
    EXPECT_TRUE(
        until([&] { return client.remotes.contains(id) && server.accepted_open.size() > before; }));
    return server.accepted_open.empty() ? 0 : server.accepted_open.back();
  }
};

TEST_F(TcpTransportTest, WhatIsSentComesBackAndIsCounted) {
  server.echo = true;
  const ConnectionId accepted = connect();
  EXPECT_EQ(accepted % 2, 1U);
  EXPECT_EQ(client.remotes[2], server.here());
  EXPECT_EQ(server.remotes[accepted].host, "127.0.0.1");
  client.transport.send(2, "hello ");
  client.transport.send(2, "there");
  EXPECT_TRUE(until([&] { return client.got[2] == "hello there" && client.left[2] == 11; }));
}

TEST_F(TcpTransportTest, ManyBytesInManyPiecesArriveWholeAndInOrder) {
  const ConnectionId accepted = connect();
  std::string expected;
  std::size_t piece = 1;
  while (expected.size() < 3'000'000) {
    std::string bytes(piece, static_cast<char>('a' + piece % 26));
    expected += bytes;
    client.transport.send(2, std::move(bytes));
    piece = piece * 7 % 100'003;
  }
  EXPECT_TRUE(until([&] { return server.got[accepted].size() >= expected.size(); }));
  EXPECT_TRUE(server.got[accepted] == expected);
  EXPECT_TRUE(until([&] { return client.left[2] == expected.size(); }));
}

TEST_F(TcpTransportTest, ASideThatDoesNotReadIsDroppedBeforeItFillsMemory) {
  tcp::acceptor deaf(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  client.transport.dial(2, {.host = "127.0.0.1", .port = deaf.local_endpoint().port()});
  ASSERT_TRUE(until([&] { return client.remotes.contains(2); }));
  for (int i = 0; i < 1000 && !client.ends.contains(2); ++i) {
    client.transport.send(2, std::string(64 * 1024, 'x'));
    io.poll();
  }
  EXPECT_TRUE(until([&] { return client.ends.contains(2); }));
  EXPECT_THAT(client.ends[2], HasSubstr("does not read"));
}

TEST_F(TcpTransportTest, CloseLetsTheLastBytesLeaveAndBothSidesHearOfIt) {
  const ConnectionId accepted = connect();
  server.transport.send(accepted, "never read by the side that says goodbye");
  const std::string goodbye(2'000'000, 'g');
  client.transport.send(2, goodbye);
  client.transport.close(2);
  client.transport.send(2, "ignored after close");
  EXPECT_TRUE(until([&] { return client.ends.contains(2) && server.ends.contains(accepted); }));
  EXPECT_EQ(server.got[accepted].size(), goodbye.size());
  EXPECT_EQ(client.ends[2], "closed here");
  EXPECT_EQ(server.ends[accepted], "closed by the other side");
  EXPECT_EQ(client.transport.connection_count(), 0U);
  EXPECT_EQ(server.transport.connection_count(), 0U);
}

TEST_F(TcpTransportTest, CloseDoesNotWaitForASideThatStays) {
  tcp::acceptor deaf(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  client.transport.dial(2, {.host = "127.0.0.1", .port = deaf.local_endpoint().port()});
  ASSERT_TRUE(until([&] { return client.remotes.contains(2); }));
  client.transport.close(2);
  EXPECT_TRUE(until([&] { return client.ends.contains(2); }));
}

TEST_F(TcpTransportTest, ARefusedDialSaysWhereAndWhy) {
  tcp::acceptor gone(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  const std::uint16_t port = gone.local_endpoint().port();
  gone.close();
  client.transport.dial(2, {.host = "127.0.0.1", .port = port});
  EXPECT_TRUE(client.failures.empty()) << "reported from within the call";
  ASSERT_TRUE(until([&] { return client.failures.contains(2); }));
  EXPECT_THAT(client.failures[2], HasSubstr("127.0.0.1:" + std::to_string(port)));
  EXPECT_THAT(client.failures[2], HasSubstr("refused"));
  EXPECT_FALSE(client.ends.contains(2));
}

TEST_F(TcpTransportTest, HostNamesAreLookedUpAndUnknownOnesFail) {
  client.transport.dial(2, {.host = "localhost", .port = server.transport.listening_port()});
  client.transport.dial(4, {.host = "no-such-host.invalid", .port = 3000});
  ASSERT_TRUE(until([&] { return client.remotes.contains(2) && client.failures.contains(4); }));
  EXPECT_NE(client.failures[4], "");
}

TEST_F(TcpTransportTest, ADialThatIsClosedFails) {
  client.transport.dial(2, server.here());
  client.transport.close(2);
  ASSERT_TRUE(until([&] { return client.failures.contains(2); }));
  EXPECT_FALSE(client.remotes.contains(2));
}

TEST_F(TcpTransportTest, ATakenPortIsNamed) {
  const Endpoint taken = server.here();
  const auto status = client.transport.listen(taken.host, taken.port);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cannot listen on 127.0.0.1:" + std::to_string(taken.port) +
                                        ": another program uses this port");
  const auto elsewhere = client.transport.listen("192.0.2.1", 3000);
  ASSERT_FALSE(elsewhere);
  EXPECT_THAT(elsewhere.error().message, HasSubstr("does not have that address"));
}

TEST_F(TcpTransportTest, AnIPv4PeerOfAnIPv6ListenerIsShownAsIPv4) {
  Side both{io};
  if (!both.transport.listen("::", 0)) {
    GTEST_SKIP() << "no IPv6 here";
  }
  client.transport.dial(2, {.host = "127.0.0.1", .port = both.transport.listening_port()});
  ASSERT_TRUE(until([&] { return !both.accepted_open.empty(); }));
  EXPECT_EQ(both.remotes.begin()->second.host, "127.0.0.1");
}

TEST_F(TcpTransportTest, ConnectionsBeyondTheLimitAreClosedAndOthersGoOn) {
  Side small{io, 2};
  ASSERT_TRUE(small.transport.listen("127.0.0.1", 0));
  client.transport.dial(2, small.here());
  client.transport.dial(4, small.here());
  ASSERT_TRUE(until([&] { return small.accepted_open.size() == 2; }));
  client.transport.dial(6, small.here());
  EXPECT_TRUE(until([&] { return client.ends.contains(6) || client.failures.contains(6); }));
  small.transport.dial(2, server.here());
  EXPECT_TRUE(until([&] { return small.failures.contains(2); }));
  small.echo = true;
  client.transport.send(2, "still here");
  EXPECT_TRUE(until([&] { return client.got[2] == "still here"; }));
}

TEST_F(TcpTransportTest, WithoutDescriptorsAcceptingPausesAndGoesOnLater) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto& troubles = server.troubles;
  // The undefined behaviour sanitizer looks at a virtual call's object through a pipe, which needs
  // descriptors; it does not look again at what it has seen.
  TransportEvents& told = server;
  told.accept_troubled("");
  server.troubles.clear();
  tcp::socket waiting(io, tcp::v4());  // its descriptor exists before they run out
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  const rlimit none{static_cast<rlim_t>(lowest_free), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  waiting.connect({asio::ip::make_address("127.0.0.1"), server.transport.listening_port()});
  const bool troubled = run_until(io, [&troubles] { return !troubles.empty(); });
  const std::size_t steps = io.run_for(std::chrono::milliseconds(3 * kAcceptPauseMs));
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(troubled);
  EXPECT_LT(steps, 20U) << "spins";
  EXPECT_EQ(server.troubles.size(), 1U) << "told again and again";
  EXPECT_TRUE(until([&] { return !server.accepted_open.empty(); }));
}

TEST_F(TcpTransportTest, ATransportMayGoWithConnectionsOpen) {
  std::optional<Side> brief;
  brief.emplace(io);
  brief->transport.dial(2, server.here());
  ASSERT_TRUE(until([&] { return !server.accepted_open.empty(); }));
  brief->transport.dial(4, {.host = "localhost", .port = 1});
  brief.reset();
  EXPECT_TRUE(until([&] { return server.ends.size() == 1; }));
}

}  // namespace
}  // namespace syrah::net
