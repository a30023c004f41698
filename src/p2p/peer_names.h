#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/ids.h"
#include "p2p/refusal.h"

namespace syrah::p2p {

/// Readable names (NODE_ID) of full peers: a name belongs to the first key that used it. A name
/// that is the text of a node id belongs to that id by itself.
class PeerNames {
 public:
  PeerNames(std::string own_name, const base::NodeId& own_id);

  /// Whether `name` may be used by the owner of `id`, or (nothing) by someone without proof.
  [[nodiscard]] std::optional<Refusal> judge(const std::string& name,
                                             const std::optional<base::NodeId>& id) const;
  /// From now on the name is that id's. Does nothing when the table is full (kPinnedNamesMax): old
  /// pins are not given up for new ones. True if something changed.
  bool pin(const std::string& name, const base::NodeId& id);

  /// The name is free for the next key that uses it. False if it was nobody's.
  bool forget(const std::string& name);

  [[nodiscard]] const std::map<std::string, base::NodeId>& pinned() const { return pinned_; }

 private:
  std::string own_name_;
  base::NodeId own_id_;
  std::map<std::string, base::NodeId> pinned_;
};

}  // namespace syrah::p2p
