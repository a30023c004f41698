#include "grenache/tunnel_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "grenache/outputs.h"
#include "grenache/rpc_limits.h"

namespace syrah::grenache {
namespace {

class TunnelServerTest : public testing::Test {
 protected:
  template <class Kind>
  std::vector<Kind> take() {
    return tests::take_outputs<Kind>(out);
  }
  static std::string name(int tunnel) { return fmt::format("{:032x}", tunnel); }

  /// Sends a request of a tunnel; its number in the list of requests.
  std::uint64_t ask(int tunnel, std::uint64_t number, const std::string& bytes = "",
                    const std::string& host = "host",
                    const std::optional<std::string>& close = std::nullopt) {
    const RpcRequest rpc{fmt::format("rid-{}", ++requests), "svc",
                         encode_tunnel_request({name(tunnel), number, bytes, close})};
    server.request(requests, rpc, host, now, out);
    return requests;
  }
  /// The reply to a request among the outputs, which are forgotten.
  std::optional<TunnelReply> reply_to(std::uint64_t request) {
    for (const RpcReply& reply : take<RpcReply>()) replies[reply.request] = reply.body;
    const auto found = replies.find(request);
    if (found == replies.end()) return std::nullopt;
    const auto result = decode_reply(found->second, fmt::format("rid-{}", request));
    EXPECT_TRUE(result);
    if (result->error) {
      error = *result->error;
      return std::nullopt;
    }
    return *decode_tunnel_reply(result->result);
  }
  /// The same where there must be one.
  TunnelReply answer_to(std::uint64_t request) {
    const auto reply = reply_to(request);
    EXPECT_TRUE(reply) << "no reply";
    return reply.value_or(TunnelReply{"no reply", true, ""});
  }
  std::string error_to(std::uint64_t request) {
    error.clear();
    reply_to(request);
    return error;
  }
  std::uint64_t open(int tunnel, const std::string& host = "host") {
    EXPECT_TRUE(answer_to(ask(tunnel, 0, "", host)).open);
    const auto opened = take<TunnelOpened>();
    EXPECT_EQ(opened.size(), 1U);
    return opened.empty() ? 0 : opened.front().connection;
  }
  void pass_ms(std::int64_t time_ms) {
    now.steady_us += time_ms * 1000;
    server.tick(now, out);
  }

  TunnelServer server{"svc"};
  base::Time now{1'000'000, 0};
  Outputs out;
  std::uint64_t requests = 0;
  std::map<std::uint64_t, std::string> replies;
  std::string error;
};

TEST_F(TunnelServerTest, TheFirstRequestOpensAndIsAnsweredAtOnce) {
  const std::uint64_t request = ask(1, 0);
  const auto opened = take<TunnelOpened>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].connection, (1ULL << 62U) + 1);
  EXPECT_EQ(opened[0].remote.host, "host");
  EXPECT_FALSE(opened[0].dialled);
  EXPECT_TRUE(answer_to(request).open);
  EXPECT_EQ(open(2), (1ULL << 62U) + 3);
}

TEST_F(TunnelServerTest, ARequestIsHeldUntilThereAreBytes) {
  const std::uint64_t connection = open(1);
  const std::uint64_t request = ask(1, 1);
  pass_ms(19'999);
  EXPECT_FALSE(reply_to(request));
  server.send(connection, "news", now, out);
  EXPECT_EQ(take<TunnelSent>().front().bytes, 4U);
  EXPECT_EQ(answer_to(request).bytes, "news");
}

TEST_F(TunnelServerTest, ARequestIsHeldForTwentySecondsAtMost) {
  open(1);
  const std::uint64_t request = ask(1, 1);
  EXPECT_EQ(server.next_deadline_us(), now.steady_us + 20'000'000);
  pass_ms(20'000);
  const auto reply = reply_to(request);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->open);
  EXPECT_EQ(reply->bytes, "");
}

TEST_F(TunnelServerTest, BytesWaitForARequest) {
  const std::uint64_t connection = open(1);
  server.send(connection, "one ", now, out);
  server.send(connection, "two", now, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(answer_to(ask(1, 1)).bytes, "one two");
}

TEST_F(TunnelServerTest, ANewerRequestFreesTheOlder) {
  open(1);
  const std::uint64_t older = ask(1, 1);
  const std::uint64_t newer = ask(1, 2, "bytes");
  EXPECT_EQ(answer_to(older).bytes, "");
  EXPECT_FALSE(reply_to(newer));
  EXPECT_EQ(take<TunnelReceived>().front().bytes, "bytes");
}

TEST_F(TunnelServerTest, RequestsAreTakenInOrder) {
  open(1);
  const std::uint64_t later = ask(1, 2, "later");
  EXPECT_TRUE(out.empty());
  const std::uint64_t first = ask(1, 1, "first ");
  std::string received;
  for (const TunnelReceived& bytes : take<TunnelReceived>()) received += bytes.bytes;
  EXPECT_EQ(received, "first later");
  EXPECT_TRUE(reply_to(first));
  EXPECT_FALSE(reply_to(later));
}

TEST_F(TunnelServerTest, ARequestTooFarAheadIsRefused) {
  open(1);
  EXPECT_TRUE(error_to(ask(1, 3)).starts_with("ERR_REQUEST_GENERIC: tunnel: number 3"));
}

TEST_F(TunnelServerTest, ARequestWhosePredecessorNeverComesTimesOut) {
  open(1);
  const std::uint64_t first = ask(1, 2, "x");
  const std::uint64_t again = ask(1, 2, "x");
  EXPECT_EQ(error_to(first), "ERR_TIMEOUT") << "one is kept";
  pass_ms(20'000);
  EXPECT_EQ(error_to(again), "ERR_TIMEOUT");
  EXPECT_TRUE(take<TunnelReceived>().empty());
}

TEST_F(TunnelServerTest, ARepeatedRequestGetsTheSameReply) {
  const std::uint64_t connection = open(1);
  server.send(connection, "once", now, out);
  take<TunnelSent>();
  EXPECT_EQ(answer_to(ask(1, 1, "up")).bytes, "once");
  take<TunnelReceived>();
  take<TunnelSent>();
  EXPECT_EQ(answer_to(ask(1, 1, "up")).bytes, "once");
  EXPECT_EQ(answer_to(ask(1, 0)).bytes, "");
  EXPECT_TRUE(out.empty()) << "nothing happens twice";
}

TEST_F(TunnelServerTest, RepeatingTheRequestThatIsHeldAnswersBoth) {
  open(1);
  const std::uint64_t held = ask(1, 1);
  const std::uint64_t again = ask(1, 1);
  EXPECT_TRUE(answer_to(held).open);
  EXPECT_TRUE(answer_to(again).open);
}

TEST_F(TunnelServerTest, RepliesOfLongAgoAreForgotten) {
  open(1);
  for (std::uint64_t number = 1; number <= 4; ++number) ask(1, number);
  take<RpcReply>();
  EXPECT_NE(error_to(ask(1, 0)), "");
  EXPECT_NE(error_to(ask(1, 1)), "");
  EXPECT_EQ(error_to(ask(1, 2)), "");
  EXPECT_EQ(error_to(ask(1, 3)), "");
}

TEST_F(TunnelServerTest, TheOtherSideCloses) {
  const std::uint64_t connection = open(1);
  const std::uint64_t held = ask(1, 1);
  const std::uint64_t last = ask(1, 2, "last words", "host", "bye");
  EXPECT_TRUE(answer_to(held).open);
  EXPECT_FALSE(answer_to(last).open);
  EXPECT_EQ(take<TunnelReceived>().front().bytes, "last words");
  EXPECT_EQ(take<TunnelClosed>().front().reason, "bye");
  EXPECT_FALSE(server.has(connection));
  EXPECT_FALSE(answer_to(ask(1, 2, "last words", "host", "bye")).open) << "a repetition";
  EXPECT_FALSE(answer_to(ask(1, 3)).open);
  EXPECT_TRUE(out.empty());
}

TEST_F(TunnelServerTest, LastBytesAreGivenAgainAfterTheClose) {
  const std::uint64_t connection = open(1);
  server.send(connection, "last words", now, out);
  server.close(connection, now, out);
  EXPECT_TRUE(server.has(connection));
  const auto reply = reply_to(ask(1, 1));
  EXPECT_EQ(reply->bytes, "last words");
  EXPECT_FALSE(reply->open);
  EXPECT_EQ(take<TunnelClosed>().size(), 1U);
  pass_ms(9'000);
  EXPECT_EQ(answer_to(ask(1, 1)).bytes, "last words");
  pass_ms(1'000);
  EXPECT_FALSE(answer_to(ask(1, 1)).open);
  EXPECT_EQ(server.next_deadline_us(), INT64_MAX) << "nothing is left of it";
}

TEST_F(TunnelServerTest, ACloseWithoutARequestLingersForASecond) {
  const std::uint64_t connection = open(1);
  server.send(connection, "lost", now, out);
  server.close(connection, now, out);
  pass_ms(999);
  EXPECT_TRUE(take<TunnelClosed>().empty());
  pass_ms(1);
  EXPECT_EQ(take<TunnelClosed>().size(), 1U);
  EXPECT_FALSE(answer_to(ask(1, 1)).open);
}

TEST_F(TunnelServerTest, SilenceEndsIt) {
  const std::uint64_t connection = open(1);
  pass_ms(44'999);
  EXPECT_TRUE(server.has(connection));
  pass_ms(1);
  EXPECT_FALSE(server.has(connection));
  EXPECT_EQ(take<TunnelClosed>().size(), 1U);
}

TEST_F(TunnelServerTest, AHostOpensSixteenInTenSeconds) {
  for (int i = 1; i <= 16; ++i) open(i);
  const auto refused = reply_to(ask(17, 0));
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->open);
  EXPECT_NE(refused->reason, "");
  EXPECT_TRUE(out.empty());
  open(18, "another host");
  pass_ms(10'000);
  open(17);
}

TEST_F(TunnelServerTest, TunnelsAreBoundedAndThoseThatAreOverGiveWay) {
  const int most = static_cast<int>(kTunnelsServedMax);
  for (int i = 1; i <= most; ++i) open(i, fmt::format("host {}", i));
  EXPECT_FALSE(answer_to(ask(500, 0, "", "new host")).open);
  ask(5, 1, "", "host 5", "bye");
  out.clear();
  open(501, "new host");
  EXPECT_FALSE(answer_to(ask(502, 0, "", "newer host")).open);
}

TEST_F(TunnelServerTest, TooManyBytesCloseIt) {
  const std::uint64_t connection = open(1);
  server.send(connection, std::string(kTunnelUnsentBytesMax, 'x'), now, out);
  EXPECT_TRUE(server.has(connection));
  server.send(connection, "x", now, out);
  EXPECT_FALSE(server.has(connection));
  EXPECT_EQ(take<TunnelClosed>().front().reason, "more bytes wait than may");
  EXPECT_FALSE(answer_to(ask(1, 1)).open);
}

TEST_F(TunnelServerTest, GarbageGetsAnErrorAndChangesNothing) {
  for (const RpcRequest& rpc :
       {RpcRequest{"r", "other", encode_tunnel_request({name(1), 0, "", std::nullopt})},
        RpcRequest{"r", "svc", "null"}, RpcRequest{"r", "svc", R"({"action":"hello"})"},
        RpcRequest{"r", "svc", R"({"type":"tunnel"})"}}) {
    server.request(1, rpc, "host", now, out);
    ASSERT_EQ(out.size(), 1U);
    const auto reply = decode_reply(std::get<RpcReply>(out[0]).body, "r");
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->error->starts_with("ERR_REQUEST_GENERIC: ")) << *reply->error;
    out.clear();
  }
  EXPECT_FALSE(answer_to(ask(9, 1)).open) << "an unknown tunnel";
  EXPECT_EQ(server.next_deadline_us(), INT64_MAX);
}

}  // namespace
}  // namespace syrah::grenache
