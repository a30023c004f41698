#include "feed/replica.h"

#include <fmt/format.h>

#include <algorithm>

#include "feed/limits.h"

namespace syrah::feed {
namespace {

/// The chain hash after entry `seq`, which lies in first() - 1 .. head.seq of the batch.
crypto::Digest hash_within(const Batch& batch, base::Seq seq) {
  if (seq == batch.head.seq) return batch.head.hash;
  crypto::Digest hash = batch.previous;
  for (const EntryView& entry : batch.entries) {
    if (entry.seq > seq) break;
    hash = next_hash(hash, entry.text);
  }
  return hash;
}

bool covers(const Batch& batch, base::Seq seq) {
  return seq + 1 >= batch.first() && seq <= batch.head.seq;
}

Batch without_entries(const Head& head) { return {head.hash, {}, head}; }

Replica::Outcome unsound(std::string reason) {
  return {Replica::Verdict::kDamaged, {}, std::move(reason), std::nullopt};
}

Replica::Outcome plain(Replica::Verdict verdict) { return {verdict, {}, {}, std::nullopt}; }

}  // namespace

base::Status check_fork(const ForkProof& proof) {
  if (base::Status sound = check_batch(proof.a); !sound) return sound.error();
  if (base::Status sound = check_batch(proof.b); !sound) return sound.error();
  if (proof.a.head.home != proof.b.head.home) return base::invalid("batches of two homes");
  const base::Seq from = std::max(proof.a.first(), proof.b.first()) - 1;
  const base::Seq to = std::min(proof.a.head.seq, proof.b.head.seq);
  if (from > to) return base::invalid("the batches have no entry number in common");
  // Once two chains differ they never meet again, so the last number in common tells.
  if (hash_within(proof.a, to) == hash_within(proof.b, to)) {
    return base::invalid("the batches agree with each other");
  }
  return base::success();
}

void write_fork(json::Writer& out, const ForkProof& proof) {
  out.begin_object();
  out.key("a");
  write_batch(out, proof.a);
  out.key("b");
  write_batch(out, proof.b);
  out.end_object();
}

base::Result<ForkProof> read_fork(const json::Value& object) {
  const json::Value* a = object.find("a");
  const json::Value* b = object.find("b");
  if (a == nullptr || b == nullptr) return base::invalid("a fork proof has the members a and b");
  base::Result<Batch> first = read_batch(*a);
  if (!first) return first.error();
  base::Result<Batch> second = read_batch(*b);
  if (!second) return second.error();
  return ForkProof{std::move(*first), std::move(*second)};
}

Replica::Replica(const base::NodeId& home) : home_(home) {
  last_.home = home;
  last_.hash = genesis_hash(home);
}

void Replica::restore(const Head& head) {
  SYRAH_CHECK(head.home == home_, "restored from another home's head");
  last_ = head;
  entry_time_ = {};
  recent_.clear();
  recent_bytes_ = 0;
}

std::optional<Batch> Replica::evidence(base::Seq seq) const {
  if (seq == last_.seq) return without_entries(last_);
  // The newest first: what is disputed is rarely old.
  for (auto batch = recent_.rbegin(); batch != recent_.rend(); ++batch) {
    if (covers(*batch, seq)) return *batch;
  }
  return std::nullopt;
}

std::optional<crypto::Digest> Replica::known_hash(base::Seq seq) const {
  if (seq == last_.seq) return last_.hash;
  for (auto batch = recent_.rbegin(); batch != recent_.rend(); ++batch) {
    if (covers(*batch, seq)) return hash_within(*batch, seq);
  }
  return std::nullopt;
}

Replica::Outcome Replica::forked_at(base::Seq seq, const Batch& batch) {
  forked_ = true;
  Outcome outcome = plain(Verdict::kForked);
  outcome.reason = fmt::format("the home signed two different entries {}", seq);
  if (std::optional<Batch> known = evidence(seq)) {
    ForkProof proof{std::move(*known), batch};
    if (check_fork(proof).ok()) outcome.proof = std::move(proof);
  }
  return outcome;
}

Replica::Outcome Replica::judge_known(const Batch& batch) {
  const base::Seq seq = batch.head.seq;
  const std::optional<crypto::Digest> known = known_hash(seq);
  if (!known || *known == batch.head.hash) return plain(Verdict::kKnown);
  if (base::Status sound = check_batch(batch); !sound) return unsound(sound.error().message);
  return forked_at(seq, batch);
}

Replica::Outcome Replica::judge_head(const Head& head) {
  if (head.home != home_) return unsound("a head of another home");
  if (forked_) return plain(Verdict::kKnown);
  if (head.seq > last_.seq) return plain(Verdict::kGap);
  if (head.seq < last_.seq || head.hash != last_.hash) return judge_known(without_entries(head));
  if (head.time <= last_.time) return plain(Verdict::kKnown);
  if (!verify_head(head)) return unsound("the signature is not the home's");
  last_ = head;
  return plain(Verdict::kNew);
}

Replica::Verdict Replica::hear(const Head& head) { return judge_head(head).verdict; }

Replica::Outcome Replica::accept(const Batch& batch) {
  if (batch.head.home != home_) return unsound("a batch of another home");
  if (forked_) return plain(Verdict::kKnown);
  if (batch.head.seq < batch.entries.size()) return unsound("more entries than the head counts");
  if (batch.entries.empty()) {
    if (batch.previous != batch.head.hash) return unsound("the chain does not end in the head");
    return judge_head(batch.head);
  }
  // Repeats and gaps are the common case among many relays: they cost no signature.
  if (batch.head.seq <= last_.seq) return judge_known(batch);
  if (batch.first() > last_.seq + 1) return plain(Verdict::kGap);

  if (base::Status sound = check_batch(batch); !sound) return unsound(sound.error().message);
  if (hash_within(batch, last_.seq) != last_.hash) return forked_at(last_.seq, batch);
  Batch fresh = rest_after(batch, last_.seq);
  if (fresh.entries.front().time < entry_time_) {
    // Signed by the home, so it is the home's fault and not the sender's, who may not know the
    // entry before.
    forked_ = true;
    Outcome outcome = plain(Verdict::kForked);
    outcome.reason = fmt::format("entry {} is earlier than the one before", fresh.first());
    return outcome;
  }
  Outcome outcome = plain(Verdict::kNew);
  outcome.fresh = std::move(fresh);
  move_on(batch);
  return outcome;
}

void Replica::move_on(const Batch& batch) {
  last_ = batch.head;
  entry_time_ = batch.entries.back().time;
  recent_.push_back(batch);
  recent_bytes_ += batch.entry_bytes();
  while (recent_.size() > kEvidenceBatchesMax || recent_bytes_ > kEvidenceBytesMax) {
    recent_bytes_ -= recent_.front().entry_bytes();
    recent_.pop_front();
  }
}

}  // namespace syrah::feed
