#pragma once

// What the tests of the feed share: a home with a key of its own and entries to say.

#include <string>
#include <utility>
#include <vector>

#include "feed/own_feed.h"
#include "json/reader.h"

namespace syrah::feed::testing {

inline crypto::Identity identity_of(std::uint8_t letter) {
  crypto::Seed seed{};
  seed.fill(letter);
  return crypto::Identity::from_seed(seed);
}

inline Entry entry_of(base::Seq seq, std::int64_t ms, std::string_view event = "lease") {
  return {seq,
          {ms, 0},
          "{\"seq\":" + std::to_string(seq) + ",\"time\":[" + std::to_string(ms) +
              ",0],\"event\":\"" + std::string(event) + "\"}"};
}

inline std::string text_of(const Batch& batch) {
  std::string text;
  {
    json::Writer out(text);
    write_batch(out, batch);
  }
  return text;
}

/// As from the wire: parsed, read and checked.
inline base::Result<Batch> received(const std::string& text) {
  const base::Result<json::Document> object = json::parse(text);
  if (!object) return object.error();
  base::Result<Batch> batch = read_batch(*object);
  if (!batch) return batch;
  if (base::Status sound = check_batch(*batch); !sound) return sound.error();
  return batch;
}

/// Changes the entries of a batch; head and chain stay.
template <class Change>
void edit(Batch& batch, Change change) {
  std::vector<Entry> entries = batch.entries.list();
  change(entries);
  batch.entries = entries;
}

/// A home that writes batches of numbered entries; two of the same letter are one home that forks.
class Home {
 public:
  explicit Home(std::uint8_t letter = 1) : identity(identity_of(letter)), own(identity) {}

  Batch seal(std::size_t count, std::string_view event = "lease") {
    std::vector<Entry> entries;
    for (std::size_t i = 1; i <= count; ++i) {
      entries.push_back(entry_of(own.seq() + i, ++ms, event));
    }
    Batch batch = own.seal(std::move(entries), {++ms, 0});
    for (const Entry& entry : batch.entries.list()) all.push_back(entry);
    return batch;
  }

  /// The entries `from` .. the end of a sealed batch's head, joined under that head.
  Batch range(base::Seq from, const Head& head) const {
    Batch batch;
    std::vector<Entry> entries;
    batch.previous = genesis_hash(identity.id());
    for (const Entry& entry : all) {
      if (entry.seq < from) batch.previous = next_hash(batch.previous, entry.text);
      if (entry.seq >= from && entry.seq <= head.seq) entries.push_back(entry);
    }
    batch.entries = entries;
    batch.head = head;
    return batch;
  }

  Head beat() { return own.beat(own.seq(), own.hash(), {++ms, 0}); }

  crypto::Identity identity;
  OwnFeed own;
  std::int64_t ms = 1000;
  std::vector<Entry> all;
};

}  // namespace syrah::feed::testing
