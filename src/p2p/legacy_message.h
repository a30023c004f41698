#pragma once

// What the old nodes tell each other by Grenache RPC under the name `p2p_exchange`: an order or a
// trade of the basic dialect in an envelope. They give every order that they hear a new id, so ids
// mean nothing beyond one message, and they drop what their validators do not like.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "p2p/message.h"

namespace syrah::p2p {

/// The name of their service.
inline constexpr std::string_view kLegacyService = "p2p_exchange";

/// A node's name among old nodes: the first 16 bytes of its id as a UUID.
std::string legacy_name(const base::NodeId& id);

/// The id itself if it is a UUID that old nodes accept, else a UUID that follows from it.
std::string legacy_id(std::string_view id);

/// Why it cannot be told to old nodes, or was not told by one. Ids are no reason (`legacy_id`).
base::Status check_legacy(const BasicOrder& order);
base::Status check_legacy(const BasicTrade& trade);

/// Writes this node's messages.
class LegacyWriter {
 public:
  /// The messages' ids follow from `seed`, which must differ from run to run.
  LegacyWriter(const base::NodeId& self, std::uint64_t seed)
      : name_(legacy_name(self)), random_(seed) {}

  /// This node's name, by which it knows its own messages when they come back.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// The payload of an RPC request, or what `check_legacy` says.
  base::Result<std::string> write(const BasicOrder& order, base::Time now);
  base::Result<std::string> write(const BasicTrade& trade, base::Time now);

 private:
  template <class Body>
  base::Result<std::string> write_as(std::string_view type, const Body& body, base::Time now);

  std::string name_;
  base::Random random_;
  std::uint64_t written_ = 0;
};

struct LegacyMessage {
  std::string id;
  Message message;  ///< a BasicOrder or BasicTrade; its sender is the old node's UUID
};

/// Reads the payload of an RPC request. Nothing: another program's message, which is no error as
/// anybody may use the service's name. An error: an old node's message that says something wrong.
base::Result<std::optional<LegacyMessage>> read_legacy(std::string_view payload);

/// Results of RPC replies, as JSON. `name` is this node's.
std::string legacy_processed(std::string_view name);
std::string legacy_ignored_self();   ///< to one's own message
std::string legacy_ignored_other();  ///< to another program's message

}  // namespace syrah::p2p
