#pragma once

// Who broke the rules is discouraged for a day: not dialled, not let in. One step, no scores: a
// score only tells an attacker how far to go. By identity where it was proved, and by address
// unless that is a loopback or private one, behind which others live.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace syrah::p2p {

class Misbehavior {
 public:
  void discourage(const std::optional<base::NodeId>& proved_id, std::string_view host,
                  std::int64_t now_us);
  /// The user wants to try again.
  void forgive(const std::optional<base::NodeId>& id, std::string_view host);

  [[nodiscard]] bool is_discouraged(const base::NodeId& id, std::int64_t now_us) const;
  [[nodiscard]] bool is_discouraged(std::string_view host, std::int64_t now_us) const;

 private:
  std::map<base::NodeId, std::int64_t> until_by_id_;
  std::map<std::string, std::int64_t> until_by_party_;
};

}  // namespace syrah::p2p
