#include "api/router.h"

#include <gtest/gtest.h>

namespace syrah::api {
namespace {

RouteName route(std::string method, std::string target) {
  return route_of(HttpRequest{std::move(method), std::move(target), {}, "", ""});
}

TEST(RouteOf, GivesThePatternAndNeverTheClientsText) {
  EXPECT_EQ(route("GET", "/products/BTC-USD/book?level=2"),
            (RouteName{"GET", "/products/{}/book"}));
  EXPECT_EQ(route("DELETE", "/orders/1f0c8a5e-77d1-4c02-0000-00000000002a"),
            (RouteName{"DELETE", "/orders/{}"}));
  EXPECT_EQ(route("GET", "/orders/client:mine"), (RouteName{"GET", "/orders/client:{}"}));
  EXPECT_EQ(route("POST", "/orders"), (RouteName{"POST", "/orders"}));
}

TEST(RouteOf, IsEmptyWhereThereIsNone) {
  EXPECT_EQ(route("GET", "/no/such/path"), RouteName{});
  EXPECT_EQ(route("PATCH", "/orders"), RouteName{});
  EXPECT_EQ(route("GET", "orders"), RouteName{});
  EXPECT_EQ(route("GET", "/%zz"), RouteName{});
}

}  // namespace
}  // namespace syrah::api
