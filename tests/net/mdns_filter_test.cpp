#include "net/mdns_filter.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "net/mdns_limits.h"
#include "seed.h"

namespace syrah::net {
namespace {

using Bytes = std::string;

bool is_safe(const Bytes& packet) {
  return is_safe_mdns_packet(std::as_bytes(std::span(packet.data(), packet.size())));
}

Bytes number(std::size_t value) {
  return {static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
}

Bytes header(std::size_t questions, std::size_t answers, std::size_t authorities = 0,
             std::size_t additional = 0) {
  return number(0) + number(0x8400) + number(questions) + number(answers) + number(authorities) +
         number(additional);
}

const Bytes kName = Bytes("\6_syrah\4_tcp\5local\0", 19);
const Bytes kPointer = Bytes("\xC0\x0C", 2);
const Bytes kQuestion = kName + number(12) + number(1);

Bytes record(std::size_t type, const Bytes& name, const Bytes& content) {
  return name + number(type) + number(1) + number(0) + number(120) + number(content.size()) +
         content;
}

TEST(MdnsFilterTest, QuestionsAndAnswersOfServicesPass) {
  EXPECT_TRUE(is_safe(header(0, 0)));
  EXPECT_TRUE(is_safe(header(1, 0) + kQuestion));
  EXPECT_TRUE(is_safe(header(1, 2) + kQuestion + record(12, kPointer, kPointer) +
                      record(16, kName, "\3a=b")));
  EXPECT_TRUE(is_safe(header(0, 0, 0, 1) + record(1, kName, "abcd")));
}

TEST(MdnsFilterTest, ACnameAnywhereIsRefused) {
  const Bytes good = record(12, kName, kPointer);
  const Bytes cname = record(5, kName, kPointer);
  EXPECT_FALSE(is_safe(header(0, 1) + cname));
  EXPECT_FALSE(is_safe(header(0, 2) + good + cname));
  EXPECT_FALSE(is_safe(header(0, 1, 1) + good + cname));
  EXPECT_FALSE(is_safe(header(0, 1, 0, 1) + good + cname));
  EXPECT_FALSE(is_safe(header(1, 1) + kQuestion + record(5, kPointer, kName)));
}

TEST(MdnsFilterTest, WhatIsCutOffAnywhereIsRefused) {
  const Bytes whole =
      header(1, 1, 0, 1) + kQuestion + record(12, kName, kPointer) + record(16, kPointer, "\3a=b");
  ASSERT_TRUE(is_safe(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(is_safe(whole.substr(0, size))) << size;
  }
}

TEST(MdnsFilterTest, NoLabelIsLongerThanDnsAllowsAndNoPacketThanMdnsAllows) {
  EXPECT_FALSE(is_safe(header(1, 0) + Bytes("\x40") + Bytes(64, 'a') + Bytes(5, '\0')));
  const Bytes longest = header(0, 0) + Bytes(kMdnsPacketBytesMax - 12, 'x');
  EXPECT_TRUE(is_safe(longest));
  EXPECT_FALSE(is_safe(longest + "x"));
}

// With the address sanitizer: nothing is read beyond the packet.
TEST(MdnsFilterTest, AnyBytesAreReadWithinTheirBounds) {
  std::mt19937_64 random(tests::seed());
  const Bytes whole = header(2, 3) + kQuestion + kQuestion + record(12, kName, kPointer) +
                      record(33, kPointer, kName) + record(16, kPointer, "\3a=b");
  for (int round = 0; round < 20'000; ++round) {
    std::vector<char> bytes(whole.begin(), whole.end());
    bytes.resize(random() % (whole.size() + 8), static_cast<char>(random()));
    for (std::size_t i = random() % 4; i > 0 && !bytes.empty(); --i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.shrink_to_fit();
    const bool safe = is_safe_mdns_packet(std::as_bytes(std::span(bytes)));
    EXPECT_TRUE(bytes.size() >= 12 || !safe);
  }
}

}  // namespace
}  // namespace syrah::net
