#pragma once

// Looks at everything that happens and lets the checkers judge it: what disks keep, what nodes
// send, what clients are told, and, when all is calm, the nodes themselves.

#include <map>
#include <utility>

#include "p2p/frame.h"
#include "p2p/message.h"
#include "sim/checkers/acknowledged_checker.h"
#include "sim/checkers/after_cancel_checker.h"
#include "sim/checkers/both_sides_checker.h"
#include "sim/checkers/client_id_checker.h"
#include "sim/checkers/conservation_checker.h"
#include "sim/checkers/crossed_checker.h"
#include "sim/checkers/durable_first_checker.h"
#include "sim/checkers/feed_archive.h"
#include "sim/checkers/feed_checker.h"
#include "sim/checkers/heads_checker.h"
#include "sim/checkers/holds_checker.h"
#include "sim/checkers/ledger.h"
#include "sim/checkers/no_reuse_checker.h"
#include "sim/checkers/order_terms_checker.h"
#include "sim/checkers/overfill_checker.h"
#include "sim/checkers/price_checker.h"
#include "sim/checkers/price_time_checker.h"
#include "sim/checkers/stop_checker.h"
#include "sim/counts.h"
#include "sim/sim_host.h"
#include "sim/workload.h"

namespace syrah::sim {

class Inspector : public ClientListener {
 public:
  explicit Inspector(Report& report);

  /// `old_copy`: the host runs on a stale disk; what its own feed says there does not count.
  void stored(const base::NodeId& where, const node::Transaction& transaction, bool old_copy);
  void sent(const base::NodeId& from, p2p::ConnectionId connection, const std::string& bytes);
  /// All its connections are gone.
  void down(const base::NodeId& host);

  // ClientListener
  void placed(const Intent& intent, const ToldOrder& order) override;
  void told(const ToldOrder& order) override;
  void told_cancelled(const base::OrderId& order) override;
  void told_not_found(const base::OrderId& order) override;
  void odd_answer(HostIndex host, const std::string& asked,
                  const api::HttpResponse& answer) override;

  /// Heads and books, soon after the faults ended; into a report of its own, as entries may just be
  /// on their way.
  static void check_heads(const std::vector<LiveNode>& nodes, Report& report);
  /// What else needs calm.
  void check_calm(const std::vector<LiveNode>& nodes);

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const FeedArchive& archive() const { return archive_; }

 private:
  void own_batch(const feed::Batch& batch);
  void entry(const exchange::Recorded& recorded);
  void count(const exchange::Recorded& recorded);
  void message(const base::NodeId& from, const p2p::MessageBody& body);
  void sent_head(const base::NodeId& from, const feed::Head& head);
  void sent_batch(const base::NodeId& from, const feed::Batch& batch);

  Report& report_;
  FeedArchive archive_;
  Ledger ledger_;
  std::map<base::NodeId, exchange::Instruments> instruments_;
  std::map<std::pair<base::NodeId, p2p::ConnectionId>, p2p::FrameReader> streams_;
  Counts counts_;

  OverfillChecker overfill_;
  BothSidesChecker both_sides_;
  ConservationChecker conservation_;
  PriceChecker price_;
  OrderTermsChecker order_terms_;
  AcknowledgedChecker acknowledged_;
  NoReuseChecker no_reuse_;
  AfterCancelChecker after_cancel_;
  PriceTimeChecker price_time_;
  StopChecker stops_;
  FeedChecker feed_;
  DurableFirstChecker durable_first_;
  ClientIdChecker client_id_;
  HoldsChecker holds_;
};

}  // namespace syrah::sim
