#pragma once

// Who broke the rules is discouraged for a day: not dialled, not let in. One step, no scores: a
// score only tells an attacker how far to go. By identity where it was proved, and by address
// unless that is a loopback or private one, behind which others live. The peers file keeps the
// latest of them over a restart.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "p2p/peer_storage.h"

namespace syrah::p2p {

class Misbehavior {
 public:
  void discourage(const std::optional<base::NodeId>& proved_id, std::string_view host,
                  base::Time now);
  /// The user wants to try again.
  void forgive(const std::optional<base::NodeId>& id, std::string_view host);

  [[nodiscard]] bool is_discouraged(const base::NodeId& id, std::int64_t now_us) const;
  [[nodiscard]] bool is_discouraged(std::string_view host, std::int64_t now_us) const;

  /// For the peers file: kDiscouragedStoredMax of each kind.
  [[nodiscard]] std::vector<StoredDiscouraged> stored() const;
  /// Those of an earlier run whose time is not over; never longer than kDiscouragedMs from now,
  /// whatever became of the clock.
  void restore(const std::vector<StoredDiscouraged>& stored, base::Time now);

 private:
  struct Until {
    std::int64_t steady_us = 0;
    std::int64_t wall_ms = 0;
  };
  template <class Key>
  static void remember(std::map<Key, Until>& until, const Key& key, Until end);
  template <class Key>
  static std::vector<std::pair<Key, Until>> latest(const std::map<Key, Until>& until);

  std::map<base::NodeId, Until> until_by_id_;
  std::map<std::string, Until> until_by_party_;
};

}  // namespace syrah::p2p
