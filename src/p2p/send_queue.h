#pragma once

// What waits to be sent to one peer. More urgent frames go first, but frames of one home's feed
// stay in order: a more urgent one pulls the earlier ones of its home along. Bounded: a peer that
// does not keep up is not waited for.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/ids.h"
#include "p2p/frame.h"
#include "p2p/message.h"

namespace syrah::p2p {

class SendQueue {
 public:
  /// False, with nothing added, if the frame does not fit (kQueueBytesMax, kQueueMessagesMax).
  [[nodiscard]] bool push(Frame frame, Urgency urgency,
                          const std::optional<base::NodeId>& ordered_as, std::int64_t now_us);

  /// The next bytes for the edge, "" if there are none or kUnsentBytesMax of those given before
  /// have not left. A frame may come in several parts; once begun it is finished before any other.
  std::string take(std::int64_t now_us);

  /// So many of the bytes taken have left.
  void sent(std::size_t bytes, std::int64_t now_us);

  /// Empties the queue but for the rest of a frame that has begun, and returns that with `last`
  /// behind it: what can still be said when the session ends.
  std::string close_with(const std::string& last);

  /// Bytes that have not left, given to the edge or not.
  [[nodiscard]] std::size_t bytes() const { return waiting_bytes_ + unsent_bytes_; }
  [[nodiscard]] bool idle() const { return bytes() == 0; }
  /// When bytes last left, or began to wait.
  [[nodiscard]] std::int64_t progress_us() const { return progress_us_; }

 private:
  static constexpr std::size_t kUrgencies = 4;
  using Counts = std::array<std::size_t, kUrgencies>;

  struct Queued {
    Frame frame;
    std::optional<base::NodeId> ordered_as;
  };

  void pull_along(const base::NodeId& home, std::size_t urgency);
  bool begin_next_frame();

  std::array<std::deque<Queued>, kUrgencies> queues_;
  std::map<base::NodeId, Counts> of_home_;  ///< frames queued, by home and urgency
  std::size_t count_ = 0;
  Frame current_;  ///< the frame that has begun
  std::size_t position_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t unsent_bytes_ = 0;
  std::int64_t progress_us_ = 0;
};

}  // namespace syrah::p2p
