// Reading and writing messages costs no memory but what the messages that are read own themselves:
// their strings that are too long to lie within a std::string.

#include "allocations.h"

#include <gtest/gtest.h>

#include <string>

#include "p2p/peer_protocol.h"

namespace syrah::p2p {
namespace {

TEST(MessageAllocations, AnOrderOfTheBasicDialect) {
  if (SYRAH_COUNTS_ALLOCATIONS == 0) GTEST_SKIP() << "the sanitizer counts for itself";
  const Message message{"node-7", 1'763'710'200'123,
                        BasicOrder{"7a93-1763710200-000042", "alice", true, "0.5", "42000.10",
                                   "BTC/USD", 1'763'710'200'123, "pending"}};
  std::string text;
  const auto write = [&] {
    text.clear();
    write_message(text, message.sender, message.timestamp_ms, message.body);
  };
  const auto read = [&] { ASSERT_TRUE(decode_message(text).ok()); };
  for (int warm_up = 0; warm_up < 3; ++warm_up) {
    write();
    read();
  }
  EXPECT_EQ(tests::allocations_of(write), 0U);
  EXPECT_EQ(tests::allocations_of(read), 1U) << "the id has 22 bytes";
}

}  // namespace
}  // namespace syrah::p2p
