#pragma once

// How the entries of other homes came here: which peer brought them, by which way, and when. Kept
// in memory for the newest entries of each home (limits.h); what came before the last start is
// known to have come from the journal.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "p2p/peer_manager.h"

namespace syrah::node {

/// Entries that came together.
struct Arrival {
  base::Seq first = 0;
  base::Seq last = 0;
  base::Hlc made;  ///< the last of them, by the clock of its home
  std::int64_t wall_us = 0;
  std::optional<p2p::Carrier> by;  ///< absent: the session ended as they came
  bool snapshot = false;           ///< the state after `last`, not the entries
};

class Provenance {
 public:
  /// The journal held the home's feed up to this entry when the node started.
  void restored(const base::NodeId& home, base::Seq seq) { restored_[home] = seq; }
  [[nodiscard]] bool was_restored(const base::EntryId& entry) const;

  /// In the order of the feed.
  void arrived(const base::NodeId& home, const Arrival& arrival);

  /// Null if it is not known (any more).
  [[nodiscard]] const Arrival* find(const base::EntryId& entry) const;
  /// Newest first.
  [[nodiscard]] std::vector<Arrival> newest(const base::NodeId& home, std::size_t most) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void forget_quietest();

  std::map<base::NodeId, base::Seq> restored_;
  std::map<base::NodeId, std::deque<Arrival>> arrivals_;
  std::size_t size_ = 0;
};

}  // namespace syrah::node
