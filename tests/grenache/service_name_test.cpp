#include "grenache/service_name.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace syrah::grenache {
namespace {

TEST(ServiceName, TellsTheNetworkInTwentyBytes) {
  EXPECT_EQ(p2p_service("main"), "syrah1:p2p:main-----");
  EXPECT_EQ(rpc_service("main"), "syrah1:rpc:main-----");
  EXPECT_EQ(p2p_service("test-net"), "syrah1:p2p:test-net-");
  EXPECT_EQ(p2p_service("private-market").substr(0, 13), "syrah1:p2p:pr");
}

TEST(ServiceName, DifferentNetworksHaveDifferentNames) {
  std::vector<std::string> networks = {"",
                                       "a",
                                       "a-",
                                       "a--",
                                       "-",
                                       "main",
                                       "main-----",
                                       "Main",
                                       "test-nets",
                                       "\xC3\xA9t\xC3\xA9",
                                       std::string(64, 'x'),
                                       std::string(63, 'x'),
                                       std::string("a\0", 2)};
  // What a long name is replaced by is a name that somebody might choose.
  networks.push_back(p2p_service("private-market").substr(11));
  networks.push_back(p2p_service("private-market").substr(11, 8));
  for (int i = 0; i < 100; ++i) networks.push_back("company-network-" + std::to_string(i));
  std::set<std::string> names;
  for (const std::string& network : networks) {
    for (const std::string& name : {p2p_service(network), rpc_service(network)}) {
      EXPECT_EQ(name.size(), kServiceNameBytes) << name;
      EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; }))
          << name;
      EXPECT_TRUE(names.insert(name).second) << name;
    }
  }
}

}  // namespace
}  // namespace syrah::grenache
