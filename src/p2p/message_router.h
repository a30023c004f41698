#pragma once

// The way to an identity: its session, direct or through Grenache; while there is none, messages
// wait for one, bounded in number, bytes and time. Counts by which way messages went.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "p2p/message.h"
#include "p2p/route.h"

namespace syrah::p2p {

/// What became of a message.
enum class Routing : std::uint8_t { kDirect, kGrenache, kQueued };

struct RouteCounts {
  std::uint64_t direct = 0;
  std::uint64_t grenache = 0;
  std::uint64_t queued = 0;   ///< had to wait; counted again when they went or were dropped
  std::uint64_t dropped = 0;  ///< no place to wait, or waited in vain
};

struct RoutedMessage {
  MessageBody body;
  Urgency urgency = Urgency::kBook;
  std::optional<base::NodeId> ordered_as;
};

class MessageRouter {
 public:
  /// Keeps a message until a session to `to` opens. An error if too many wait (kRouted...Max).
  base::Status wait(const base::NodeId& to, RoutedMessage message, base::Time now);
  /// A session is open: what waited for it, in order.
  std::vector<RoutedMessage> take(const base::NodeId& to);
  /// Drops what waited kRoutedMs; returns how many.
  std::size_t expire(base::Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  void went(Route route) { ++(route == Route::kDirect ? counts_.direct : counts_.grenache); }
  [[nodiscard]] const RouteCounts& counts() const { return counts_; }
  [[nodiscard]] std::size_t waiting() const { return by_time_.size(); }

 private:
  struct Waiting {
    RoutedMessage message;
    std::size_t bytes = 0;
    std::uint64_t number = 0;
  };
  struct Line {
    std::deque<Waiting> messages;
    std::size_t bytes = 0;
  };
  struct Due {
    std::int64_t until_us = 0;
    base::NodeId to;
  };

  std::map<base::NodeId, Line> lines_;
  std::map<std::uint64_t, Due> by_time_;  ///< by number: all wait equally long
  std::uint64_t last_number_ = 0;
  RouteCounts counts_;
};

}  // namespace syrah::p2p
