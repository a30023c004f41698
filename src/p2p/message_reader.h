#pragma once

#include "p2p/message_members.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {

/// Reads the members of a message that are its own. What is wrong is noted in `in`; the value is
/// of no use then. A message without meaning here is read as a HeartbeatAck.
MessageBody read_body(MessageType type, MessageMembers& in);

}  // namespace syrah::p2p
