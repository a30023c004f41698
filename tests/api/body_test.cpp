#include "api/body.h"

#include <gtest/gtest.h>

#include <string>

namespace syrah::api {
namespace {

TEST(Body, WhateverIsWrongWithTheTextIsTheClientsFault) {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("[]"), std::string(1000, '['),
        "{\"a\":" + std::string(500, '9') + "}"}) {
    const base::Result<Body> body = Body::parse(text);
    ASSERT_FALSE(body.ok()) << text;
    EXPECT_EQ(body.error().code, base::ErrorCode::kInvalid) << body.error().message;
  }
}

}  // namespace
}  // namespace syrah::api
