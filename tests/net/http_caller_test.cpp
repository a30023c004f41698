#include "net/http_caller.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace syrah::net {
namespace {

/// Takes one connection, reads until `end` was seen, answers, and closes.
class OneAnswer {
 public:
  OneAnswer(std::string answer, std::string end) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, generic, size), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer), end = std::move(end)] {
      const int peer = ::accept(socket_, nullptr, nullptr);
      char bytes[4096];
      while (seen_.find(end) == std::string::npos) {
        const ssize_t count = ::read(peer, bytes, sizeof(bytes));
        if (count <= 0) break;
        seen_.append(bytes, static_cast<std::size_t>(count));
      }
      static_cast<void>(!::write(peer, answer.data(), answer.size()));
      ::close(peer);
    });
  }
  ~OneAnswer() {
    wait();
    ::close(socket_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  const std::string& wait() {
    if (thread_.joinable()) thread_.join();
    return seen_;
  }

 private:
  int socket_;
  int port_ = 0;
  std::string seen_;
  std::thread thread_;
};

HttpCall call_to(std::string method, std::string url) {
  HttpCall call;
  call.method = std::move(method);
  call.url = std::move(url);
  return call;
}

TEST(BlockingHttp, SendsWhatItIsGivenAndReturnsWhatComes) {
  OneAnswer server("HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\n\r\nhello", "{\"a\":1}");
  HttpCall call = call_to("PUT", server.url() + "/orders/a%20b?x=1");
  call.headers = {{"CB-ACCESS-KEY", "k"}};
  call.body = "{\"a\":1}";
  const auto reply = call_and_wait(call);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply->status, 409);
  EXPECT_EQ(reply->body, "hello");
  const std::string& seen = server.wait();
  EXPECT_TRUE(seen.starts_with("PUT /orders/a%20b?x=1 HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("CB-ACCESS-KEY: k\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("Content-Type: application/json\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("Content-Length: 7\r\n"), std::string::npos) << seen;
}

TEST(BlockingHttp, MethodsWithoutABodyHaveNone) {
  for (const std::string method : {"GET", "DELETE", "POST"}) {
    OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "\r\n\r\n");
    const auto reply = call_and_wait(call_to(method, server.url() + "/orders"));
    ASSERT_TRUE(reply.ok()) << reply.error().message;
    EXPECT_TRUE(server.wait().starts_with(method + " /orders HTTP/1.1\r\n"));
    EXPECT_EQ(server.wait().find("Content-Type"), std::string::npos);
  }
}

TEST(BlockingHttp, NoAnswerIsUnavailable) {
  OneAnswer server("", "\r\n\r\n");
  const auto closed = call_and_wait(call_to("GET", server.url() + "/"));
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error().code, base::ErrorCode::kUnavailable);
  const auto refused = call_and_wait(call_to("GET", "http://127.0.0.1:1/"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
  EXPECT_FALSE(refused.error().message.empty());
}

TEST(BlockingHttp, OnlyHttp) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "http://", ""}) {
    const auto reply = call_and_wait(call_to("GET", url));
    ASSERT_FALSE(reply.ok()) << url;
    EXPECT_EQ(reply.error().code, base::ErrorCode::kInvalid) << url;
  }
}

}  // namespace
}  // namespace syrah::net
