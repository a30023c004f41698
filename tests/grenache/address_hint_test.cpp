#include "grenache/address_hint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grenache/limits.h"

namespace syrah::grenache {
namespace {

using base::Endpoint;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Endpoint> taken(Vantage told_from, const std::vector<std::string>& texts) {
  AddressHints hints(told_from);
  for (const std::string& text : texts) hints.add(text);
  return hints.take();
}

TEST(AddressHint, AddressesAreFourPlainNumbers) {
  EXPECT_EQ(parse_ipv4("192.0.2.255"), (Ipv4{192, 0, 2, 255}));
  EXPECT_EQ(to_text({10, 0, 0, 1}), "10.0.0.1");
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.", ".1.2.3", "1..2.3",
        "-1.2.3.4", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.1000", "::1"}) {
    EXPECT_FALSE(parse_ipv4(text)) << text;
  }
}

TEST(AddressHint, WhatNobodyListensAtIsLeftOut) {
  EXPECT_THAT(taken(Vantage::kThisHost,
                    {"0.0.0.0:1", "0.1.2.3:1", "224.0.0.1:1", "239.1.2.3:1", "240.0.0.1:1",
                     "255.255.255.255:1", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1", "[::1]:5",
                     "example.org:80", "", "http://192.0.2.1:80", "192.0.2.1:80 "}),
              IsEmpty());
}

TEST(AddressHint, LoopbackAndPrivateAddressesAreTheTellers) {
  const std::vector<std::string> texts = {"127.0.0.1:1",   "127.9.9.9:1",  "10.0.0.1:1",
                                          "172.16.0.1:1",  "172.32.0.1:1", "192.168.0.1:1",
                                          "169.254.0.1:1", "192.0.2.1:1"};
  EXPECT_EQ(taken(vantage_of("127.0.0.1"), texts).size(), 8U);
  EXPECT_EQ(taken(vantage_of("localhost"), texts).size(), 8U);
  EXPECT_EQ(taken(vantage_of("192.168.7.7"), texts).size(), 6U);
  EXPECT_EQ(taken(vantage_of("grape.example.org"), texts).size(), 6U) << "may be anywhere";
  EXPECT_THAT(taken(vantage_of("198.51.100.1"), texts),
              ElementsAre(Endpoint{"172.32.0.1", 1}, Endpoint{"192.0.2.1", 1}));
}

TEST(AddressHint, EachOnceInOrderAndNotTooMany) {
  EXPECT_THAT(
      taken(Vantage::kFar, {"192.0.2.2:9", "192.0.2.1:9", "192.0.2.2:9", "192.0.2.2:8"}),
      ElementsAre(Endpoint{"192.0.2.2", 9}, Endpoint{"192.0.2.1", 9}, Endpoint{"192.0.2.2", 8}));
  AddressHints hints(Vantage::kFar);
  for (std::uint8_t i = 0; i < 200; ++i) hints.add({192, 0, 2, i}, 7);
  EXPECT_EQ(hints.take().size(), kLookupMax);
}

TEST(AddressHint, CompactAddressesHaveSixBytes) {
  AddressHints hints(Vantage::kFar);
  hints.add_compact(std::string("\xC0\x00\x02\x07\x12\x67", 6));
  hints.add_compact(std::string("\xC0\x00\x02\x07\x12", 5));
  hints.add_compact(std::string("\xC0\x00\x02\x07\x00\x00", 6));
  hints.add_compact("");
  EXPECT_THAT(hints.take(), ElementsAre(Endpoint{"192.0.2.7", 4711}));
}

}  // namespace
}  // namespace syrah::grenache
