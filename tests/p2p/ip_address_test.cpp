#include "p2p/ip_address.h"

#include <gtest/gtest.h>

namespace syrah::p2p {
namespace {

TEST(IpAddress, KnowsWhatIsPrivate) {
  for (const std::string host :
       {"127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(range_of(host), HostRange::kLoopback) << host;
  }
  for (const std::string host :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.0.1", "fd00::1",
        "fc12:3::4", "fe80::1", "febf::1", "node2"}) {
    EXPECT_EQ(range_of(host), HostRange::kPrivate) << host;
  }
  for (const std::string host :
       {"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "11.0.0.1", "2001:db8::1", "fec0::1",
        "::", "example.org", "::ffff:8.8.8.8", "1.2.3.4.5"}) {
    EXPECT_EQ(range_of(host), HostRange::kPublic) << host;
  }
}

TEST(IpAddress, NeighboursShareANetwork) {
  EXPECT_EQ(party_of("8.8.8.8"), party_of("::ffff:8.8.8.8"));
  EXPECT_NE(party_of("8.8.8.8"), party_of("8.8.8.9"));
  EXPECT_EQ(neighbourhood_of("8.8.8.8"), neighbourhood_of("8.8.8.9"));
  EXPECT_NE(neighbourhood_of("8.8.8.8"), neighbourhood_of("8.8.9.8"));
  EXPECT_EQ(party_of("2001:db8:0:1::1"), party_of("2001:db8:0:0002::9"));
  EXPECT_NE(party_of("2001:db8:0:1::1"), party_of("2001:db8:0:101::1"));
  EXPECT_EQ(neighbourhood_of("2001:db8:0:1::1"), neighbourhood_of("2001:db8:0:101::1"));
  EXPECT_NE(neighbourhood_of("2001:db8:1::1"), neighbourhood_of("2001:db8:2::1"));
}

TEST(IpAddress, AddressesMakeSenseOnlyWhereTheyCanBeReached) {
  EXPECT_FALSE(makes_sense_for("127.0.0.1", "8.8.8.8"));
  EXPECT_FALSE(makes_sense_for("192.168.0.1", "8.8.8.8"));
  EXPECT_FALSE(makes_sense_for("127.0.0.1", "192.168.0.1"));
  EXPECT_TRUE(makes_sense_for("192.168.0.2", "192.168.0.1"));
  EXPECT_TRUE(makes_sense_for("192.168.0.2", "127.0.0.1"));
  EXPECT_TRUE(makes_sense_for("127.0.0.1", "127.0.0.1"));
  EXPECT_TRUE(makes_sense_for("8.8.8.8", "192.168.0.1"));
}

}  // namespace
}  // namespace syrah::p2p
