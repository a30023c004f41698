#pragma once

#include "json/writer.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {

/// Writes the members of a message that are its own, after those that all messages have.
void write_body(json::Writer& out, const MessageBody& body, const Spelling& spelling,
                bool in_envelope);

}  // namespace syrah::p2p
