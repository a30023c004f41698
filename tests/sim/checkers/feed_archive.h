#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "feed/batch.h"

namespace syrah::sim {

/// Every entry that a home made durable on its own disk, and every head it signed: what all copies
/// of its feed must agree with.
class FeedArchive {
 public:
  /// A home's next batch, durable at home. The answer is what is wrong with it, "" if nothing.
  std::string extend(const feed::Batch& batch);
  /// The home itself made this head.
  void vouch(const feed::Head& head) { feeds_[head.home].signatures.insert(head.signature); }

  /// What is wrong with a copy, "" if nothing: another text or hash under a number, entries that
  /// the home never made durable, a head that it never signed.
  [[nodiscard]] std::string compare(const feed::Batch& copy) const;
  [[nodiscard]] std::string compare(const feed::Head& copy) const;

  /// Last durable entry of a home.
  [[nodiscard]] base::Seq seq(const base::NodeId& home) const;

 private:
  struct Feed {
    std::vector<std::string> texts;
    std::vector<crypto::Digest> hashes;  ///< after entry i + 1
    std::set<crypto::Signature> signatures;

    [[nodiscard]] crypto::Digest hash_after(const base::NodeId& home, base::Seq seq) const;
  };
  std::map<base::NodeId, Feed> feeds_;
};

}  // namespace syrah::sim
