#include <gtest/gtest.h>

#include "p2p/feed_sync.h"
#include "p2p/snapshot_pages.h"
#include "p2p/sync_limits.h"
#include "sync_net.h"

namespace syrah::p2p {
namespace {

using tests::SyncNet;
using Wire = SyncNet::Wire;

std::string long_text(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "{\"order\":" + std::to_string(text.size()) + "}\n";
  return text;
}

/// Home 0 with 3000 entries and a checkpoint, node 1 that follows it.
class Snapshot : public ::testing::Test {
 protected:
  Snapshot() : net(4), text(long_text(200'000)) {
    for (int batch = 0; batch < 30; ++batch) net.write(0, 100);
    net.checkpoint(0, text);
    net.write(0, 5);
  }
  void meet(std::size_t a, std::size_t b) {
    net.link(a, b);
    net.beat(a);
    net.run();
  }
  SyncNet net;
  std::string text;
};

TEST_F(Snapshot, ANewcomerTakesItAndTheEntriesAfterIt) {
  meet(0, 2);
  ASSERT_EQ(net[2].said<TakeSnapshot>().size(), 1U);
  EXPECT_EQ(net[2].said<TakeSnapshot>()[0].text, text);
  EXPECT_EQ(net[2].seq_of(net[0].id()), 3006U);
  EXPECT_EQ(net[2].folded, 5U);
  for (const Wire& wire : net.sent) {
    if (const auto* page = std::get_if<SnapshotPage>(&wire.body)) {
      EXPECT_LE(page->text.size(), kSnapshotPageBytesMax);
    }
  }
}

TEST_F(Snapshot, GoesOnFromOneNodeToTheNext) {
  meet(0, 1);
  meet(1, 2);
  EXPECT_EQ(net[2].said<TakeSnapshot>().size(), 1U);
  EXPECT_EQ(net[2].seq_of(net[0].id()), 3006U);
}

TEST_F(Snapshot, ServesAlsoWhoHasFallenFarBehind) {
  // Entry 100, with all before it, was all that arrived.
  SyncOutputs out;
  net[2].sync->restore(net[0].journal[net[0].id()][0].head);
  meet(0, 2);
  EXPECT_EQ(net[2].said<TakeSnapshot>().size(), 1U);
  EXPECT_EQ(net[2].seq_of(net[0].id()), 3006U);
}

TEST_F(Snapshot, AFalseOneIsBlamedAndTakenFromAnother) {
  meet(0, 1);
  auto& stored = net[1].snapshots[net[0].id()];
  ASSERT_EQ(stored.text, text);
  stored.text[1000] ^= 1;
  meet(1, 2);
  ASSERT_EQ(net[2].said<Misbehaved>().size(), 1U);
  EXPECT_EQ(net[2].said<Misbehaved>()[0].connection, SyncNet::connection(1));
  EXPECT_EQ(net[2].seq_of(net[0].id()), 0U);
  meet(0, 2);
  EXPECT_EQ(net[2].seq_of(net[0].id()), 3006U);
}

TEST_F(Snapshot, AnUnsignedOfferIsBlamed) {
  net.copies_of = [&](const Wire& wire) {
    const auto* page = std::get_if<SnapshotPage>(&wire.body);
    if (page == nullptr || !page->batch) return 1;
    SnapshotPage forged = *page;
    std::vector<feed::Entry> entries = page->batch->entries.list();
    entries.back().text[30] ^= 1;
    forged.batch->entries = entries;
    net.deliver(wire.from, wire.to, forged);
    return 0;
  };
  meet(0, 2);
  EXPECT_EQ(net[2].said<Misbehaved>().size(), 1U);
  EXPECT_TRUE(net[2].said<TakeSnapshot>().empty());
}

TEST_F(Snapshot, APageThatDoesNotComeIsGivenUpAfterFiveSeconds) {
  meet(0, 1);
  bool cut = false;
  net.copies_of = [&](const Wire& wire) {
    const auto* page = std::get_if<SnapshotPage>(&wire.body);
    if (page == nullptr || page->page != 2 || cut) return 1;
    cut = true;
    return 0;
  };
  meet(0, 2);
  meet(1, 2);
  ASSERT_TRUE(cut);
  net.advance(kPageTimeoutMs - 1);
  net.tick_all();
  net.run();
  EXPECT_TRUE(net[2].said<TakeSnapshot>().empty());
  net.advance(1);
  net.tick_all();
  net.run();
  ASSERT_EQ(net[2].said<TakeSnapshot>().size(), 1U);
  EXPECT_EQ(net[2].said<TakeSnapshot>()[0].from, SyncNet::connection(1));
  EXPECT_EQ(net[2].seq_of(net[0].id()), 3006U);
}

TEST_F(Snapshot, BeginsAgainWhenANewerCheckpointTookItsPlace) {
  bool moved = false;
  net.copies_of = [&](const Wire& wire) {
    const auto* request = std::get_if<SnapshotRequest>(&wire.body);
    if (request != nullptr && request->page == 2 && !moved) {
      moved = true;
      net.checkpoint(0, long_text(70'000));
    }
    return 1;
  };
  meet(0, 2);
  ASSERT_TRUE(moved);
  ASSERT_EQ(net[2].said<TakeSnapshot>().size(), 1U);
  EXPECT_EQ(net[2].said<TakeSnapshot>()[0].batch.head.seq, 3007U);
  EXPECT_EQ(net[2].seq_of(net[0].id()), 3007U);
}

TEST_F(Snapshot, PagesThatNobodyAskedForAreIgnored) {
  net.link(0, 2);
  const auto& stored = net[0].snapshots[net[0].id()];
  for (std::uint32_t page = 0; page < snapshot_pages(text); ++page) {
    net.deliver(0, 2, make_page(stored.batch, stored.text, page));
  }
  EXPECT_TRUE(net[2].said<TakeSnapshot>().empty());
  EXPECT_TRUE(net[2].said<Misbehaved>().empty());
}

TEST(SnapshotPages, AreWholeTextEachAndGiveTheTextTogether) {
  std::string text;
  while (text.size() < 3 * kSnapshotPageBytesMax) text += "aé€😀";
  feed::OwnFeed feed(tests::identity(1));
  const feed::Batch batch = feed.seal({tests::entry(1, {5, 0}, "\"event\":\"x\"")}, {5, 0});
  base::Result<SnapshotAssembly> assembly = SnapshotAssembly::begin(make_page(batch, text, 0));
  ASSERT_TRUE(assembly.ok());
  while (!assembly->whole()) {
    const SnapshotPage page = make_page(batch, text, assembly->next_page());
    ASSERT_TRUE(assembly->expects(page));
    ASSERT_LE(page.text.size(), kSnapshotPageBytesMax);
    ASSERT_NE(static_cast<unsigned char>(page.text.front()) & 0xC0U, 0x80U);
    ASSERT_TRUE(assembly->add(page).ok());
  }
  EXPECT_EQ(assembly->take_text(), text);
}

TEST(SnapshotPages, AnOfferWithTooManyPagesIsRefused) {
  feed::OwnFeed feed(tests::identity(1));
  const feed::Batch batch = feed.seal({tests::entry(1, {5, 0}, "\"event\":\"x\"")}, {5, 0});
  SnapshotPage offer = make_page(batch, "text", 0);
  offer.pages = kSnapshotPagesMax + 1;
  EXPECT_FALSE(SnapshotAssembly::begin(offer).ok());
  offer.pages = 2;
  offer.seq = 2;
  EXPECT_FALSE(SnapshotAssembly::begin(offer).ok());
}

}  // namespace
}  // namespace syrah::p2p
