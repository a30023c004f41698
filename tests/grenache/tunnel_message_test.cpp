#include "grenache/tunnel_message.h"

#include <gtest/gtest.h>

#include "grenache/rpc_limits.h"

namespace syrah::grenache {
namespace {

const std::string kName = "00112233445566778899aabbccddeeff";

std::string request_text(const std::string& rest) {
  return R"({"type":"tunnel","tunnel":")" + kName + "\"" + rest + "}";
}

TEST(TunnelMessage, RequestsAreWrittenAsDocumented) {
  TunnelRequest request{kName, 3, "hello", std::nullopt};
  EXPECT_EQ(encode_tunnel_request(request), request_text(R"(,"seq":3,"bytes":"aGVsbG8=")"));
  request.close = "bye";
  request.bytes.clear();
  EXPECT_EQ(encode_tunnel_request(request), request_text(R"(,"seq":3,"bytes":"","close":"bye")"));
}

TEST(TunnelMessage, RequestsAreReadAsWritten) {
  const TunnelRequest request{kName, 1ULL << 50U, std::string("\0\xFF bytes", 8), "why"};
  const auto read = decode_tunnel_request(encode_tunnel_request(request));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tunnel, request.tunnel);
  EXPECT_EQ(read->number, request.number);
  EXPECT_EQ(read->bytes, request.bytes);
  EXPECT_EQ(read->close, request.close);
}

TEST(TunnelMessage, RepliesAreWrittenAndReadAsDocumented) {
  EXPECT_EQ(encode_tunnel_reply({"hello", true, ""}), R"({"bytes":"aGVsbG8=","open":true})");
  const std::string closed = encode_tunnel_reply({"", false, "late"});
  EXPECT_EQ(closed, R"({"bytes":"","open":false,"reason":"late"})");
  const auto read = decode_tunnel_reply(closed);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->open);
  EXPECT_EQ(read->reason, "late");
  EXPECT_EQ(decode_tunnel_reply(R"({"bytes":"aGVsbG8=","open":true})")->bytes, "hello");
}

TEST(TunnelMessage, ACallCarriesAtMost256KiB) {
  const std::string most(kTunnelBytesPerCallMax, 'x');
  EXPECT_EQ(decode_tunnel_request(encode_tunnel_request({kName, 0, most, {}}))->bytes, most);
  EXPECT_EQ(decode_tunnel_reply(encode_tunnel_reply({most, true, ""}))->bytes, most);
  EXPECT_FALSE(decode_tunnel_request(encode_tunnel_request({kName, 0, most + "x", {}})));
  EXPECT_FALSE(decode_tunnel_reply(encode_tunnel_reply({most + "x", true, ""})));
}

TEST(TunnelMessage, GarbageIsAnError) {
  for (const std::string& text :
       {std::string("null"), std::string("{}"), std::string("[]"), std::string(),
        request_text(R"(,"seq":0)"), request_text(R"(,"bytes":"")"),
        request_text(R"(,"seq":-1,"bytes":"")"), request_text(R"(,"seq":1.5,"bytes":"")"),
        request_text(R"(,"seq":9007199254740992,"bytes":"")"),
        request_text(R"(,"seq":0,"bytes":"aGVsbG8")"), request_text(R"(,"seq":0,"bytes":"a b=")"),
        request_text(R"(,"seq":0,"bytes":"","close":7)"),
        std::string(R"({"type":"tunnel","tunnel":"00","seq":0,"bytes":""})"),
        std::string(R"({"type":"order","tunnel":"00112233445566778899aabbccddeeff"})")}) {
    const auto read = decode_tunnel_request(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message, "");
  }
  for (const std::string text : {"null", "7", "{}", R"({"bytes":""})", R"({"open":true})",
                                 R"({"bytes":"","open":1})", R"({"bytes":"?","open":true})"}) {
    EXPECT_FALSE(decode_tunnel_reply(text)) << text;
  }
}

TEST(TunnelMessage, NamesAreTheSameInEitherCase) {
  const auto read = decode_tunnel_request(
      R"({"type":"tunnel","tunnel":"00112233445566778899AABBCCDDEEFF","seq":0,"bytes":""})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tunnel, kName);
}

}  // namespace
}  // namespace syrah::grenache
