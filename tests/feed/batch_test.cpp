#include "feed/batch.h"

#include <gtest/gtest.h>

#include "feed/fixture.h"
#include "feed/limits.h"

namespace syrah::feed {
namespace {

using testing::edit;
using testing::entry_of;
using testing::Home;
using testing::received;
using testing::text_of;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

/// Signs what is in the batch, whatever it is.
Batch sealed(const Home& home, Batch batch) {
  crypto::Digest hash = batch.previous;
  for (const EntryView& entry : batch.entries) hash = next_hash(hash, entry.text);
  batch.head = sign_head(home.identity, batch.head.seq, hash, batch.head.time);
  return batch;
}

TEST(Batch, SurvivesItsText) {
  Home home;
  home.seal(3);
  const Batch batch = home.seal(4);
  EXPECT_EQ(batch.first(), 4U);
  EXPECT_EQ(batch.head.seq, 7U);
  const base::Result<Batch> read = received(text_of(batch));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, batch);
  EXPECT_EQ(text_of(*read), text_of(batch));
}

TEST(Batch, MayBeAHeadOnly) {
  Home home;
  home.seal(3);
  const Batch batch = home.seal(0);
  EXPECT_EQ(batch.first(), 4U);
  EXPECT_TRUE(received(text_of(batch)).ok());
  Home empty;
  EXPECT_TRUE(received(text_of(empty.seal(0))).ok());
}

TEST(Batch, ItsRestAfterAnEntryIsSoundAndContinuesTheChain) {
  Home home;
  const Batch before = home.seal(2);
  const Batch batch = home.seal(3);
  EXPECT_EQ(rest_after(batch, 2), batch);
  const Batch rest = rest_after(batch, 4);
  EXPECT_EQ(rest.first(), 5U);
  EXPECT_EQ(rest.head, batch.head);
  EXPECT_TRUE(check_batch(rest).ok());
  EXPECT_EQ(rest_after(batch, 5).previous, batch.head.hash);
}

TEST(Batch, EverySingleBitFlipIsRefused) {
  Home home;
  home.seal(2);
  const Batch batch = home.seal(3, "order");
  const std::string text = text_of(batch);
  ASSERT_TRUE(received(text).ok());
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << bit));
      ASSERT_FALSE(received(flipped).ok()) << "byte " << at << " bit " << bit << "\n" << flipped;
    }
  }
}

TEST(Batch, EveryCutIsRefused) {
  Home home;
  const std::string text = text_of(home.seal(2));
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(received(text.substr(0, size)).ok()) << size;
  }
}

TEST(Batch, EntriesCannotBeLeftOutMovedOrAdded) {
  Home home;
  home.seal(2);
  const Batch good = home.seal(3);
  const auto expect_bad = [&](auto change) {
    Batch bad = good;
    change(bad);
    EXPECT_FALSE(check_batch(bad).ok());
  };
  const auto expect_bad_entries = [&](auto change) {
    expect_bad([&](Batch& bad) { edit(bad, change); });
  };
  expect_bad_entries([](auto& entries) { entries.pop_back(); });
  expect_bad_entries([](auto& entries) { entries.erase(entries.begin()); });
  expect_bad_entries([](auto& entries) { entries.clear(); });
  expect_bad_entries([](auto& entries) { std::swap(entries[0], entries[1]); });
  expect_bad_entries([](auto& entries) { entries.push_back(Entry(entries.back())); });
  expect_bad([](Batch& bad) { bad.previous[0] ^= 1U; });
  expect_bad_entries([](auto& entries) { entries[1].seq = 9; });
  expect_bad([](Batch& bad) { bad.head.seq += 1; });
  expect_bad([](Batch& bad) { bad.head.seq = 1; });
}

TEST(Batch, SignedNonsenseIsRefusedToo) {
  Home home;
  home.seal(2);
  const Batch good = home.seal(3);
  const auto expect_bad = [&](std::string_view reason, auto change) {
    Batch bad = good;
    change(bad);
    const base::Status checked = check_batch(sealed(home, bad));
    ASSERT_FALSE(checked.ok());
    EXPECT_NE(checked.error().message.find(reason), std::string::npos) << checked.error().message;
  };
  EXPECT_TRUE(check_batch(sealed(home, good)).ok());
  const auto expect_bad_entries = [&](std::string_view reason, auto change) {
    expect_bad(reason, [&](Batch& bad) { edit(bad, change); });
  };
  expect_bad_entries("stands where", [](auto& entries) { entries[1].seq = 9; });
  expect_bad("stands where", [](Batch& bad) { bad.head.seq += 1; });
  expect_bad("more entries", [](Batch& bad) { bad.head.seq = 2; });
  expect_bad_entries("earlier", [](auto& entries) { entries[1].time.ms -= 500; });
  expect_bad("earlier", [](Batch& bad) { bad.head.time.ms -= 500; });
  expect_bad_entries("over",
                     [](auto& entries) { entries[1].text.resize(kEntryBytesMax + 1, ' '); });
  expect_bad("begin", [](Batch& bad) {
    edit(bad, [](auto& entries) {
      for (Entry& entry : entries) entry.seq -= 2;
    });
    bad.head.seq -= 2;
  });
}

TEST(Batch, LargestIsReadAndOneMoreIsNot) {
  Home home;
  const Batch largest = home.seal(kBatchEntriesMax);
  EXPECT_TRUE(received(text_of(largest)).ok());
  Batch more = largest;
  edit(more, [&](auto& entries) { entries.push_back(entry_of(kBatchEntriesMax + 1, home.ms)); });
  more.head.seq += 1;
  EXPECT_FALSE(check_batch(sealed(home, more)).ok());
  EXPECT_FALSE(received(text_of(sealed(home, more))).ok());
}

TEST(Batch, BytesAreBoundedToTheLastOne) {
  Home home;
  std::vector<Entry> entries;
  const auto padded = [](base::Seq seq, std::size_t size) {
    Entry entry = entry_of(seq, 1, "");
    entry.text.insert(entry.text.size() - 2, size - entry.text.size(), 'x');
    return entry;
  };
  for (base::Seq seq = 1; seq <= kBatchBytesMax / kEntryBytesMax; ++seq) {
    entries.push_back(padded(seq, kEntryBytesMax));
  }
  ASSERT_EQ(kBatchBytesMax % kEntryBytesMax, 0U);
  const Batch full = home.own.seal(entries, {5, 0});
  EXPECT_EQ(full.entry_bytes(), kBatchBytesMax);
  EXPECT_TRUE(received(text_of(full)).ok());
  Batch over = full;
  edit(over, [&](auto& list) { list.push_back(entry_of(full.head.seq + 1, 1)); });
  over.head.seq += 1;
  EXPECT_FALSE(check_batch(sealed(home, over)).ok());
  const std::string text = text_of(sealed(home, over));
  EXPECT_FALSE(read_batch(*json::parse(text)).ok());
  Batch fat = home.range(1, full.head);
  fat.entries = std::vector{padded(1, kEntryBytesMax + 1)};
  const std::string fat_text = text_of(fat);
  EXPECT_FALSE(read_batch(*json::parse(fat_text)).ok());
}

TEST(Batch, WrongShapesAreRefused) {
  Home home;
  const std::string text = text_of(home.seal(2));
  for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
           {"\"home\"", "\"hom\""},
           {"\"previous\"", "\"prev\""},
           {"\"entries\":[", "\"entries\":{\"a\":["},
           {"\"entries\"", "\"entry\""},
           {"\"head\":{", "\"head\":[{"},
           {"\"head\"", "\"tail\""},
           {"\"signature\":\"", "\"signature\":\"00"},
           {"\"hash\":\"", "\"hash\":\"x"},
           {"{\"seq\":1,", "{\"a\":1,\"seq\":1,"},
           {"{\"seq\":1,", "{\"seq\":-1,"},
           {"{\"seq\":1,", "{\"seq\":0,"},
           {"{\"seq\":1,", "{\"seq\":1.0,"},
           {"\"time\":[1001,0]", "\"time\":[1001]"},
           {"\"time\":[1001,0]", "\"time\":1001"},
           {"\"time\":[1001,0]", "\"time\":[-1,0]"},
       }) {
    EXPECT_FALSE(received(replaced(text, what, with)).ok()) << what << " " << with;
  }
  EXPECT_FALSE(received("{}").ok());
  EXPECT_FALSE(received("[]").ok());
  EXPECT_FALSE(received("7").ok());
}

TEST(Entry, IsItsTextAndTheTwoMembersItStartsWith) {
  const Entry entry = entry_of(5, 1234);
  const base::Result<Entry> read = read_entry(entry.text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, entry);
  for (const std::string& wrong :
       {std::string("{}"), std::string("[1]"), std::string("7"), std::string(),
        std::string("{\"time\":[1,0],\"seq\":1}"), std::string("{\"seq\":1}"), entry.text + " ",
        " " + entry.text, entry.text + "{}"}) {
    EXPECT_FALSE(read_entry(wrong).ok()) << wrong;
  }
}

TEST(HeadText, SurvivesOnItsOwn) {
  Home home;
  home.seal(2);
  const Head head = home.beat();
  std::string text;
  {
    json::Writer out(text);
    write_head(out, head);
  }
  const base::Result<json::Document> object = json::parse(text);
  const base::Result<Head> read = read_head(*object);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, head);
  for (const std::string name : {"home", "seq", "hash", "time", "signature"}) {
    const std::string changed = replaced(text, "\"" + name + "\"", "\"_\"");
    EXPECT_FALSE(read_head(*json::parse(changed)).ok()) << name;
  }
}

}  // namespace
}  // namespace syrah::feed
