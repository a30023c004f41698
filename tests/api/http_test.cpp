#include "api/http.h"

#include <gtest/gtest.h>

namespace syrah::api {
namespace {

TEST(HttpRequest, HeaderNamesCompareWithoutRegardToCase) {
  const HttpRequest request{"GET", "/", {{"Content-Type", "a"}, {"CB-ACCESS-KEY", "b"}}, "", ""};
  EXPECT_EQ(request.header("content-type"), "a");
  EXPECT_EQ(request.header("Cb-Access-Key"), "b");
  EXPECT_EQ(request.header("CB-ACCESS-KEYS"), "");
  EXPECT_EQ(request.header(""), "");
}

}  // namespace
}  // namespace syrah::api
