#include "p2p/admission.h"

#include <gtest/gtest.h>

#include "p2p/limits.h"
#include "wire.h"

namespace syrah::p2p {
namespace {

TEST(Admission, OnePlaceTakesFewSlots) {
  Admission admission;
  EXPECT_FALSE(admission.admit("8.8.8.8", 0).has_value());
  EXPECT_FALSE(admission.admit("8.8.8.8", 0).has_value());
  EXPECT_TRUE(admission.admit("8.8.8.8", 0).has_value()) << "two from one address";
  EXPECT_FALSE(admission.admit("8.8.8.9", 0).has_value());
  EXPECT_FALSE(admission.admit("8.8.8.10", 0).has_value());
  EXPECT_TRUE(admission.admit("8.8.8.11", 0).has_value()) << "four from one network";
  EXPECT_FALSE(admission.admit("8.8.9.1", 0).has_value());
  admission.leave("8.8.8.8", false);
  EXPECT_FALSE(admission.admit("8.8.8.11", 0).has_value());
}

TEST(Admission, ConnectsAreRatedByAddress) {
  Admission admission;
  for (std::int64_t i = 0; i < kConnectsBurst; ++i) {
    ASSERT_FALSE(admission.admit("8.8.8.8", 0).has_value());
    admission.leave("8.8.8.8", false);
  }
  EXPECT_TRUE(admission.admit("8.8.8.8", 0).has_value());
  EXPECT_FALSE(admission.admit("8.8.4.4", 0).has_value());
  EXPECT_FALSE(admission.admit("8.8.8.8", 5'000'000).has_value());
}

TEST(Admission, OwnNetworksAreExemptFromPlaceButNotFromTheTotals) {
  Admission admission;
  for (std::size_t i = 0; i < kInboundMax; ++i) {
    ASSERT_FALSE(admission.admit("127.0.0.1", 0).has_value()) << i;
    admission.authenticated();
  }
  EXPECT_TRUE(admission.admit("127.0.0.1", 0).has_value());
}

TEST(Admission, ThoseWhoHaveNotSaidWhoTheyAreAreFew) {
  Admission admission;
  for (std::size_t i = 0; i < kUnauthenticatedMax; ++i) {
    ASSERT_FALSE(admission.admit("10.0.0.1", 0).has_value());
  }
  EXPECT_TRUE(admission.admit("10.0.0.1", 0).has_value());
  admission.authenticated();
  EXPECT_FALSE(admission.admit("10.0.0.1", 0).has_value());
}

TEST(Admission, AFloodFromManyAddressesIsBoundedInMemory) {
  Admission admission;
  std::size_t admitted = 0;
  for (std::uint32_t i = 0; i < 2 * kConnectRatesMax; ++i) {
    const std::string host = "8." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) +
                             "." + std::to_string(i & 255);
    if (admission.admit(host, 0)) continue;
    ++admitted;
    admission.leave(host, false);
  }
  EXPECT_EQ(admitted, kConnectRatesMax);
  EXPECT_FALSE(admission.admit("9.9.9.9", 60'000'000).has_value()) << "calm again";
}

}  // namespace
}  // namespace syrah::p2p
