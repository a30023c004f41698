#pragma once

#include <string_view>

#include "base/time.h"
#include "p2p/frame.h"
#include "p2p/message.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {

/// A message on its way to one or several peers. It is written once for all of them that want the
/// usual spelling, and they share its frame.
class Outgoing {
 public:
  /// All must outlive this; `sender` is this node's name.
  Outgoing(std::string_view sender, const MessageBody& body, base::Time now)
      : sender_(sender), body_(body), timestamp_ms_(now.wall_ms()) {}

  [[nodiscard]] MessageType type() const { return type_of(body_); }
  Frame frame(const Spelling& spelling);

 private:
  [[nodiscard]] Frame write(const Spelling& spelling) const;

  std::string_view sender_;
  const MessageBody& body_;
  std::int64_t timestamp_ms_;
  Frame usual_;
};

}  // namespace syrah::p2p
