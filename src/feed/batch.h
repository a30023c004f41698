#pragma once

// Entries that became ready together, under one signature. A batch is at once one record of the
// journal and one message to the peers: the same bytes are hashed, stored, sent and relayed.

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "feed/entries.h"
#include "feed/head.h"
#include "json/value.h"
#include "json/writer.h"

namespace syrah::feed {

/// Reads "seq" and "time" ([ms, counter]) of an entry's text and keeps the text.
base::Result<Entry> read_entry(std::string_view text);

/// The consecutive entries `first()` .. `head.seq` of `head.home`. May be without entries: then it
/// is only a head.
struct Batch {
  crypto::Digest previous{};  ///< chain hash before the first entry
  Entries entries;
  Head head;

  [[nodiscard]] base::Seq first() const { return head.seq - entries.size() + 1; }
  /// Bytes of all entry texts together.
  [[nodiscard]] std::size_t entry_bytes() const { return entries.bytes(); }

  bool operator==(const Batch&) const = default;
};

/// Whether the batch is whole in itself: entries numbered without a gap up to the head, times never
/// going back and not later than the head's, the chain from `previous` ends in the head's hash, the
/// signature is the home's, sizes within limits.h.
base::Status check_batch(const Batch& batch);

/// The entries after `seq`, under the same head: what of a batch that overlaps with known entries
/// is new. `seq` lies in first() - 1 .. head.seq.
Batch rest_after(const Batch& batch, base::Seq seq);

/// JSON form, members in this order: home, previous, entries (array of objects), head {seq, hash,
/// time, signature}; digests and signatures in hexadecimal.
void write_batch(json::Writer& out, const Batch& batch);
/// Reads that form; checks shape and sizes only (`check_batch` checks the rest).
base::Result<Batch> read_batch(const json::Value& object);

/// {home, seq, hash, time, signature}: a head on its own.
void write_head(json::Writer& out, const Head& head);
base::Result<Head> read_head(const json::Value& object);

}  // namespace syrah::feed
