#pragma once

#include "p2p/message_members.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {

/// Reads the members of a message that are its own into `body`. What is wrong is noted in `in`; the
/// body is of no use then. A message without meaning here is read as a HeartbeatAck.
void read_body(MessageType type, MessageMembers& in, MessageBody& body);

}  // namespace syrah::p2p
