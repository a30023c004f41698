#include "grenache/tunnel_client.h"

#include <gtest/gtest.h>

#include "grenache/outputs.h"
#include "grenache/rpc_limits.h"
#include "grenache/rpc_message.h"

namespace syrah::grenache {
namespace {

const base::Endpoint kPeer{"peer", 1337};

class TunnelClientTest : public testing::Test {
 protected:
  /// The outputs of one kind since the last question.
  template <class Kind>
  std::vector<Kind> take() {
    return tests::take_outputs<Kind>(out);
  }
  HttpCall take_call() {
    auto calls = take<HttpCall>();
    EXPECT_EQ(calls.size(), 1U);
    return calls.empty() ? HttpCall{} : calls.front();
  }
  static RpcRequest rpc_of(const HttpCall& call) {
    return std::get<RpcRequest>(decode_request(call.body));
  }
  static TunnelRequest request_of(const HttpCall& call) {
    return *decode_tunnel_request(rpc_of(call).payload);
  }
  void answer(const HttpCall& call, const TunnelReply& reply) {
    answer_body(call, encode_result(rpc_of(call).rid, encode_tunnel_reply(reply)));
  }
  void answer_body(const HttpCall& call, const std::string& body, int status = 200) {
    EXPECT_TRUE(client.answered(call.call, {status, body, ""}, now, out));
  }
  void fail(const HttpCall& call) {
    EXPECT_TRUE(client.answered(call.call, {0, "", "connection refused"}, now, out));
  }
  void pass_ms(std::int64_t time_ms) {
    now.steady_us += time_ms * 1000;
    client.tick(now, out);
  }
  /// An open tunnel; its first poll.
  HttpCall open(std::uint64_t connection = 2) {
    client.dial(connection, kPeer, now, out);
    answer(take_call(), {});
    EXPECT_EQ(take<TunnelOpened>().size(), 1U);
    return take_call();
  }

  CallNumbers numbers{100};
  TunnelClient client{"svc", numbers, 7};
  base::Time now{1'000'000, 0};
  Outputs out;
};

TEST_F(TunnelClientTest, DialsWithANumberedCall) {
  client.dial(2, kPeer, now, out);
  const HttpCall call = take_call();
  EXPECT_EQ(call.call, 101U);
  EXPECT_EQ(call.to, kPeer);
  EXPECT_EQ(call.path, "/");
  EXPECT_EQ(rpc_of(call).key, "svc");
  EXPECT_EQ(request_of(call).number, 0U);
  EXPECT_EQ(request_of(call).tunnel.size(), 32U);
  EXPECT_TRUE(out.empty());
  answer(call, {});
  const auto opened = take<TunnelOpened>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].connection, 2U);
  EXPECT_EQ(opened[0].remote, kPeer);
  EXPECT_TRUE(opened[0].dialled);
  const HttpCall poll = take_call();
  EXPECT_EQ(request_of(poll).number, 1U);
  EXPECT_EQ(poll.timeout_ms, kTunnelHoldMs + 5'000);
  EXPECT_NE(rpc_of(poll).rid, rpc_of(call).rid);
}

TEST_F(TunnelClientTest, NamesOfTunnelsDiffer) {
  const std::string first = request_of(open(2)).tunnel;
  EXPECT_NE(first, request_of(open(4)).tunnel);
  TunnelClient other("svc", numbers, 8);
  other.dial(2, kPeer, now, out);
  EXPECT_NE(first, request_of(take_call()).tunnel);
}

TEST_F(TunnelClientTest, WhoeverIsNoTunnelServerFailsTheDialAtOnce) {
  const std::vector<std::pair<int, std::string>> answers{
      {404, "not found"},
      {200, "<html>"},
      {200, "[]"},
      {200, R"(["foreign",null,{"bytes":"","open":true}])"},
  };
  std::uint64_t connection = 2;
  for (const auto& [status, body] : answers) {
    client.dial(connection, kPeer, now, out);
    answer_body(take_call(), body, status);
    EXPECT_EQ(take<TunnelFailed>().size(), 1U) << body;
    EXPECT_FALSE(client.has(connection));
    connection += 2;
  }
  client.dial(connection, kPeer, now, out);
  const HttpCall legacy = take_call();
  answer_body(legacy, encode_result(rpc_of(legacy).rid, R"({"success":true})"));
  EXPECT_EQ(take<TunnelFailed>().size(), 1U);

  client.dial(++connection, kPeer, now, out);
  const HttpCall refused = take_call();
  answer(refused, {"", false, "too many tunnels are open"});
  const auto failed = take<TunnelFailed>();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, "too many tunnels are open");
  EXPECT_TRUE(out.empty());
}

TEST_F(TunnelClientTest, ThatNobodyListensIsKnownWithinASecond) {
  client.dial(2, kPeer, now, out);
  const HttpCall first = take_call();
  const std::string body = first.body;
  fail(first);
  int calls = 1;
  while (client.has(2)) {
    ASSERT_LT(client.next_deadline_us(), INT64_MAX);
    now.steady_us = client.next_deadline_us();
    client.tick(now, out);
    for (const HttpCall& call : take<HttpCall>()) {
      ++calls;
      EXPECT_EQ(call.body, body) << "a repetition is the same";
      fail(call);
    }
  }
  EXPECT_LT(now.steady_us, 2'000'000);
  EXPECT_EQ(calls, kTunnelOpenTriesMax);
  EXPECT_EQ(take<TunnelFailed>().size(), 1U);
  EXPECT_EQ(client.next_deadline_us(), INT64_MAX);
}

TEST_F(TunnelClientTest, BytesAreToldAsSentWhenACallCarriesThem) {
  open();
  client.send(2, "one", now, out);
  EXPECT_EQ(request_of(take_call()).bytes, "one");
  EXPECT_EQ(take<TunnelSent>().front().bytes, 3U);
  client.send(2, "two", now, out);
  client.send(2, "three", now, out);
  EXPECT_TRUE(out.empty()) << "two calls are under way";
}

TEST_F(TunnelClientTest, RepliesAreTakenInOrder) {
  const HttpCall poll = open();
  client.send(2, "x", now, out);
  const HttpCall second = take_call();
  take<TunnelSent>();
  answer(second, {"later", true, ""});
  EXPECT_TRUE(out.empty());
  answer(poll, {"first ", true, ""});
  std::string received;
  for (const TunnelReceived& bytes : take<TunnelReceived>()) received += bytes.bytes;
  EXPECT_EQ(received, "first later");
  EXPECT_EQ(request_of(take_call()).number, 3U);
}

TEST_F(TunnelClientTest, ACallThatFailsIsRepeatedAndTheOtherSideAskedToAnswer) {
  const HttpCall poll = open();
  fail(poll);
  pass_ms(100);
  const auto calls = take<HttpCall>();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].body, poll.body);
  EXPECT_EQ(request_of(calls[1]).number, 2U);
  answer(calls[0], {"back", true, ""});
  EXPECT_EQ(take<TunnelReceived>().front().bytes, "back");
  pass_ms(15'000);
  EXPECT_TRUE(client.has(2)) << "the second one is held";
}

TEST_F(TunnelClientTest, AnswersOfRepeatedCallsCountOnce) {
  const HttpCall poll = open();
  client.send(2, "x", now, out);
  const HttpCall second = take_call();
  pass_ms(kTunnelStallMs);
  const auto again = take<HttpCall>();
  ASSERT_EQ(again.size(), 2U);
  answer(again[0], {"once", true, ""});
  answer(poll, {"once", true, ""});
  EXPECT_EQ(take<TunnelReceived>().size(), 1U);
  fail(second);
  answer(again[1], {"", true, ""});
  EXPECT_TRUE(client.has(2));
  EXPECT_FALSE(client.answered(again[1].call, {200, "", ""}, now, out)) << "it was answered";
}

TEST_F(TunnelClientTest, ATimeoutOfTheOtherSideIsAFailedCall) {
  const HttpCall poll = open();
  answer_body(poll, encode_error(rpc_of(poll).rid, kErrTimeout));
  EXPECT_TRUE(client.has(2));
  pass_ms(100);
  EXPECT_EQ(take<HttpCall>().front().body, poll.body);
}

TEST_F(TunnelClientTest, AProxyInTroubleDoesNotEndAnOpenTunnel) {
  answer_body(open(), "Bad Gateway", 502);
  EXPECT_TRUE(client.has(2));
}

TEST_F(TunnelClientTest, AnErrorOfTheOtherSideEndsIt) {
  const HttpCall poll = open();
  answer_body(poll, encode_error(rpc_of(poll).rid, "ERR_REQUEST_GENERIC: no"));
  const auto closed = take<TunnelClosed>();
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].reason, "ERR_REQUEST_GENERIC: no");
}

TEST_F(TunnelClientTest, AServerThatAnswersEmptyAtOnceIsNotAskedWithoutPause) {
  HttpCall poll = open();
  for (int i = 0; i < 5; ++i) {
    answer(poll, {});
    EXPECT_TRUE(take<HttpCall>().empty());
    ASSERT_EQ(client.next_deadline_us(), now.steady_us + kTunnelPollMs * 1000);
    pass_ms(kTunnelPollMs);
    poll = take_call();
  }
  answer(poll, {});
  client.send(2, "x", now, out);
  EXPECT_EQ(request_of(take_call()).bytes, "x") << "bytes do not wait for that";
}

TEST_F(TunnelClientTest, TooManyBytesCloseIt) {
  open();
  client.send(2, "x", now, out);
  client.send(2, std::string(kTunnelUnsentBytesMax, 'x'), now, out);
  EXPECT_TRUE(take<TunnelClosed>().empty());
  take<HttpCall>();
  client.send(2, "x", now, out);
  pass_ms(kTunnelLingerMs);
  EXPECT_EQ(take<TunnelClosed>().front().reason, "more bytes wait than may");
}

TEST_F(TunnelClientTest, TunnelsAreBounded) {
  for (std::uint64_t i = 0; i < kTunnelsDialledMax; ++i) client.dial(2 * i, kPeer, now, out);
  EXPECT_TRUE(take<TunnelFailed>().empty());
  client.dial(1'000, kPeer, now, out);
  EXPECT_EQ(take<TunnelFailed>().front().connection, 1'000U);
}

TEST_F(TunnelClientTest, ForeignCallsAreNotItsMatter) {
  open();
  EXPECT_FALSE(client.answered(7, {200, "", ""}, now, out));
  client.send(8, "x", now, out);
  client.close(8, now, out);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace syrah::grenache
