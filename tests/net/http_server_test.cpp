#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <memory>
#include <vector>

#include "net/loop.h"

namespace syrah::net {
namespace {

using asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t kTimeoutMs = 400;

/// A client on a bare socket.
struct Client {
  Client(asio::io_context& context, std::uint16_t port) : io(context), socket(context) {
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    read();
  }
  void read() {
    socket.async_read_some(asio::buffer(buffer),
                           [this](const asio::error_code& error, std::size_t size) {
                             if (error == asio::error::operation_aborted) {
                               return;
                             }
                             if (error) {
                               ended = true;
                               return;
                             }
                             got.append(buffer.data(), size);
                             read();
                           });
  }
  void send(std::string bytes) {
    const auto kept = std::make_shared<std::string>(std::move(bytes));
    // A server that has seen enough may close while this is being written.
    asio::async_write(socket, asio::buffer(*kept), [kept](const asio::error_code&, std::size_t) {});
  }
  bool until(const std::function<bool()>& condition) { return run_until(io, condition); }
  bool until_got(const std::string& text) {
    return until([&] { return got.find(text) != std::string::npos; });
  }
  bool until_ended() {
    return until([&] { return ended; });
  }

  asio::io_context& io;
  tcp::socket socket;
  std::array<char, 4096> buffer{};
  std::string got;
  bool ended = false;
};

struct HttpServerTest : testing::Test {
  asio::io_context io;
  std::vector<std::pair<std::uint64_t, api::HttpRequest>> requests;
  bool answer = true;  ///< answer each at once with its target
  HttpServer server{
      io,
      {.host = "127.0.0.1", .port = 0, .connections_max = 3, .timeout_ms = kTimeoutMs},
      [this](std::uint64_t id, api::HttpRequest request) {
        requests.emplace_back(id, std::move(request));
        if (answer) {
          server.reply(id, {200, {}, "\"" + requests.back().second.target + "\""});
        }
      }};

  void SetUp() override { ASSERT_TRUE(server.open()); }
  static std::string get(const std::string& target, const std::string& more = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
  }
  static std::string post(const std::string& body) {
    return "POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

TEST_F(HttpServerTest, ARequestBecomesAValueAndItsAnswerGoesBack) {
  answer = false;
  Client client(io, server.port());
  client.send(
      "POST /orders?a=b HTTP/1.1\r\nHost: localhost:8080\r\nCB-ACCESS-KEY: k\r\n"
      "Content-Length: 2\r\n\r\n{}");
  ASSERT_TRUE(client.until([&] { return requests.size() == 1; }));
  const auto& [id, request] = requests.front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/orders?a=b");
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.remote, "127.0.0.1");
  EXPECT_THAT(request.headers, testing::Contains(testing::Pair("CB-ACCESS-KEY", "k")));
  server.reply(id, {.status = 404, .headers = {{"CB-AFTER", "7"}}, .body = "{\"message\":\"no\"}"});
  ASSERT_TRUE(client.until_got("{\"message\":\"no\"}"));
  EXPECT_THAT(client.got, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(client.got, AllOf(HasSubstr("Content-Type: application/json; charset=utf-8\r\n"),
                                HasSubstr("CB-AFTER: 7\r\n"), HasSubstr("Content-Length: 16\r\n")));
  server.reply(id, {});  // a second answer is nobody's
}

TEST_F(HttpServerTest, AConnectionServesOneRequestAfterAnother) {
  Client client(io, server.port());
  client.send(get("/one"));
  ASSERT_TRUE(client.until_got("/one\""));
  client.send(get("/two"));
  ASSERT_TRUE(client.until_got("/two\""));
  EXPECT_FALSE(client.ended);
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Client client(io, server.port());
  client.send(get("/1") + get("/2") + post("{}") + get("/3"));
  ASSERT_TRUE(client.until_got("\"/3\""));
  EXPECT_LT(client.got.find("\"/1\""), client.got.find("\"/2\""));
  EXPECT_LT(client.got.find("\"/2\""), client.got.find("\"/orders\""));
}

TEST_F(HttpServerTest, AHeadRequestGetsNoBody) {
  Client client(io, server.port());
  client.send("HEAD /time HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.until_ended());
  EXPECT_THAT(client.got, AllOf(StartsWith("HTTP/1.1 200"), Not(HasSubstr("/time"))));
}

TEST_F(HttpServerTest, BodiesUpToTheLimitPassLongerOnesDoNot) {
  Client fits(io, server.port());
  fits.send(post(std::string(kHttpBodyBytesMax, ' ')));
  ASSERT_TRUE(fits.until_got("\"/orders\""));

  Client over(io, server.port());
  over.send(post(std::string(kHttpBodyBytesMax + 1, ' ')));
  ASSERT_TRUE(over.until_ended());
  EXPECT_THAT(over.got, StartsWith("HTTP/1.1 413"));

  Client far_over(io, server.port());
  far_over.send(post(std::string(4'000'000, ' ')));
  ASSERT_TRUE(far_over.until_ended());
  EXPECT_EQ(requests.size(), 1U);
}

TEST_F(HttpServerTest, LongHeadersAndTargetsAreRefused) {
  std::string headers;
  for (int i = 0; i < 4; ++i) {
    headers += "X-" + std::to_string(i) + ": " + std::string(2500, 'h') + "\r\n";
  }
  Client sum(io, server.port());
  sum.send(get("/", headers));
  ASSERT_TRUE(sum.until_ended());
  EXPECT_THAT(sum.got, StartsWith("HTTP/1.1 431"));

  Client one(io, server.port());
  one.send(get("/", "X: " + std::string(100'000, 'h') + "\r\n"));
  ASSERT_TRUE(one.until_ended());

  std::string many;
  for (std::size_t i = 0; i < kHttpFieldsMax + 1; ++i) {
    many += "X: 1\r\n";
  }
  Client fields(io, server.port());
  fields.send(get("/", many));
  ASSERT_TRUE(fields.until_ended());

  Client target(io, server.port());
  target.send(get("/" + std::string(kHttpTargetBytesMax, 't')));
  ASSERT_TRUE(target.until_ended());
  EXPECT_THAT(target.got, StartsWith("HTTP/1.1 414"));
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpServerTest, WhatIsNotHttpIsClosed) {
  Client client(io, server.port());
  client.send(std::string("\x16\x03\x01\x02\x00", 5) + "TLS hello\r\n\r\n");
  EXPECT_TRUE(client.until_ended());
}

TEST_F(HttpServerTest, StrangersHostsAndOriginsAreRefused) {
  for (const char* headers :
       {"Host: evil.example\r\n", "", "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nOrigin: http://evil.example\r\n",
        "Host: localhost\r\nOrigin: null\r\n"}) {
    Client client(io, server.port());
    client.send(std::string("GET / HTTP/1.1\r\n") + headers + "\r\n");
    ASSERT_TRUE(client.until_ended()) << headers;
    EXPECT_THAT(client.got, testing::ContainsRegex("^HTTP/1.1 40[03] ")) << headers;
    EXPECT_THAT(client.got, HasSubstr("{\"message\":\"")) << headers;
  }
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpServerTest, AWebSocketHandshakeIsRefused) {
  Client client(io, server.port());
  client.send(get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  ASSERT_TRUE(client.until_ended());
  EXPECT_THAT(client.got, StartsWith("HTTP/1.1 501"));
}

TEST_F(HttpServerTest, ARequestThatTakesTooLongToArriveIsClosed) {
  Client client(io, server.port());
  client.send("GET / HTTP/1.1\r\nHost: loc");
  EXPECT_TRUE(client.until_ended());
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpServerTest, AnAnswerThatTakesTooLongBecomes503AndComesTooLate) {
  answer = false;
  Client client(io, server.port());
  client.send(get("/slow"));
  ASSERT_TRUE(client.until_ended());
  EXPECT_THAT(client.got, AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("{\"message\":\"")));
  EXPECT_EQ(server.waiting(), 0U);
  server.reply(requests.front().first, {});

  // The next one has its full time again.
  answer = true;
  Client next(io, server.port());
  next.send(get("/quick"));
  EXPECT_TRUE(next.until_got("\"/quick\""));
}

TEST_F(HttpServerTest, ConnectionsBeyondTheLimitAreClosedUntilOthersLeave) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(io, server.port()));
    clients.back()->send(get("/"));
    ASSERT_TRUE(clients.back()->until_got("\"/\""));
  }
  Client fourth(io, server.port());
  EXPECT_TRUE(fourth.until_ended());
  EXPECT_EQ(fourth.got, "");
  clients.front()->socket.close();
  EXPECT_TRUE(run_until(io, [&] {
    Client again(io, server.port());
    again.send(get("/again"));
    again.until([&] { return again.ended || !again.got.empty(); });
    return !again.got.empty();
  }));
}

TEST_F(HttpServerTest, RunningOutOfDescriptorsOnceDoesNotMakeItDeaf) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  tcp::socket early(io, tcp::v4());
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  const rlimit none{static_cast<rlim_t>(lowest_free), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  early.connect({asio::ip::make_address("127.0.0.1"), server.port()});
  io.run_for(std::chrono::milliseconds(50));  // the failed accept
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(run_until(io, [&] {
    Client client(io, server.port());
    client.send(get("/back"));
    run_until(
        io, [&] { return client.ended || !client.got.empty(); }, std::chrono::milliseconds(500));
    return !client.got.empty();
  }));
}

TEST_F(HttpServerTest, ATakenPortIsNamed) {
  HttpServer second(io, {.host = "127.0.0.1", .port = server.port()}, nullptr);
  const auto status = second.open();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cannot listen on 127.0.0.1:" + std::to_string(server.port()) +
                                        ": another program uses this port");
}

TEST_F(HttpServerTest, TheServerMayGoWithRequestsUnderWay) {
  auto brief_requests = 0;
  auto brief = std::make_unique<HttpServer>(
      io, HttpSettings{.host = "localhost", .port = 0},
      [&](std::uint64_t, const api::HttpRequest&) { ++brief_requests; });
  ASSERT_TRUE(brief->open());
  Client client(io, brief->port());
  client.send(get("/"));
  ASSERT_TRUE(client.until([&] { return brief_requests == 1; }));
  brief.reset();
  client.socket.close();
  io.run_for(std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace syrah::net
