#include "feed/head.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/hex.h"
#include "feed/fixture.h"

namespace syrah::feed {
namespace {

TEST(Head, IsSignedByItsHome) {
  const crypto::Identity identity = testing::identity_of(1);
  const Head head = sign_head(identity, 7, genesis_hash(identity.id()), {1000, 3});
  EXPECT_EQ(head.home, identity.id());
  EXPECT_EQ(head.seq, 7U);
  EXPECT_TRUE(verify_head(head));
}

TEST(Head, EveryPartIsUnderTheSignature) {
  const crypto::Identity identity = testing::identity_of(1);
  const Head good = sign_head(identity, 7, genesis_hash(identity.id()), {1000, 3});
  const std::vector<std::function<void(Head&)>> changes = {
      [](Head& head) { head.home = testing::identity_of(2).id(); },
      [](Head& head) { head.seq += 1; },
      [](Head& head) { head.hash[31] ^= 1U; },
      [](Head& head) { head.time.ms += 1; },
      [](Head& head) { head.time.counter += 1; },
      [](Head& head) { head.signature[0] ^= 1U; },
      [](Head& head) { head.signature[63] ^= 0x80U; },
  };
  for (const auto& change : changes) {
    Head changed = good;
    change(changed);
    EXPECT_FALSE(verify_head(changed));
  }
}

TEST(Head, SignedBytesAreThoseOfTheProtocol) {
  Head head;
  head.home.bytes.fill(0xAA);
  head.seq = 0x0102030405060708;
  head.hash.fill(0xBB);
  head.time = {0x1112131415161718, 0x21222324};
  EXPECT_EQ(signed_bytes(head), "syrah head 1\n" + std::string(32, '\xAA') +
                                    "\x01\x02\x03\x04\x05\x06\x07\x08" + std::string(32, '\xBB') +
                                    "\x11\x12\x13\x14\x15\x16\x17\x18\x21\x22\x23\x24");
}

TEST(Head, HashesAreThoseOfTheProtocol) {
  base::NodeId home;
  home.bytes.fill('h');
  EXPECT_EQ(genesis_hash(home), crypto::sha256("syrah feed 1\n" + std::string(32, 'h')));
  crypto::Digest previous{};
  previous.fill('p');
  EXPECT_EQ(next_hash(previous, "{}"), crypto::sha256(std::string(32, 'p') + "{}"));
}

}  // namespace
}  // namespace syrah::feed
