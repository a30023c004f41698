#pragma once

#include "crypto/identity.h"
#include "feed/batch.h"

namespace syrah::feed {

/// The writing end of this node's own feed: numbers are given by the exchange, the chain and the
/// signature here.
class OwnFeed {
 public:
  explicit OwnFeed(const crypto::Identity& identity);

  /// Continues after what the journal holds. Only before the first `seal`.
  void restore(base::Seq seq, const crypto::Digest& hash, base::Hlc time);

  /// Chains and signs the next entries, which must follow on each other and on the last batch.
  Batch seal(Entries entries, base::Hlc time);

  /// The last sealed head again with a newer time: the sign of life.
  Head beat(base::Seq seq, const crypto::Digest& hash, base::Hlc time) const;

  [[nodiscard]] const base::NodeId& home() const { return identity_.id(); }
  [[nodiscard]] base::Seq seq() const { return seq_; }
  [[nodiscard]] const crypto::Digest& hash() const { return hash_; }

 private:
  crypto::Identity identity_;
  base::Seq seq_ = 0;
  crypto::Digest hash_{};
  base::Hlc time_;
};

}  // namespace syrah::feed
