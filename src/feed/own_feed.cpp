#include "feed/own_feed.h"

#include <utility>

#include "feed/limits.h"

namespace syrah::feed {

OwnFeed::OwnFeed(const crypto::Identity& identity)
    : identity_(identity), hash_(genesis_hash(identity_.id())) {}

void OwnFeed::restore(base::Seq seq, const crypto::Digest& hash, base::Hlc time) {
  SYRAH_CHECK(seq_ == 0 && time_ == base::Hlc{}, "a feed that has begun cannot be restored");
  seq_ = seq;
  hash_ = hash;
  time_ = time;
}

Batch OwnFeed::seal(Entries entries, base::Hlc time) {
  SYRAH_CHECK(entries.size() <= kBatchEntriesMax, "a batch of too many entries");
  SYRAH_CHECK(time >= time_, "a feed's time never goes back");
  Batch batch;
  batch.previous = hash_;
  base::Hlc latest;
  for (const EntryView& entry : entries) {
    SYRAH_CHECK(entry.seq == seq_ + 1, "own entries follow on each other");
    SYRAH_CHECK(entry.time >= latest && entry.time <= time, "own entries are in order of time");
    SYRAH_CHECK(entry.text.size() <= kEntryBytesMax, "an own entry is too long");
    latest = entry.time;
    seq_ = entry.seq;
    hash_ = next_hash(hash_, entry.text);
  }
  time_ = time;
  batch.entries = std::move(entries);
  batch.head = sign_head(identity_, seq_, hash_, time);
  SYRAH_CHECK(batch.entry_bytes() <= kBatchBytesMax, "a batch of too many bytes");
  return batch;
}

Head OwnFeed::beat(base::Seq seq, const crypto::Digest& hash, base::Hlc time) const {
  SYRAH_CHECK(seq <= seq_, "a sign of life for entries that are not there");
  return sign_head(identity_, seq, hash, time);
}

}  // namespace syrah::feed
