#include "net/http_client.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/limits.h"
#include "net/loop.h"

namespace syrah::net {
namespace {

using asio::ip::tcp;
using grenache::HttpAnswer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string with_length(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A server that answers each request with what the test wants.
class Peer {
 public:
  struct Said {
    std::string bytes;
    bool closes = false;  ///< the connection, afterwards
  };
  /// Given the number of the connection and its request. No bytes: no answer.
  using Script = std::function<Said(std::size_t connection, const std::string& request)>;

  Peer(asio::io_context& io, Script script)
      : acceptor_(io, {asio::ip::make_address("127.0.0.1"), 0}), script_(std::move(script)) {
    accept();
  }
  base::Endpoint endpoint() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }

  std::vector<std::string> requests;
  std::size_t connections = 0;
  std::size_t ended = 0;  ///< by the client

 private:
  struct Link {
    explicit Link(tcp::socket taken) : socket(std::move(taken)) {}
    tcp::socket socket;
    std::array<char, 4096> buffer{};
    std::string unread;
    std::size_t number = 0;
  };

  void accept() {
    acceptor_.async_accept([this](const asio::error_code& error, tcp::socket socket) {
      if (error) {
        return;
      }
      auto link = std::make_shared<Link>(std::move(socket));
      link->number = ++connections;
      read(link);
      accept();
    });
  }
  void read(const std::shared_ptr<Link>& link) {
    link->socket.async_read_some(asio::buffer(link->buffer),
                                 [this, link](const asio::error_code& error, std::size_t size) {
                                   if (error) {
                                     ended += error != asio::error::operation_aborted ? 1 : 0;
                                     return;
                                   }
                                   link->unread.append(link->buffer.data(), size);
                                   take(link);
                                 });
  }
  void take(const std::shared_ptr<Link>& link) {
    const auto head = link->unread.find("\r\n\r\n");
    const auto field = link->unread.find("Content-Length: ");
    if (head == std::string::npos || field == std::string::npos) {
      return read(link);
    }
    const std::size_t size = head + 4 + std::stoul(link->unread.substr(field + 16));
    if (link->unread.size() < size) {
      return read(link);
    }
    requests.push_back(link->unread.substr(0, size));
    link->unread.erase(0, size);
    const auto said = std::make_shared<Said>(script_(link->number, requests.back()));
    asio::async_write(link->socket, asio::buffer(said->bytes),
                      [this, link, said](const asio::error_code& error, std::size_t) {
                        if (error || said->closes) {
                          link->socket.close();
                          return;
                        }
                        read(link);
                      });
  }

  tcp::acceptor acceptor_;
  Script script_;
};

struct HttpClientTest : testing::Test {
  asio::io_context io;
  std::map<std::uint64_t, HttpAnswer> answers;
  std::unique_ptr<HttpClient> client =
      std::make_unique<HttpClient>(io, [this](std::uint64_t call, HttpAnswer answer) {
        EXPECT_FALSE(posting) << "reported from within post()";
        EXPECT_TRUE(answers.emplace(call, std::move(answer)).second) << "reported twice: " << call;
      });
  std::uint64_t last_call = 0;
  bool posting = false;

  std::uint64_t post(const base::Endpoint& to, std::string body = "[]",
                     std::int64_t timeout_ms = 10'000, std::string path = "/") {
    const std::uint64_t call = ++last_call;
    posting = true;
    client->post({call, to, std::move(path), std::move(body), timeout_ms});
    posting = false;
    return call;
  }
  HttpAnswer answer_to(std::uint64_t call) {
    EXPECT_TRUE(run_until(io, [&] { return answers.contains(call); }));
    return answers[call];
  }
  /// What a client hears from a server that says this and closes.
  HttpAnswer hears(const std::string& bytes) {
    Peer peer(io, [&](std::size_t, const std::string&) { return Peer::Said{bytes, true}; });
    return answer_to(post(peer.endpoint()));
  }
};

TEST_F(HttpClientTest, PostsTheBodyAsJsonAndBringsTheAnswer) {
  Peer peer(io, [](std::size_t, const std::string&) {
    return Peer::Said{"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n[]"};
  });
  const auto answer = answer_to(post(peer.endpoint(), "{\"a\":1}", 5000, "/lookup"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "[]");
  EXPECT_EQ(answer.error, "");
  ASSERT_EQ(peer.requests.size(), 1U);
  EXPECT_THAT(
      peer.requests[0],
      AllOf(StartsWith("POST /lookup HTTP/1.1\r\nHost: " + peer.endpoint().text()),
            HasSubstr("\r\nContent-Type: application/json\r\n"),
            HasSubstr("\r\nContent-Length: 7\r\n"), testing::EndsWith("\r\n\r\n{\"a\":1}")));
  EXPECT_THAT(peer.requests[0], AllOf(Not(HasSubstr("Expect")), Not(HasSubstr("Accept-Encoding")),
                                      Not(HasSubstr("Upgrade"))));
}

TEST_F(HttpClientTest, LongBodiesAreSentWhole) {
  Peer peer(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("1")}; });
  const std::string body(kRpcBodyBytesMax, 'x');
  EXPECT_EQ(answer_to(post(peer.endpoint(), body)).status, 200);
  EXPECT_THAT(peer.requests[0], testing::EndsWith("\r\n\r\n" + body));
  EXPECT_EQ(answer_to(post(peer.endpoint(), "")).status, 200);
}

TEST_F(HttpClientTest, TakesChunkedAnswersAndThoseThatEndWithTheConnection) {
  EXPECT_EQ(hears("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n")
                .body,
            "[1,2]");
  EXPECT_EQ(hears("HTTP/1.1 200 OK\r\n\r\n[3]").body, "[3]");
  EXPECT_EQ(
      hears("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n4").body,
      "4");
}

TEST_F(HttpClientTest, RefusedConnectionsSaySo) {
  tcp::acceptor closed(io, {asio::ip::make_address("127.0.0.1"), 0});
  const base::Endpoint nobody{"127.0.0.1", closed.local_endpoint().port()};
  closed.close();
  const auto answer = answer_to(post(nobody));
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.error, "connection refused");
  EXPECT_THAT(answer_to(post({"not a host", 1})).error, HasSubstr("host"));
}

TEST_F(HttpClientTest, NoAnswerInTimeIsTheEndOfACall) {
  std::size_t asked = 0;
  Peer silent(io, [&](std::size_t, const std::string&) {
    return ++asked == 1 ? Peer::Said{}
                        : Peer::Said{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12"};
  });
  EXPECT_EQ(answer_to(post(silent.endpoint(), "[]", 50)).error, "no answer in 50 ms");
  const auto half = answer_to(post(silent.endpoint(), "[]", 60));
  EXPECT_EQ(half.error, "no answer in 60 ms");
  EXPECT_EQ(half.status, 0);
  EXPECT_EQ(half.body, "");
  // It also ended the connections: nobody waits for what may still come there.
  EXPECT_TRUE(run_until(io, [&] { return silent.ended == 2; }));
}

TEST_F(HttpClientTest, ACallWithoutTimeEndsAtOnce) {
  Peer silent(io, [](std::size_t, const std::string&) { return Peer::Said{}; });
  EXPECT_EQ(answer_to(post(silent.endpoint(), "[]", 0)).status, 0);
}

TEST_F(HttpClientTest, BodiesUpToTheLimitPassLongerOnesDoNot) {
  EXPECT_EQ(hears(with_length(std::string(kHttpReplyBytesMax, ' '))).body.size(),
            kHttpReplyBytesMax);
  const auto over = hears(with_length(std::string(kHttpReplyBytesMax + 1, ' ')));
  EXPECT_EQ(over.error, "the answer is longer than 1048576 bytes");
  EXPECT_EQ(over.status, 0);
  EXPECT_EQ(over.body, "");

  // Length not told before.
  EXPECT_EQ(hears("HTTP/1.1 200 OK\r\n\r\n" + std::string(kHttpReplyBytesMax + 1, ' ')).error,
            "the answer is longer than 1048576 bytes");
}

TEST_F(HttpClientTest, LongHeadersAreRefused) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  while (many.size() <= kHttpReplyHeaderBytesMax) {
    many += "X: y\r\n";
  }
  EXPECT_EQ(hears(many + "Content-Length: 1\r\n\r\n1").error,
            "the headers of the answer are longer than 16384 bytes");

  std::string provisional;
  while (provisional.size() <= kHttpReplyHeaderBytesMax) {
    provisional += "HTTP/1.1 103 Early Hints\r\n\r\n";
  }
  EXPECT_EQ(hears(provisional + with_length("1")).error,
            "the headers of the answer are longer than 16384 bytes");
}

TEST_F(HttpClientTest, WhatIsNotHttpIsNoAnswer) {
  for (const char* garbage :
       {"garbage\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\r\n\r\n\r\n"}) {
    const auto answer = hears(garbage);
    EXPECT_EQ(answer.status, 0) << garbage;
    EXPECT_EQ(answer.error, "the answer is not HTTP") << garbage;
  }
  const auto chunk = hears("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n");
  EXPECT_EQ(chunk.status, 0);
  EXPECT_THAT(chunk.error, HasSubstr("chunk"));
}

TEST_F(HttpClientTest, AnAnswerThatBreaksOffIsNone) {
  EXPECT_EQ(hears("").error, "the connection was closed without an answer");
  for (const char* half : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"}) {
    const auto answer = hears(half);
    EXPECT_EQ(answer.error, "the connection was closed in the middle of the answer");
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.body, "");
  }
}

TEST_F(HttpClientTest, RedirectsAreAnswersAndNotFollowed) {
  Peer elsewhere(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("1")}; });
  const auto answer =
      hears("HTTP/1.1 302 Found\r\nLocation: http://" + elsewhere.endpoint().text() +
            "/\r\nContent-Length: 24\r\n\r\n302 sequence number less");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.body, "302 sequence number less");
  EXPECT_EQ(elsewhere.connections, 0U);
}

TEST_F(HttpClientTest, ProxiesOfTheEnvironmentAreNotAsked) {
  Peer proxy(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("proxy")}; });
  ::setenv("http_proxy", ("http://" + proxy.endpoint().text()).c_str(), 1);
  EXPECT_EQ(hears(with_length("direct")).body, "direct");
  ::unsetenv("http_proxy");
  EXPECT_EQ(proxy.connections, 0U);
}

TEST_F(HttpClientTest, CallsOneAfterAnotherShareAConnection) {
  Peer peer(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("1")}; });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(answer_to(post(peer.endpoint())).status, 200);
  }
  EXPECT_EQ(peer.connections, 1U);
  EXPECT_EQ(peer.requests.size(), 5U);
}

TEST_F(HttpClientTest, AKeptConnectionThatBreaksBeforeAnyByteIsReplacedByAFreshOne) {
  Peer peer(io, [&](std::size_t connection, const std::string&) {
    const bool breaks = connection == 1 && peer.requests.size() == 2;
    return breaks ? Peer::Said{"", true} : Peer::Said{with_length(std::to_string(connection))};
  });
  EXPECT_EQ(answer_to(post(peer.endpoint(), "[1]")).body, "1");
  EXPECT_EQ(answer_to(post(peer.endpoint(), "[2]")).body, "2");
  EXPECT_EQ(peer.connections, 2U);
  ASSERT_EQ(peer.requests.size(), 3U);
  EXPECT_EQ(peer.requests[1], peer.requests[2]);
}

TEST_F(HttpClientTest, AKeptConnectionThatWasClosedMeanwhileIsNotUsed) {
  Peer peer(io, [](std::size_t connection, const std::string&) {
    return Peer::Said{with_length(std::to_string(connection)), true};
  });
  EXPECT_EQ(answer_to(post(peer.endpoint())).body, "1");
  EXPECT_EQ(answer_to(post(peer.endpoint())).body, "2");
  EXPECT_EQ(peer.requests.size(), 2U);
}

TEST_F(HttpClientTest, ManyCallsGoOnAtOnce) {
  Peer peer(io, [](std::size_t, const std::string& request) {
    return Peer::Said{with_length(request.substr(request.find("\r\n\r\n") + 4))};
  });
  for (int i = 0; i < 200; ++i) {
    post(peer.endpoint(), "[" + std::to_string(i) + "]");
  }
  EXPECT_EQ(client->active(), 200U);
  ASSERT_TRUE(run_until(io, [&] { return answers.size() == 200; }));
  for (const auto& [call, answer] : answers) {
    EXPECT_EQ(answer.body, "[" + std::to_string(call - 1) + "]") << answer.error;
  }
  EXPECT_EQ(client->active(), 0U);
  // Not all of the connections are kept.
  EXPECT_TRUE(
      run_until(io, [&] { return peer.connections - peer.ended <= kHttpIdleConnectionsMax; }))
      << peer.connections << " - " << peer.ended;
}

TEST_F(HttpClientTest, CallsBeyondTheLimitFailAndOthersGoOn) {
  Peer silent(io, [](std::size_t, const std::string&) { return Peer::Said{}; });
  for (std::size_t i = 0; i < kHttpCallsMax; ++i) {
    post(silent.endpoint());
  }
  const auto beyond = post(silent.endpoint());
  EXPECT_EQ(answer_to(beyond).error, "256 calls are under way already");
  EXPECT_EQ(answers.size(), 1U);
  EXPECT_EQ(client->active(), kHttpCallsMax);
}

TEST_F(HttpClientTest, CancelledCallsAreNotAnsweredAndLaterOnesAre) {
  bool silent = true;
  Peer peer(io, [&](std::size_t, const std::string&) {
    return silent ? Peer::Said{} : Peer::Said{with_length("1")};
  });
  for (int i = 0; i < 10; ++i) {
    post(peer.endpoint());
  }
  ASSERT_TRUE(run_until(io, [&] { return peer.requests.size() == 10; }));
  client->cancel_all();
  EXPECT_EQ(client->active(), 0U);
  EXPECT_TRUE(run_until(io, [&] { return peer.ended == 10; }));
  silent = false;
  EXPECT_EQ(answer_to(post(peer.endpoint())).status, 200);
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(HttpClientTest, TheClientMayGoWithCallsInEveryState) {
  Peer peer(io, [&](std::size_t, const std::string&) {
    return peer.requests.size() == 1 ? Peer::Said{with_length("1")} : Peer::Said{};
  });
  answer_to(post(peer.endpoint()));  // leaves an idle connection
  post(peer.endpoint());
  post(peer.endpoint());
  ASSERT_TRUE(run_until(io, [&] { return peer.requests.size() == 3; }));
  post(peer.endpoint());
  post({"localhost", peer.endpoint().port});
  io.poll_one();
  post({"localhost", peer.endpoint().port});
  client.reset();
  EXPECT_TRUE(run_until(io, [&] { return peer.ended == peer.connections; }));
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(HttpClientTest, TheClientMayGoWhileItReports) {
  Peer peer(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("1")}; });
  int told = 0;
  client = std::make_unique<HttpClient>(io, [&](std::uint64_t, const HttpAnswer&) {
    ++told;
    client.reset();
  });
  for (int i = 0; i < 5; ++i) {
    post(peer.endpoint());
  }
  ASSERT_TRUE(run_until(io, [&] { return client == nullptr; }));
  EXPECT_TRUE(run_until(io, [&] { return peer.ended == peer.connections; }));
  EXPECT_EQ(told, 1);
}

TEST_F(HttpClientTest, AnAnswerMayLeadToTheNextCall) {
  Peer peer(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("1")}; });
  std::uint64_t last = 0;
  client = std::make_unique<HttpClient>(io, [&](std::uint64_t call, const HttpAnswer&) {
    last = call;
    if (call < 20) {
      client->post({call + 1, peer.endpoint(), "/", "[]", 10'000});
    }
  });
  client->post({1, peer.endpoint(), "/", "[]", 10'000});
  ASSERT_TRUE(run_until(io, [&] { return last == 20; }));
  EXPECT_EQ(peer.connections, 1U);
}

TEST_F(HttpClientTest, NamesAreLookedUpBesideTheLoop) {
  EXPECT_NE(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS, 0)
      << "this libcurl blocks the loop during name lookups";
  Peer peer(io, [](std::size_t, const std::string&) { return Peer::Said{with_length("1")}; });
  EXPECT_EQ(answer_to(post({"localhost", peer.endpoint().port})).status, 200);
}

}  // namespace
}  // namespace syrah::net
