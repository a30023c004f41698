#include "grenache/rpc_message.h"

#include <gtest/gtest.h>

#include "grenache/rpc_limits.h"

namespace syrah::grenache {
namespace {

RpcRequest read(std::string_view body) {
  const auto read = decode_request(body);
  if (!std::holds_alternative<RpcRequest>(read)) {
    ADD_FAILURE() << std::get<RefusedRequest>(read).reason;
    return {};
  }
  return std::get<RpcRequest>(read);
}

std::string refusal(std::string_view body) {
  const auto read = decode_request(body);
  if (!std::holds_alternative<RefusedRequest>(read)) return "taken";
  EXPECT_NE(std::get<RefusedRequest>(read).reason, "");
  return std::get<RefusedRequest>(read).reply;
}

TEST(RpcMessage, ReadsTheRequestOfAJavaScriptClient) {
  const RpcRequest request =
      read(R"(["80860c8d-43d5-40b9-9aff-4352d7982969","raw:svc",{"hello":"wörld","n":0}])");
  EXPECT_EQ(request.rid, "80860c8d-43d5-40b9-9aff-4352d7982969");
  EXPECT_EQ(request.key, "raw:svc");
  EXPECT_EQ(request.payload, R"({"hello":"wörld","n":0})");
}

TEST(RpcMessage, WritesThatRequestByteForByte) {
  const std::string_view bytes =
      R"(["80860c8d-43d5-40b9-9aff-4352d7982969","raw:svc",{"hello":"wörld","n":0}])";
  EXPECT_EQ(bytes.size(), 75U);
  EXPECT_EQ(encode_request(read(bytes)), bytes);
}

TEST(RpcMessage, ReadsAndWritesTheReplyOfAJavaScriptServer) {
  const std::string_view bytes = R"(["rid-1",null,{"echo":{"a":1},"key":"srv:one"}])";
  const auto reply = decode_reply(bytes, "rid-1");
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->error);
  EXPECT_EQ(reply->result, R"({"echo":{"a":1},"key":"srv:one"})");
  EXPECT_EQ(encode_result("rid-1", reply->result), bytes);
}

TEST(RpcMessage, APayloadIsAnyJsonValue) {
  for (const std::string payload : {"null", "true", "false", "0", "-1.5e3", "\"\"", "\"a\\\"b\"",
                                    "[]", "[1,[2]]", "{}", "\"\\u0001\""}) {
    EXPECT_EQ(read(R"(["r","k",)" + payload + "]").payload, payload);
    const auto reply = decode_reply(encode_result("r", payload), "r");
    ASSERT_TRUE(reply) << payload;
    EXPECT_EQ(reply->result, payload);
  }
}

TEST(RpcMessage, MembersBeyondTheThirdAreIgnored) {
  EXPECT_EQ(read(R"(["r","k",1,{"more":true}])").payload, "1");
}

TEST(RpcMessage, WhatIsNoRequestGetsAReplyWithAnErrorName) {
  EXPECT_EQ(refusal("{}"), R"([null,"ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal("null"), R"([null,"ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal("[]"), R"([null,"ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal(R"([1,"k",null])"), R"([null,"ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal(R"(["","k",null])"), R"([null,"ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal(R"(["r"])"), R"(["r","ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal(R"(["r",7,null])"), R"(["r","ERR_MISSING_ARGS",null])");
  EXPECT_EQ(refusal(R"(["r","k"])"), R"(["r","ERR_MISSING_ARGS",null])");
  for (const std::string body : {"", "hello", "[", "[\"r\",\"k\",1]x"}) {
    EXPECT_TRUE(refusal(body).starts_with(R"([null,"ERR_REQUEST_GENERIC: JSON: )")) << body;
  }
}

TEST(RpcMessage, RequestsAreBounded) {
  const std::string most(kRpcIdBytesMax, 'r');
  EXPECT_EQ(read("[\"" + most + R"(","k",1])").rid, most);
  EXPECT_NE(refusal("[\"" + most + R"(r","k",1])"), "taken");
  EXPECT_NE(refusal(R"(["r",")" + std::string(kRpcKeyBytesMax + 1, 'k') + "\",1]"), "taken");

  const std::string around = R"(["r","k",""])";
  const std::string text(kRpcBodyBytesMax - around.size(), 'x');
  EXPECT_EQ(read(R"(["r","k",")" + text + "\"]").payload.size(), text.size() + 2);
  EXPECT_TRUE(refusal(R"(["r","k",")" + text + "x\"]")
                  .starts_with(R"([null,"ERR_REQUEST_GENERIC: RPC: a body of 524289 bytes)"));
  EXPECT_NE(refusal(R"(["r","k",)" + std::string(9, '[') + std::string(9, ']') + "]"), "taken");
}

TEST(RpcMessage, AReplyMayHaveAnErrorAndAResult) {
  const auto reply = decode_reply(R"(["r","ERR_\u0007X",[1]])", "r");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, "ERR_?X") << "a stranger's text is for a log";
  EXPECT_EQ(reply->result, "[1]");
  EXPECT_EQ(decode_reply(R"(["r","ERR"])", "r")->result, "null");
  EXPECT_EQ(encode_error("r", "ERR_TIMEOUT"), R"(["r","ERR_TIMEOUT",null])");
}

TEST(RpcMessage, WhatIsNoReplyToThisRequestIsAnError) {
  for (const std::string body :
       {"", "null", "{}", "[]", R"(["r"])", R"(["other",null,1])", R"([null,null,1])",
        R"(["r",false,1])", R"(["r",{"message":"x"},1])", R"(["r",null,1]])"}) {
    EXPECT_FALSE(decode_reply(body, "r")) << body;
  }
  const auto refused = decode_reply(R"([null,"ERR_HEADER_PARSE_GR",null])", "r");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("ERR_HEADER_PARSE_GR"), std::string::npos);
  EXPECT_FALSE(decode_reply(std::string(kRpcBodyBytesMax + 1, ' '), "r"));
}

TEST(RpcMessage, ReasonsAreCutBetweenCharacters) {
  std::string text(kRpcReasonBytesMax - 1, 'a');
  EXPECT_EQ(printable_reason(text + "ö"), text);
  EXPECT_EQ(printable_reason("a\nb\x7F"), "a?b?");
}

}  // namespace
}  // namespace syrah::grenache
