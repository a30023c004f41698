#include "net/websocket_server.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <memory>

#include "net/http_server.h"
#include "net/loop.h"
#include "net/websocket_client.h"

namespace syrah::net {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

/// A client on a bare socket; reads only while it is told to.
struct Client {
  Client(asio::io_context& context, std::uint16_t port, const std::string& more = "",
         const std::string& target = "/")
      : io(context), socket(context) {
    socket.open(tcp::v4());
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
         "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         more + "\r\n");
    read();
  }
  void read() {
    socket.async_read_some(asio::buffer(buffer),
                           [this](const asio::error_code& error, std::size_t size) {
                             if (error == asio::error::operation_aborted) return;
                             if (error) {
                               ended = true;
                               return;
                             }
                             got.append(buffer.data(), size);
                             if (reads) read();
                           });
  }
  void send(std::string bytes) {
    const auto kept = std::make_shared<std::string>(std::move(bytes));
    asio::async_write(socket, asio::buffer(*kept), [kept](const asio::error_code&, std::size_t) {});
  }
  bool until_got(const std::string& text) {
    return run_until(io, [&] { return got.find(text) != std::string::npos; });
  }
  bool until_ended() {
    return run_until(io, [&] { return ended; });
  }

  asio::io_context& io;
  tcp::socket socket;
  std::array<char, 65536> buffer{};
  std::string got;
  bool reads = true;
  bool ended = false;
};

struct WebSocketServerTest : testing::Test {
  asio::io_context io;
  std::vector<api::StreamId> opened;
  std::vector<std::string> received;
  std::map<api::StreamId, std::size_t> sent;
  std::vector<api::StreamId> closed;
  HttpServer server{
      io,
      {.host = "127.0.0.1", .port = 0, .connections_max = 3, .timeout_ms = 400},
      [this](std::uint64_t id, const api::HttpRequest& request) {
        server.reply(id, {200, {}, "\"" + request.target + "\""});
      },
      StreamEvents{[this](api::StreamId id) { opened.push_back(id); },
                   [this](api::StreamId, std::string text) { received.push_back(std::move(text)); },
                   [this](const std::vector<std::pair<api::StreamId, std::size_t>>& bytes) {
                     for (const auto& [id, size] : bytes) sent[id] += size;
                   },
                   [this](api::StreamId id, const std::string&) { closed.push_back(id); }}};

  void SetUp() override { ASSERT_TRUE(server.open()); }
  bool until(const std::function<bool()>& condition) { return run_until(io, condition); }
  static api::StreamText text(std::string said) {
    return std::make_shared<const std::string>(std::move(said));
  }
  static std::string frame(Opcode opcode, std::string_view payload) {
    std::string bytes;
    append_frame(bytes, opcode, payload);
    return bytes;
  }
};

TEST_F(WebSocketServerTest, MessagesGoBothWays) {
  Client client(io, server.port());
  // The example of RFC 6455, section 1.3.
  ASSERT_TRUE(client.until_got("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
  EXPECT_THAT(client.got, StartsWith("HTTP/1.1 101 "));
  client.send(text_frame("hello") + text_frame("world"));
  ASSERT_TRUE(until([&] { return received.size() == 2; }));
  EXPECT_THAT(received, testing::ElementsAre("hello", "world"));
  server.send({{opened.at(0)}, {text("one"), text("two")}});
  ASSERT_TRUE(client.until_got(frame(Opcode::kText, "one") + frame(Opcode::kText, "two")));
  EXPECT_TRUE(until([&] { return sent[opened.at(0)] == 6; }));
}

TEST_F(WebSocketServerTest, HostAndOriginAreCheckedAsForRequests) {
  for (const std::string header :
       {"Origin: http://evil.example\r\n", "Host: evil.example\r\n", "Origin: null\r\n"}) {
    Client client(io, server.port(), header);
    ASSERT_TRUE(client.until_ended()) << header;
    EXPECT_THAT(client.got, testing::ContainsRegex("^HTTP/1.1 40[03] ")) << header;
  }
  Client own(io, server.port(),
             "Origin: http://127.0.0.1:" + std::to_string(server.port()) + "\r\n");
  EXPECT_TRUE(own.until_got("HTTP/1.1 101"));
  Client elsewhere(io, server.port(), "", "/products");
  ASSERT_TRUE(elsewhere.until_ended());
  EXPECT_THAT(elsewhere.got, StartsWith("HTTP/1.1 404"));
  EXPECT_EQ(opened.size(), 1U);
}

TEST_F(WebSocketServerTest, PingsAreAnsweredAndClosingIsAnsweredToo) {
  Client client(io, server.port());
  ASSERT_TRUE(client.until_got("101"));
  client.send(masked_frame(0x89, "are you there"));
  ASSERT_TRUE(client.until_got(frame(Opcode::kPong, "are you there")));
  client.send(masked_frame(0x88, "\x03\xE8"));
  ASSERT_TRUE(client.until_got("\x88"));
  ASSERT_TRUE(client.until_ended());
  client.socket.close();
  EXPECT_TRUE(until([&] { return closed == opened; }));
}

TEST_F(WebSocketServerTest, AnAnnouncementOf3GiBCostsNothingAndEndsTheConnection) {
  Client client(io, server.port());
  ASSERT_TRUE(client.until_got("101"));
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  client.send(std::string("\x81\xFF\x00\x00\x00\x00\xC0\x00\x00\x00mask", 14));
  ASSERT_TRUE(client.until_ended());
  EXPECT_THAT(client.got, HasSubstr("\x03\xF1"));  // 1009: too large
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 * 1024);  // KiB
}

TEST_F(WebSocketServerTest, ASlowClientIsClosedWithItsCodeAndOthersGoOn) {
  Client slow(io, server.port());
  Client good(io, server.port());
  ASSERT_TRUE(slow.until_got("101") && good.until_got("101"));
  slow.reads = false;
  ASSERT_TRUE(until([&] { return opened.size() == 2; }));
  const auto large = text(std::string(1024 * 1024, 'a'));
  for (int i = 0; i < 16; ++i) server.send({opened, {large}});
  ASSERT_TRUE(until([&] { return sent[opened.at(1)] == 16U * 1024 * 1024; }));
  EXPECT_LT(sent[opened.at(0)], 16U * 1024 * 1024);
  server.close_stream({opened.at(0), 1008, "too slow"});
  slow.reads = true;
  slow.read();
  ASSERT_TRUE(slow.until_ended());
  EXPECT_THAT(slow.got.substr(slow.got.size() - 12), HasSubstr("\x03\xF0too slow"));
  EXPECT_LT(slow.got.size(), 16U * 1024 * 1024);
  slow.socket.close();
  EXPECT_TRUE(until([&] { return closed.size() == 1; }));
  server.send({{opened.at(1)}, {text("still here")}});
  EXPECT_TRUE(good.until_got("still here"));
}

TEST_F(WebSocketServerTest, StreamsTakeNoPlaceFromRequests) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 10; ++i) {  // of 3 connections that the server takes
    clients.push_back(std::make_unique<Client>(io, server.port()));
    ASSERT_TRUE(clients.back()->until_got("101"));
  }
  EXPECT_EQ(server.streams(), 10U);
  clients.clear();
  EXPECT_TRUE(until([&] { return server.streams() == 0; }));
}

}  // namespace
}  // namespace syrah::net
