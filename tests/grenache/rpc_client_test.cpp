#include "grenache/rpc_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "grenache/rpc_message.h"

namespace syrah::grenache {
namespace {

using ::testing::HasSubstr;

class RpcClientTest : public ::testing::Test {
 protected:
  std::vector<HttpCall> map_to(std::size_t peers) {
    std::vector<base::Endpoint> endpoints;
    for (std::size_t i = 0; i < peers; ++i) {
      endpoints.push_back({"10.0.0.1", static_cast<std::uint16_t>(1000 + i)});
    }
    Outputs out;
    last_map = client.map("p2p_exchange", R"({"a":1})", endpoints, 5000, out);
    std::vector<HttpCall> calls;
    for (Output& one : out) calls.push_back(std::get<HttpCall>(one));
    return calls;
  }
  static std::string rid_of(const HttpCall& call) {
    return std::get<RpcRequest>(decode_request(call.body)).rid;
  }

  CallNumbers numbers;
  RpcClient client{numbers, 7};
  std::uint64_t last_map = 0;
};

TEST_F(RpcClientTest, AllPeersAreCalledAtOnceWithRequestsOfTheirOwn) {
  const auto calls = map_to(3);
  ASSERT_EQ(calls.size(), 3U);
  std::set<std::string> rids;
  for (const HttpCall& call : calls) {
    const auto request = std::get<RpcRequest>(decode_request(call.body));
    EXPECT_EQ(request.key, "p2p_exchange");
    EXPECT_EQ(request.payload, R"({"a":1})");
    EXPECT_EQ(call.path, "/");
    EXPECT_EQ(call.timeout_ms, 5000);
    rids.insert(request.rid);
  }
  EXPECT_EQ(rids.size(), 3U);
}

TEST_F(RpcClientTest, EachPeerHasItsOwnResult) {
  const auto calls = map_to(3);
  const auto good =
      client.answered(calls[1].call, {200, encode_result(rid_of(calls[1]), R"({"ok":true})"), ""});
  ASSERT_TRUE(good && good->result.ok());
  EXPECT_EQ(*good->result, R"({"ok":true})");
  EXPECT_EQ(good->peer.port, 1001);
  EXPECT_EQ(good->map, last_map);
  EXPECT_EQ(good->missing, 2U);
  const auto late = client.answered(calls[0].call, {0, "", "no answer in 5 s"});
  ASSERT_TRUE(late && !late->result.ok());
  EXPECT_EQ(late->result.error().message, "no answer in 5 s");
  const auto refused =
      client.answered(calls[2].call, {200, encode_error(rid_of(calls[2]), "ERR_X: why"), ""});
  ASSERT_TRUE(refused && !refused->result.ok());
  EXPECT_THAT(refused->result.error().message, HasSubstr("ERR_X"));
  EXPECT_EQ(refused->missing, 0U);
  EXPECT_EQ(client.under_way(), 0U);
}

TEST_F(RpcClientTest, AnswersToOthersCallsOrWithAForeignRidAreNotBelieved) {
  const auto calls = map_to(1);
  EXPECT_FALSE(client.answered(calls[0].call + 1, {200, "[]", ""}));
  const auto foreign = client.answered(calls[0].call, {200, encode_result("other", "1"), ""});
  ASSERT_TRUE(foreign);
  EXPECT_FALSE(foreign->result.ok());
  EXPECT_FALSE(client.answered(calls[0].call, {200, "", ""})) << "answered once";
}

TEST_F(RpcClientTest, NobodyToCallIsNoTrouble) {
  EXPECT_TRUE(map_to(0).empty());
  EXPECT_NE(last_map, 0U);
}

}  // namespace
}  // namespace syrah::grenache
