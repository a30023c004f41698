#include "feed/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

#include "base/hex.h"
#include "feed/limits.h"
#include "json/reader.h"

namespace syrah::feed {
namespace {

/// End of the year 9999: later times would not fit into microseconds of 64 bits.
constexpr std::int64_t kTimeMsMax = 253'402'300'799'999;

base::Error missing(std::string_view name, std::string_view what) {
  return base::invalid(fmt::format("member {} is missing or not {}", name, what));
}

base::Error damaged(std::string message) { return {base::ErrorCode::kDamaged, std::move(message)}; }

base::Result<base::Seq> read_seq(const json::Value& object, std::int64_t min) {
  const std::optional<std::int64_t> seq = object.integer("seq");
  if (!seq || *seq < min) return missing("seq", "an entry number");
  return static_cast<base::Seq>(*seq);
}

base::Result<base::Hlc> read_time(const json::Value& object) {
  const json::Value* pair = object.find("time");
  if (pair != nullptr && pair->items().size() == 2) {
    const std::optional<std::int64_t> ms = pair->items()[0].integer();
    const std::optional<std::int64_t> counter = pair->items()[1].integer();
    if (ms && *ms >= 0 && *ms <= kTimeMsMax && counter && *counter >= 0 &&
        *counter <= std::numeric_limits<std::uint32_t>::max()) {
      return base::Hlc{*ms, static_cast<std::uint32_t>(*counter)};
    }
  }
  return missing("time", "[milliseconds, counter]");
}

bool has_upper_case(std::string_view digits) {
  return std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

/// Only the one form that is written is read, so that equal batches have equal text.
base::Status read_bytes(const json::Value& object, std::string_view name,
                        std::span<std::uint8_t> out) {
  const std::string_view text = object.string(name).value_or("");
  if (!base::from_hex(text, out) || has_upper_case(text)) {
    return missing(name, fmt::format("{} lower-case hexadecimal digits", 2 * out.size()));
  }
  return base::success();
}

/// The text stays the parsed one's.
base::Result<EntryView> read_entry(const json::Value& object) {
  const json::Value::Members members = object.members();
  if (members.size() < 2 || members[0].name != "seq" || members[1].name != "time") {
    return base::invalid("an entry is an object that starts with seq and time");
  }
  if (object.raw().size() > kEntryBytesMax) {
    return base::invalid(fmt::format("an entry has at most {} bytes", kEntryBytesMax));
  }
  const base::Result<base::Seq> seq = read_seq(object, 1);
  if (!seq) return seq.error();
  const base::Result<base::Hlc> time = read_time(object);
  if (!time) return time.error();
  return EntryView{*seq, *time, object.raw()};
}

void write_head_members(json::Writer& out, const Head& head) {
  out.integer("seq", static_cast<std::int64_t>(head.seq));
  out.string("hash", base::to_inline_hex(head.hash));
  out.key("time").begin_array();
  out.integer(head.time.ms).integer(head.time.counter).end_array();
  out.string("signature", base::to_inline_hex(head.signature));
}

base::Result<Head> read_head_members(const base::NodeId& home, const json::Value& object) {
  Head head;
  head.home = home;
  const base::Result<base::Seq> seq = read_seq(object, 0);
  if (!seq) return seq.error();
  head.seq = *seq;
  if (base::Status read = read_bytes(object, "hash", head.hash); !read) return read.error();
  const base::Result<base::Hlc> time = read_time(object);
  if (!time) return time.error();
  head.time = *time;
  if (base::Status read = read_bytes(object, "signature", head.signature); !read) {
    return read.error();
  }
  return head;
}

base::Status check_entries(const Batch& batch) {
  base::Seq expected = batch.first();
  base::Hlc latest;
  for (const EntryView& entry : batch.entries) {
    if (entry.text.size() > kEntryBytesMax) {
      return damaged(fmt::format("entry {} is over {} bytes", entry.seq, kEntryBytesMax));
    }
    if (entry.seq != expected) {
      return damaged(fmt::format("entry {} stands where {} should", entry.seq, expected));
    }
    if (entry.time < latest) {
      return damaged(fmt::format("entry {} is earlier than the one before", entry.seq));
    }
    latest = entry.time;
    ++expected;
  }
  if (batch.head.time < latest) return damaged("the head is earlier than its last entry");
  return base::success();
}

}  // namespace

base::Result<Entry> read_entry(std::string_view text) {
  const base::Result<json::Document> object = json::parse(text);
  if (!object) return object.error();
  if (object->raw().size() != text.size()) {
    return base::invalid("an entry is a JSON object and nothing around it");
  }
  const base::Result<EntryView> entry = read_entry(*object);
  if (!entry) return entry.error();
  return Entry{entry->seq, entry->time, std::string(entry->text)};
}

base::Status check_batch(const Batch& batch) {
  if (batch.entries.size() > kBatchEntriesMax || batch.entry_bytes() > kBatchBytesMax) {
    return damaged(fmt::format("a batch has at most {} entries and {} bytes", kBatchEntriesMax,
                               kBatchBytesMax));
  }
  if (batch.head.seq < batch.entries.size()) return damaged("more entries than the head counts");
  if (base::Status entries = check_entries(batch); !entries) return entries.error();
  if (batch.first() == 1 && batch.previous != genesis_hash(batch.head.home)) {
    return damaged("the feed does not begin with the hash of its home");
  }
  crypto::Digest hash = batch.previous;
  for (const EntryView& entry : batch.entries) hash = next_hash(hash, entry.text);
  if (hash != batch.head.hash) return damaged("the chain does not end in the hash of the head");
  if (!verify_head(batch.head)) return damaged("the signature is not the home's");
  return base::success();
}

Batch rest_after(const Batch& batch, base::Seq seq) {
  if (seq + 1 == batch.first()) return batch;
  Batch rest{batch.previous, {}, batch.head};
  Entries::Joiner joiner(batch.entry_bytes(), batch.entries.size());
  for (const EntryView& entry : batch.entries) {
    if (entry.seq > seq) {
      joiner.add(entry.seq, entry.time, entry.text);
    } else {
      rest.previous = next_hash(rest.previous, entry.text);
    }
  }
  rest.entries = joiner.finish();
  return rest;
}

void write_batch(json::Writer& out, const Batch& batch) {
  out.begin_object();
  out.string("home", batch.head.home.inline_text());
  out.string("previous", base::to_inline_hex(batch.previous));
  out.raw("entries", batch.entries.text());
  out.key("head").begin_object();
  write_head_members(out, batch.head);
  out.end_object();
  out.end_object();
}

base::Result<Batch> read_batch(const json::Value& object) {
  base::NodeId home;
  if (base::Status read = read_bytes(object, "home", home.bytes); !read) return read.error();
  Batch batch;
  if (base::Status read = read_bytes(object, "previous", batch.previous); !read) {
    return read.error();
  }
  const json::Value* entries = object.find("entries");
  if (entries == nullptr || !entries->is_array()) return missing("entries", "an array");
  const auto too_large = [] {
    return base::invalid(fmt::format("a batch has at most {} entries and {} bytes",
                                     kBatchEntriesMax, kBatchBytesMax));
  };
  if (entries->items().size() > kBatchEntriesMax) return too_large();
  Entries::Joiner joiner(entries->raw().size(), entries->items().size());
  for (const json::Value& item : entries->items()) {
    const base::Result<EntryView> entry = read_entry(item);
    if (!entry) return entry.error();
    joiner.add(entry->seq, entry->time, entry->text);
  }
  batch.entries = joiner.finish();
  if (batch.entry_bytes() > kBatchBytesMax) return too_large();
  const json::Value* inner = object.find("head");
  if (inner == nullptr || !inner->is_object()) return missing("head", "an object");
  const base::Result<Head> head = read_head_members(home, *inner);
  if (!head) return head.error();
  batch.head = *head;
  if (batch.head.seq < batch.entries.size()) {
    return base::invalid("a batch has more entries than its head counts");
  }
  return batch;
}

void write_head(json::Writer& out, const Head& head) {
  out.begin_object();
  out.string("home", head.home.inline_text());
  write_head_members(out, head);
  out.end_object();
}

base::Result<Head> read_head(const json::Value& object) {
  base::NodeId home;
  if (base::Status read = read_bytes(object, "home", home.bytes); !read) return read.error();
  return read_head_members(home, object);
}

}  // namespace syrah::feed
