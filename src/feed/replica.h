#pragma once

// The reading end of another home's feed: what of it is known here, and what a newly arrived batch
// is in that light.

#include <deque>
#include <optional>
#include <utility>

#include "feed/batch.h"

namespace syrah::feed {

/// Two statements signed by one home that contradict each other: anyone can check that the home
/// forked its feed. A contradiction in heads alone has batches without entries.
struct ForkProof {
  Batch a;
  Batch b;
};

/// Both sound in themselves (`check_batch`), of one home, and with different chain hashes after the
/// same entry.
base::Status check_fork(const ForkProof& proof);
void write_fork(json::Writer& out, const ForkProof& proof);
base::Result<ForkProof> read_fork(const json::Value& object);

class Replica {
 public:
  explicit Replica(const base::NodeId& home);

  enum class Verdict {
    kNew,      ///< goes on where the replica ends: fold `fresh`
    kKnown,    ///< nothing new
    kGap,      ///< entries between are missing: ask for them from seq() + 1
    kDamaged,  ///< not sound in itself: the sender is to blame
    kForked,   ///< sound and contradicts what the home signed before, or goes back in time
  };

  struct Outcome {
    Verdict verdict = Verdict::kKnown;
    Batch fresh;                     ///< for kNew: as far as it was not seen before
    std::string reason;              ///< for kDamaged and kForked
    std::optional<ForkProof> proof;  ///< for kForked, while the contradicted batch is remembered
  };

  /// Judges a batch and, for kNew, moves on. A forked replica takes nothing any more.
  Outcome accept(const Batch& batch);

  /// Judges a head heard without entries. kNew means a newer sign of life at the known end.
  Verdict hear(const Head& head);

  /// Starts at a verified checkpoint or at what the journal holds.
  void restore(const Head& head);

  [[nodiscard]] const base::NodeId& home() const { return home_; }
  [[nodiscard]] base::Seq seq() const { return last_.seq; }
  /// The newest head at the replica's end: relayed as the home's sign of life.
  [[nodiscard]] const Head& head() const { return last_; }
  [[nodiscard]] bool forked() const { return forked_; }

 private:
  /// What the home signed about the chain after entry `seq`, as far as it is remembered.
  [[nodiscard]] std::optional<Batch> evidence(base::Seq seq) const;
  [[nodiscard]] std::optional<crypto::Digest> known_hash(base::Seq seq) const;

  Outcome judge_head(const Head& head);
  /// For a batch that ends in known territory.
  Outcome judge_known(const Batch& batch);
  Outcome forked_at(base::Seq seq, const Batch& batch);
  void move_on(const Batch& batch);

  base::NodeId home_;
  Head last_;
  base::Hlc entry_time_;  ///< of the last entry taken; zero when not known
  bool forked_ = false;
  std::deque<Batch> recent_;  ///< evidence for fork proofs, bounded (limits.h)
  std::size_t recent_bytes_ = 0;
};

}  // namespace syrah::feed
