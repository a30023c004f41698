#include "p2p/peer_names.h"

#include <fmt/format.h>

#include <utility>

#include "p2p/limits.h"

namespace syrah::p2p {

PeerNames::PeerNames(std::string own_name, const base::NodeId& own_id)
    : own_name_(std::move(own_name)), own_id_(own_id) {}

std::optional<Refusal> PeerNames::judge(const std::string& name,
                                        const std::optional<base::NodeId>& id) const {
  const auto refuse = [&](std::string_view why) {
    return Refusal{error_code::kAuthenticationFailed, fmt::format("the name '{}' {}", name, why)};
  };
  if (name == own_name_) return refuse("is this node's own");
  const base::Result<base::NodeId> named = base::NodeId::parse(name);
  // Basic nodes may use such a text as a name of their own making; this node's own they may not.
  if (named && (id ? *named != *id : *named == own_id_)) return refuse("is another node's id");
  const auto pinned = pinned_.find(name);
  if (pinned != pinned_.end() && pinned->second != id) {
    Refusal refusal = refuse(fmt::format("belongs to the key {}", pinned->second.brief()));
    refusal.way_out =
        fmt::format("if that node was made anew, let go of its old key: syrah forget {}", name);
    return refusal;
  }
  return std::nullopt;
}

bool PeerNames::pin(const std::string& name, const base::NodeId& id) {
  if (name == id.text() || pinned_.size() >= kPinnedNamesMax) return false;
  return pinned_.emplace(name, id).second;
}

bool PeerNames::forget(const std::string& name) { return pinned_.erase(name) > 0; }

}  // namespace syrah::p2p
