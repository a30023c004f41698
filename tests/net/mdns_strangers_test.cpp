// What anyone on the local network may send, and what becomes of it.

#include <gtest/gtest.h>

#include <asio/ip/multicast.hpp>
#include <asio/ip/udp.hpp>

#include "net/mdns.h"
#include "net/mdns_limits.h"
#include "net/mdns_side.h"

namespace syrah::net {
namespace {

using namespace std::chrono_literals;  // NOLINT
using MdnsStrangersTest = MdnsTest;

/// Sends raw packets to everyone on loopback.
struct Stranger {
  explicit Stranger(asio::io_context& io) : socket(io, asio::ip::udp::v4()) {
    socket.set_option(asio::ip::multicast::outbound_interface(asio::ip::address_v4::loopback()));
    socket.set_option(asio::ip::udp::socket::reuse_address(true));
#ifdef SO_REUSEPORT
    socket.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
#endif
    socket.bind({asio::ip::address_v4::loopback(), 5353});
  }

  void say(const std::string& packet) {
    socket.send_to(asio::buffer(packet), {asio::ip::make_address("224.0.0.251"), 5353});
  }

  asio::ip::udp::socket socket;
};

std::string number(std::size_t value) {
  return {static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
}

std::string name(const std::vector<std::string>& labels) {
  std::string bytes;
  for (const std::string& label : labels) {
    bytes += static_cast<char>(label.size());
    bytes += label;
  }
  return bytes + '\0';
}

/// The last of its name and type, as the highest bit of the class says; else one of several.
std::string record(std::size_t type, const std::string& owner, const std::string& content,
                   std::size_t seconds = 120, bool flush = false) {
  return owner + number(type) + number(flush ? 0x8001 : 1) + number(0) + number(seconds) +
         number(content.size()) + content;
}

std::string answer(const std::vector<std::string>& records) {
  std::string bytes =
      number(0) + number(0x8400) + number(0) + number(records.size()) + number(0) + number(0);
  for (const std::string& one : records) bytes += one;
  return bytes;
}

const std::string kType = name({"_syrah", "_tcp", "local"});

std::string service(const std::string& instance, const std::string& host, const std::string& txt,
                    const std::string& ipv4) {
  const std::string full = name({instance, "_syrah", "_tcp", "local"});
  const std::string host_name = name({host, "local"});
  return answer({record(12, kType, full),
                 record(33, full, number(0) + number(0) + number(4099) + host_name, 120, true),
                 record(16, full, txt), record(1, host_name, ipv4)});
}

std::string txt_of(const std::string& id, const std::string& network) {
  std::string bytes;
  for (const std::string& text : {"id=" + id, std::string("v=1"), "net=" + network}) {
    bytes += static_cast<char>(text.size());
    bytes += text;
  }
  return bytes;
}

TEST_F(MdnsStrangersTest, PacketsThatEndAvahiDoNotEndTheNode) {
  MdnsSide a(io, settings('a', 4001));
  MdnsSide b(io, settings('b', 4002));
  Stranger stranger(io);
  ASSERT_TRUE(a.mdns->start());
  const std::string loop = record(5, kType, kType);
  const std::string away = record(5, kType, name({"elsewhere", "local"}), 1);
  for (int round = 0; round < 3; ++round) {
    stranger.say(answer({loop}));
    stranger.say(answer({away, record(12, name({"elsewhere", "local"}), kType, 1)}));
    stranger.say(std::string(9001, 'x'));
    stranger.say("short");
    run_for(1100ms);
  }
  ASSERT_TRUE(b.mdns->start());
  EXPECT_TRUE(until([&] { return a.has_found(b) && b.has_found(a); }));
}

TEST_F(MdnsStrangersTest, AStrangersServiceIsFoundOnlyIfItIsANodesAndCanBeDialled) {
  MdnsSide a(io, settings('a', 4001));
  Stranger stranger(io);
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(until([&] { return !a.mdns->announced_name().empty(); }));
  const std::string host = unique("host");
  const std::string local = {127, 0, 0, 1};
  const std::string many(4, '\xFF');
  stranger.say(service(unique("no-txt"), host, std::string(1, '\0'), local));
  stranger.say(service(unique("bad-id"), host, txt_of("xyz", network), local));
  stranger.say(service(unique("own-id"), host, txt_of(a.settings.node_id, network), local));
  stranger.say(service(unique("many"), unique("many"), txt_of(some_id('d'), network), many));
  stranger.say(service(unique("good"), host, txt_of(some_id('e'), network), local));
  ASSERT_TRUE(until([&] { return !a.found.empty(); }));
  run_for(600ms);
  ASSERT_EQ(a.found.size(), 1U);
  EXPECT_EQ(a.found[0].node_id.substr(0, 2), "ee");
  EXPECT_EQ(a.found[0].endpoint, (base::Endpoint{.host = "127.0.0.1", .port = 4099}));
}

TEST_F(MdnsStrangersTest, AServiceThatMovesToAnotherHostIsFoundThere) {
  MdnsSide a(io, settings('a', 4001));
  Stranger stranger(io);
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(until([&] { return !a.mdns->announced_name().empty(); }));
  const std::string instance = unique("mover");
  const std::string txt = txt_of(some_id('d'), network);
  const auto found_at = [&](const std::string& host) {
    return until([&] { return !a.found.empty() && a.found.back().endpoint.host == host; });
  };
  stranger.say(service(instance, unique("before"), txt, {10, 0, 0, 1}));
  EXPECT_TRUE(found_at("10.0.0.1"));
  run_for(1200ms);  // RFC 6762, section 10.2: records of the last second are not replaced
  stranger.say(service(instance, unique("after"), txt, {10, 0, 0, 2}));
  EXPECT_TRUE(found_at("10.0.0.2"));
}

TEST_F(MdnsStrangersTest, AFloodOfInstancesIsBounded) {
  MdnsSide a(io, settings('a', 4001));
  Stranger stranger(io);
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(until([&] { return !a.mdns->announced_name().empty(); }));
  const std::string prefix = unique("flood");
  const std::string host = unique("host");
  const std::string local = {127, 0, 0, 1};
  const auto full = [&] {
    return std::any_of(a.lines.begin(), a.lines.end(), [](const base::LogLine& line) {
      return line.message.find("too many") != std::string::npos;
    });
  };
  for (std::size_t i = 0; i < kMdnsPeersMax + 40; ++i) {
    stranger.say(service(fmt::format("{}-{}", prefix, i), host,
                         txt_of(fmt::format("{:064x}", i + 1), network), local));
    io.poll();
  }
  EXPECT_TRUE(until(full));
  run_for(500ms);
  EXPECT_LE(a.found.size(), kMdnsPeersMax);
  EXPECT_EQ(a.warnings(), 1U);
}

}  // namespace
}  // namespace syrah::net
