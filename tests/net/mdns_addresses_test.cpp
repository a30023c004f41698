#include "net/mdns_addresses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <algorithm>

#include "net/mdns_limits.h"

namespace syrah::net {
namespace {

using asio::ip::make_address;

bool holds(const std::vector<OwnAddress>& addresses, const std::string& text) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const OwnAddress& own) { return own.address == make_address(text); });
}

TEST(MdnsAddressesTest, OneAddressIsFoundOnItsInterface) {
  const auto found = own_addresses(make_address("127.0.0.1"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].address, make_address("127.0.0.1"));
  EXPECT_TRUE(is_loopback_interface(found[0].interface_index));
  EXPECT_EQ(found[0].interface_index, static_cast<int>(if_nametoindex("lo")));
}

TEST(MdnsAddressesTest, AnAddressOfAnotherMachineIsNotFound) {
  EXPECT_TRUE(own_addresses(make_address("203.0.113.77")).empty());
  EXPECT_FALSE(is_loopback_interface(0));
}

TEST(MdnsAddressesTest, ListeningToAllOfIpv4MeansNoIpv6) {
  const auto found = own_addresses(make_address("0.0.0.0"));
  EXPECT_TRUE(holds(found, "127.0.0.1"));
  EXPECT_TRUE(std::all_of(found.begin(), found.end(),
                          [](const OwnAddress& own) { return own.address.is_v4(); }));
}

TEST(MdnsAddressesTest, ListeningToAllMeansBothInOrderAndEachOnce) {
  const auto found = own_addresses(make_address("::"));
  EXPECT_TRUE(holds(found, "127.0.0.1"));
  EXPECT_LE(found.size(), kMdnsAddressesMax);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  EXPECT_EQ(std::adjacent_find(found.begin(), found.end()), found.end());
}

TEST(MdnsAddressesTest, LinkLocalIpv6IsTheLastResort) {
  for (const OwnAddress& own : own_addresses(make_address("::"))) {
    if (own.address.is_v4() || !is_link_local(own.address)) continue;
    for (const OwnAddress& other : own_addresses(make_address("::"))) {
      EXPECT_TRUE(other.interface_index != own.interface_index || is_link_local(other.address));
    }
  }
}

TEST(MdnsAddressesTest, TheFittestAddressReachesFarthest) {
  const std::vector<std::string> in_order = {"192.168.1.2", "fd00::2", "127.0.0.1", "169.254.3.4",
                                             "fe80::1"};
  for (std::size_t i = 1; i < in_order.size(); ++i) {
    EXPECT_LT(unfitness(make_address(in_order[i - 1])), unfitness(make_address(in_order[i])));
  }
  EXPECT_EQ(unfitness(make_address("::1")), unfitness(make_address("127.0.0.1")));
}

}  // namespace
}  // namespace syrah::net
