#include "base/ids.h"

#include <gtest/gtest.h>

#include <limits>
#include <unordered_set>

namespace syrah::base {
namespace {

constexpr std::string_view kHome =
    "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210";

NodeId home() { return *NodeId::parse(kHome); }

TEST(NodeId, RoundTripsThroughItsText) {
  EXPECT_EQ(home().text(), kHome);
  EXPECT_EQ(home().brief(), "01234567");
  EXPECT_EQ(home().prefix(), 0x0123456789ABCDEFULL);
}

TEST(NodeId, HasOneTextOnly) {
  std::string upper(kHome);
  upper[10] = 'A';
  EXPECT_FALSE(NodeId::parse(upper).ok());
  EXPECT_FALSE(NodeId::parse(kHome.substr(1)).ok());
  EXPECT_FALSE(NodeId::parse(std::string(kHome) + "0").ok());
  EXPECT_FALSE(NodeId::parse("").ok());
  std::string letter(kHome);
  letter[63] = 'g';
  EXPECT_FALSE(NodeId::parse(letter).ok());
}

TEST(NodeId, OrdersLikeItsText) {
  NodeId low;
  NodeId high;
  low.bytes[0] = 0x7F;
  high.bytes[0] = 0x80;
  EXPECT_LT(low, high);
  EXPECT_LT(low.text(), high.text());
}

TEST(EntryId, RoundTripsThroughItsText) {
  const EntryId id{home(), std::numeric_limits<Seq>::max()};
  EXPECT_EQ(id.text(), std::string(kHome) + ":18446744073709551615");
  EXPECT_EQ(*EntryId::parse(id.text()), id);
  const EntryId none{home(), 0};
  EXPECT_EQ(*EntryId::parse(none.text()), none);
}

TEST(EntryId, RefusesEverythingElse) {
  const std::string prefix(kHome);
  for (const std::string_view tail : {"", ":", ":-1", ":+1", ":01", ":1 ", ": 1", ":1x", ":0x1",
                                      ":18446744073709551616", "1", "::1", ":1.0"}) {
    EXPECT_FALSE(EntryId::parse(prefix + std::string(tail)).ok()) << tail;
  }
  EXPECT_FALSE(EntryId::parse("abc:1").ok());
  EXPECT_FALSE(EntryId::parse("").ok());
}

TEST(EntryId, SortsByHomeThenNumber) {
  NodeId other = home();
  other.bytes[31] = 0xFF;
  EXPECT_LT((EntryId{home(), 9}), (EntryId{home(), 10}));
  EXPECT_LT((EntryId{home(), 10}), (EntryId{other, 1}));
}

TEST(EntryId, NeighboursHashApart) {
  std::unordered_set<std::size_t> hashes;
  for (Seq seq = 0; seq < 1000; ++seq) hashes.insert(std::hash<EntryId>{}({home(), seq}));
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(PublicId, LooksLikeAUuid) {
  const PublicId id = PublicId::of({home(), 0x1122334455667788ULL});
  EXPECT_EQ(id.text(), "01234567-89ab-cdef-1122-334455667788");
  EXPECT_EQ(*PublicId::parse(id.text()), id);
  EXPECT_EQ(*PublicId::parse("01234567-89AB-CDEF-1122-334455667788"), id);
}

TEST(PublicId, RefusesOtherShapes) {
  for (const std::string_view text :
       {"", "0123456789abcdef1122334455667788", "01234567-89ab-cdef-1122-33445566778",
        "01234567-89ab-cdef-1122-3344556677889", "01234567-89ab-cdef-1122-33445566778g",
        "0123456-789ab-cdef-1122-334455667788", "01234567-89ab-cdef-1122--34455667788",
        "{1234567-89ab-cdef-1122-334455667788"}) {
    EXPECT_FALSE(PublicId::parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace syrah::base
