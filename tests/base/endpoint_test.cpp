#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace syrah::base {
namespace {

TEST(Endpoint, TextIsReadBack) {
  for (const std::string text :
       {"127.0.0.1:3000", "node-b_1.example.org:1", "[::1]:65535", "[2001:db8::7]:3000"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint.ok()) << text;
    EXPECT_EQ(endpoint->text(), text);
  }
}

TEST(Endpoint, OtherTextIsRefused) {
  for (const std::string text : {"", "host", "host:", ":3000", "host:0", "host:65536", "host:+1",
                                 "host:03", "host:3x", "::1:3000", "[host]:3000", "[]:3000",
                                 "ho st:3000", "host/:3000", "ho\nst:1", "[::1:3000"}) {
    EXPECT_FALSE(Endpoint::parse(text).ok()) << text;
  }
  EXPECT_FALSE(Endpoint::parse(std::string(254, 'a') + ":3000").ok());
}

}  // namespace
}  // namespace syrah::base
