#pragma once

#include "sim/checkers/feed_archive.h"
#include "sim/checkers/ledger.h"
#include "sim/checkers/report.h"
#include "sim/checkers/told.h"

namespace syrah::sim {

/// Invariant 10: no message, reply or feed entry leaves a node before what it rests on is durable
/// there.
class DurableFirstChecker {
 public:
  static constexpr std::string_view kInvariant = "10 durable first";

  DurableFirstChecker(Report& report, const FeedArchive& archive, const Ledger& ledger)
      : report_(report), archive_(archive), ledger_(ledger) {}

  /// A home sent a head of its own feed, alone or over a batch. False if it is too early.
  bool own_head_sent(const feed::Head& head);
  void told(const ToldOrder& order);
  void told_cancelled(const base::OrderId& order);

 private:
  Report& report_;
  const FeedArchive& archive_;
  const Ledger& ledger_;
};

}  // namespace syrah::sim
