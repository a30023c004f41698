#include "crypto/identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/hex.h"

namespace syrah::crypto {
namespace {

template <std::size_t kSize>
std::array<std::uint8_t, kSize> from_hex(std::string_view text) {
  std::array<std::uint8_t, kSize> bytes{};
  EXPECT_TRUE(base::from_hex(text, bytes)) << text;
  return bytes;
}

struct Known {
  std::string_view seed, id, message, signature;
};

// RFC 8032, section 7.1, tests 1 to 3.
const std::vector<Known> kRfc8032 = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

std::string text_of(std::string_view hex) {
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  EXPECT_TRUE(base::from_hex(hex, bytes));
  return {bytes.begin(), bytes.end()};
}

TEST(Identity, GivesTheAnswersOfRfc8032) {
  for (const Known& known : kRfc8032) {
    const Identity identity = Identity::from_seed(from_hex<32>(known.seed));
    EXPECT_EQ(identity.id().text(), known.id);
    const std::string message = text_of(known.message);
    EXPECT_EQ(base::to_hex(identity.sign(message)), known.signature);
    EXPECT_TRUE(verify(identity.id(), message, from_hex<64>(known.signature)));
  }
}

TEST(Identity, SignatureHoldsForThatMessageAndSignerOnly) {
  const Identity one = Identity::from_seed({1});
  const Identity other = Identity::from_seed({2});
  const Signature signature = one.sign("message");
  EXPECT_TRUE(verify(one.id(), "message", signature));
  EXPECT_FALSE(verify(other.id(), "message", signature));
  EXPECT_FALSE(verify(one.id(), "messagE", signature));
  EXPECT_FALSE(verify(one.id(), "", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Signature changed = signature;
    changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1U);
    EXPECT_FALSE(verify(one.id(), "message", changed)) << "byte " << i;
  }
}

TEST(Identity, SignsNothing) {
  const Identity identity = Identity::from_seed({4});
  EXPECT_EQ(identity.sign({}), identity.sign(""));
  EXPECT_TRUE(verify(identity.id(), {}, identity.sign("")));
}

TEST(Identity, RefusesASignatureWithALargeScalar) {
  // S + L, with L the order of the group: the same signature in other bytes.
  const Identity identity = Identity::from_seed({3});
  Signature signature = identity.sign("message");
  const auto order =
      from_hex<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += unsigned{signature[32 + i]} + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }
  EXPECT_FALSE(verify(identity.id(), "message", signature));
}

TEST(Identity, RefusesKeysOfSmallOrder) {
  // With such a key, signatures exist that hold for many messages: R of small order and S = 0.
  const std::vector<std::string_view> keys = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "0000000000000000000000000000000000000000000000000000000000000080",
  };
  for (const std::string_view key : keys) {
    const base::NodeId id = *base::NodeId::parse(key);
    for (const std::string_view r : keys) {
      Signature signature{};
      std::ranges::copy(from_hex<32>(r), signature.begin());
      EXPECT_FALSE(verify(id, "message", signature)) << key;
    }
  }
  base::NodeId malformed;
  malformed.bytes.fill(0xFF);
  EXPECT_FALSE(verify(malformed, "message", Signature{}));
}

}  // namespace
}  // namespace syrah::crypto
