#include "net/rpc_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <map>
#include <memory>
#include <vector>

#include "net/gzip.h"
#include "net/http_client.h"
#include "net/loop.h"

namespace syrah::net {
namespace {

using asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A client on a bare socket.
struct Caller {
  Caller(asio::io_context& context, std::uint16_t port) : io(context), socket(context) {
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    read();
  }
  void read() {
    socket.async_read_some(asio::buffer(buffer),
                           [this](const asio::error_code& error, std::size_t size) {
                             if (error == asio::error::operation_aborted) {
                               return;
                             }
                             ended = bool{error};
                             got.append(buffer.data(), size);
                             if (!ended) {
                               read();
                             }
                           });
  }
  void send(std::string bytes) {
    const auto kept = std::make_shared<std::string>(std::move(bytes));
    // A server that has seen enough may close while this is being written.
    asio::async_write(socket, asio::buffer(*kept), [kept](const asio::error_code&, std::size_t) {});
  }
  bool until_got(const std::string& text) {
    return run_until(io, [&] { return got.find(text) != std::string::npos; });
  }
  bool until_ended() {
    return run_until(io, [&] { return ended; });
  }
  /// After the headers of the one answer there is.
  std::string body() const { return got.substr(got.find("\r\n\r\n") + 4); }

  asio::io_context& io;
  tcp::socket socket;
  std::array<char, 4096> buffer{};
  std::string got;
  bool ended = false;
};

struct RpcServerTest : testing::Test {
  struct Request {
    std::uint64_t id;
    std::string body;
    std::string remote;
  };
  asio::io_context io;
  std::vector<Request> requests;
  std::unique_ptr<RpcServer> server;

  void SetUp() override { open({}); }
  void open(RpcSettings settings) {
    settings.host = "127.0.0.1";
    server = std::make_unique<RpcServer>(
        io, settings, [this](std::uint64_t id, std::string body, const std::string& remote) {
          requests.push_back({id, std::move(body), remote});
        });
    ASSERT_TRUE(server->open());
  }
  bool until_requests(std::size_t count) {
    return run_until(io, [&] { return requests.size() == count; });
  }
  std::string post(const std::string& body, const std::string& more = "") const {
    return "POST / HTTP/1.1\r\nhost: 10.1.2.3:28001\r\ngrc-compress: none\r\n" + more +
           "content-length: " + std::to_string(body.size()) + "\r\nConnection: keep-alive\r\n\r\n" +
           body;
  }
  static std::string packed_post(const std::string& packed) {
    return "POST / HTTP/1.1\r\nhost: 10.1.2.3:28001\r\ngrc-compress: gzip\r\nContent-Length: " +
           std::to_string(packed.size()) + "\r\n\r\n" + packed;
  }
};

TEST_F(RpcServerTest, ARequestComesOutAndItsAnswerGoesBackWithStatus200) {
  Caller caller(io, server->port());
  caller.send(post(R"(["rid","raw:svc",{"n":0}])"));
  ASSERT_TRUE(until_requests(1));
  EXPECT_EQ(requests[0].body, R"(["rid","raw:svc",{"n":0}])");
  EXPECT_EQ(requests[0].remote, "127.0.0.1");
  EXPECT_EQ(server->waiting(), 1U);
  server->reply(requests[0].id, R"(["rid",null,1])");
  ASSERT_TRUE(caller.until_got(R"(["rid",null,1])"));
  EXPECT_THAT(caller.got, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Length: 14"),
                                HasSubstr("Connection: keep-alive"), HasSubstr("Keep-Alive: ")));
  EXPECT_EQ(server->waiting(), 0U);
  server->reply(requests[0].id, "a second answer is nobody's");

  caller.got.clear();
  caller.send("POST /any/path HTTP/1.1\r\nHost: some.name\r\nContent-Length: 2\r\n\r\n[]");
  ASSERT_TRUE(until_requests(2));
  server->reply(requests[1].id, "[2]");
  EXPECT_TRUE(caller.until_got("[2]"));
}

TEST_F(RpcServerTest, AnswersGoBackInAnyOrderAndLater) {
  std::map<std::uint64_t, std::string> answers;
  HttpClient client(io, [&](std::uint64_t call, grenache::HttpAnswer answer) {
    answers[call] = std::move(answer.body);
  });
  for (std::uint64_t call = 1; call <= 100; ++call) {
    client.post({call, {"127.0.0.1", server->port()}, "/", std::to_string(call), 10'000});
  }
  ASSERT_TRUE(until_requests(100));
  // All of them wait now. Others come and go meanwhile.
  Caller caller(io, server->port());
  caller.send(post("[]"));
  ASSERT_TRUE(until_requests(101));
  server->reply(requests[100].id, "[quick]");
  ASSERT_TRUE(caller.until_got("[quick]"));
  EXPECT_TRUE(answers.empty());

  for (std::size_t i = 100; i-- > 0;) {
    server->reply(requests[i].id, "re " + requests[i].body);
  }
  ASSERT_TRUE(run_until(io, [&] { return answers.size() == 100; }));
  for (const auto& [call, body] : answers) {
    EXPECT_EQ(body, "re " + std::to_string(call));
  }
}

TEST_F(RpcServerTest, ARequestMayWaitLongerThanItMayTakeToArrive) {
  open({.transfer_timeout_ms = 100, .answer_timeout_ms = 30'000});
  Caller caller(io, server->port());
  caller.send(post("[]"));
  ASSERT_TRUE(until_requests(1));
  Caller idle(io, server->port());
  ASSERT_TRUE(idle.until_ended());  // it had as long to say something
  EXPECT_FALSE(caller.ended);
  server->reply(requests[0].id, "[late]");
  EXPECT_TRUE(caller.until_got("[late]"));
}

TEST_F(RpcServerTest, ARequestWithoutAnAnswerEndsWith503) {
  open({.answer_timeout_ms = 100});
  Caller caller(io, server->port());
  caller.send(post("[]"));
  ASSERT_TRUE(caller.until_ended());
  EXPECT_THAT(caller.got, StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(server->waiting(), 0U);
  server->reply(requests[0].id, "[late]");
}

TEST_F(RpcServerTest, ARequestThatTakesTooLongToArriveIsClosed) {
  open({.transfer_timeout_ms = 100});
  Caller caller(io, server->port());
  caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n[");
  EXPECT_TRUE(caller.until_ended());
  EXPECT_TRUE(requests.empty());
}

TEST_F(RpcServerTest, BodiesUpToTheLimitPassLongerOnesDoNot) {
  Caller fits(io, server->port());
  fits.send(post(std::string(kRpcBodyBytesMax, ' ')));
  ASSERT_TRUE(until_requests(1));
  EXPECT_EQ(requests[0].body.size(), kRpcBodyBytesMax);

  Caller over(io, server->port());
  over.send(post(std::string(kRpcBodyBytesMax + 1, ' ')));
  ASSERT_TRUE(over.until_ended());
  EXPECT_THAT(over.got, StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(over.body(), "the body is longer than 524288 bytes");

  Caller far_over(io, server->port());
  far_over.send(post(std::string(4'000'000, ' ')));
  ASSERT_TRUE(far_over.until_ended());
  EXPECT_EQ(requests.size(), 1U);
}

TEST_F(RpcServerTest, RequestsBeyondTheLimitAreToldToComeLater) {
  open({.waiting_max = 2});
  std::vector<std::unique_ptr<Caller>> callers;
  for (std::size_t i = 0; i < 2; ++i) {
    callers.push_back(std::make_unique<Caller>(io, server->port()));
    callers.back()->send(post("[]"));
    ASSERT_TRUE(until_requests(i + 1));
  }
  Caller beyond(io, server->port());
  beyond.send(post("[]"));
  ASSERT_TRUE(beyond.until_ended());
  EXPECT_THAT(beyond.got, StartsWith("HTTP/1.1 503"));
  server->reply(requests[0].id, "[0]");
  EXPECT_TRUE(callers[0]->until_got("[0]"));
}

TEST_F(RpcServerTest, PagesInBrowsersAreRefused) {
  for (const char* origin : {"http://evil.example", "null", "http://10.1.2.3:28001"}) {
    Caller page(io, server->port());
    page.send(post("[]", std::string("Origin: ") + origin + "\r\n"));
    ASSERT_TRUE(page.until_ended());
    EXPECT_THAT(page.got, StartsWith("HTTP/1.1 403"));
  }
  Caller opened(io, server->port());
  opened.send("GET / HTTP/1.1\r\nHost: 10.1.2.3:28001\r\n\r\n");
  ASSERT_TRUE(opened.until_got("only POST is allowed"));
  EXPECT_THAT(opened.got, AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: POST")));
  EXPECT_TRUE(requests.empty());
}

TEST_F(RpcServerTest, PackedRequestsAreUnpackedAndTheirAnswersPacked) {
  Caller caller(io, server->port());
  const std::string body = R"(["rid","svc",")" + std::string(100'000, 'x') + "\"]";
  caller.send(packed_post(gzip(body)));
  ASSERT_TRUE(until_requests(1));
  EXPECT_EQ(requests[0].body, body);

  const std::string answer = R"(["rid",null,"wörld"])";
  const std::string packed = gzip(answer);
  server->reply(requests[0].id, answer);
  ASSERT_TRUE(caller.until_got(packed));
  EXPECT_THAT(caller.got, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                                HasSubstr("Content-Length: " + std::to_string(packed.size())),
                                Not(HasSubstr("Content-Encoding"))));
  EXPECT_EQ(gunzip(caller.body(), 1000).value(), answer);

  // The next one on the same connection is not packed.
  caller.send(post("[2]"));
  ASSERT_TRUE(until_requests(2));
  server->reply(requests[1].id, "[two]");
  EXPECT_TRUE(caller.until_got("[two]"));
}

TEST_F(RpcServerTest, PackedBodiesHaveTheSameLimitUnpacked) {
  Caller fits(io, server->port());
  fits.send(packed_post(gzip(std::string(kRpcBodyBytesMax, ' '))));
  ASSERT_TRUE(until_requests(1));

  Caller bomb(io, server->port());
  const std::string packed = gzip(std::string(20'000'000, ' '));
  ASSERT_LT(packed.size(), kRpcBodyBytesMax);
  bomb.send(packed_post(packed));
  ASSERT_TRUE(bomb.until_got("the unpacked text is longer than 524288 bytes"));
  EXPECT_THAT(bomb.got, StartsWith("HTTP/1.1 400"));

  Caller liar(io, server->port());
  liar.send(packed_post("[\"rid\",\"svc\",null]"));
  ASSERT_TRUE(liar.until_got("this is not one gzip text"));
  EXPECT_EQ(requests.size(), 1U);
  EXPECT_EQ(server->waiting(), 1U);
}

TEST_F(RpcServerTest, ATakenPortIsNamed) {
  RpcServer second(io, {.host = "127.0.0.1", .port = server->port()}, nullptr);
  const auto status = second.open();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cannot listen on 127.0.0.1:" + std::to_string(server->port()) +
                                        ": another program uses this port");
}

TEST_F(RpcServerTest, TheServerMayGoWithRequestsUnderWay) {
  Caller caller(io, server->port());
  caller.send(post("[]"));
  ASSERT_TRUE(until_requests(1));
  server->close();
  server.reset();
  caller.socket.close();
  io.poll();
}

}  // namespace
}  // namespace syrah::net
