#pragma once

#include "sim/checkers/feed_archive.h"
#include "sim/checkers/report.h"

namespace syrah::sim {

/// Invariant 9: a feed never forks and has no gaps, and whatever of a feed others store or send is
/// what its home made durable and signed.
class FeedChecker {
 public:
  static constexpr std::string_view kInvariant = "9 feed";

  FeedChecker(Report& report, FeedArchive& archive) : report_(report), archive_(archive) {}

  /// A home's own batch is durable at home. False if it is no continuation.
  bool own_stored(const feed::Batch& batch);
  /// Someone else's batch is durable at `where`, or left `where` for a peer.
  void copy(const base::NodeId& where, const feed::Batch& batch);
  void copy(const base::NodeId& where, const feed::Head& head);

 private:
  void say(const base::NodeId& where, const feed::Head& head, const std::string& wrong);

  Report& report_;
  FeedArchive& archive_;
};

}  // namespace syrah::sim
