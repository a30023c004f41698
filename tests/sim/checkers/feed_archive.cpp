#include "sim/checkers/feed_archive.h"

#include <fmt/format.h>

namespace syrah::sim {

crypto::Digest FeedArchive::Feed::hash_after(const base::NodeId& home, base::Seq seq) const {
  return seq == 0 ? feed::genesis_hash(home) : hashes.at(seq - 1);
}

base::Seq FeedArchive::seq(const base::NodeId& home) const {
  const auto found = feeds_.find(home);
  return found == feeds_.end() ? 0 : found->second.texts.size();
}

std::string FeedArchive::extend(const feed::Batch& batch) {
  const feed::Head& head = batch.head;
  Feed& feed = feeds_[head.home];
  const base::Seq end = feed.texts.size();
  if (batch.entries.empty()) return "a batch without entries in the journal";
  if (batch.first() != end + 1) {
    return fmt::format("entry {} follows entry {}", batch.first(), end);
  }
  crypto::Digest hash = feed.hash_after(head.home, end);
  if (batch.previous != hash) return fmt::format("does not chain to entry {}", end);
  for (const feed::EntryView& entry : batch.entries) {
    if (entry.seq != feed.texts.size() + 1) {
      return fmt::format("entry {} follows entry {}", entry.seq, feed.texts.size());
    }
    hash = feed::next_hash(hash, entry.text);
    feed.texts.emplace_back(entry.text);
    feed.hashes.push_back(hash);
  }
  if (head.seq != feed.texts.size() || head.hash != hash) {
    return fmt::format("the head {} is not of these entries", head.seq);
  }
  feed.signatures.insert(head.signature);
  return {};
}

std::string FeedArchive::compare(const feed::Head& copy) const {
  const auto found = feeds_.find(copy.home);
  if (found == feeds_.end()) return copy.seq == 0 ? "" : "a head of a home that has no entries";
  const Feed& feed = found->second;
  if (copy.seq > feed.texts.size()) {
    return fmt::format("speaks of entry {}, durable are {}", copy.seq, feed.texts.size());
  }
  if (copy.hash != feed.hash_after(copy.home, copy.seq)) {
    return fmt::format("another hash after entry {}: the feed is forked", copy.seq);
  }
  if (!feed.signatures.contains(copy.signature)) {
    return fmt::format("the home never signed this head {}", copy.seq);
  }
  return {};
}

std::string FeedArchive::compare(const feed::Batch& copy) const {
  if (std::string wrong = compare(copy.head); !wrong.empty()) return wrong;
  if (copy.entries.empty()) return {};
  const Feed& feed = feeds_.at(copy.head.home);
  if (copy.entries.size() > copy.head.seq) return "more entries than numbers";
  if (copy.previous != feed.hash_after(copy.head.home, copy.first() - 1)) {
    return fmt::format("another hash before entry {}", copy.first());
  }
  for (std::size_t i = 0; i < copy.entries.size(); ++i) {
    const base::Seq seq = copy.first() + i;
    if (copy.entries[i].seq != seq || copy.entries[i].text != feed.texts.at(seq - 1)) {
      return fmt::format("another text of entry {}: the feed is forked", seq);
    }
  }
  return {};
}

}  // namespace syrah::sim
