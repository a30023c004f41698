#include "p2p/message_router.h"

#include <fmt/format.h>

#include <utility>

#include "p2p/limits.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {

base::Status MessageRouter::wait(const base::NodeId& to, RoutedMessage message, base::Time now) {
  std::string text;
  write_message(text, {}, now.wall_ms(), message.body);
  const std::size_t bytes = text.size();
  const auto found = lines_.find(to);
  const std::size_t messages = found == lines_.end() ? 0 : found->second.messages.size();
  const std::size_t waiting_bytes = found == lines_.end() ? 0 : found->second.bytes;
  if (messages >= kRoutedMessagesMax || waiting_bytes + bytes > kRoutedBytesMax ||
      by_time_.size() >= kRoutedMessagesAllMax) {
    ++counts_.dropped;
    return base::Error{
        base::ErrorCode::kLimit,
        fmt::format("no connection to {}: {} messages of {} bytes wait for it and {} in all, "
                    "{}, {} and {} are allowed",
                    to.brief(), messages, waiting_bytes, by_time_.size(), kRoutedMessagesMax,
                    kRoutedBytesMax, kRoutedMessagesAllMax)};
  }
  Line& line = lines_[to];
  line.bytes += bytes;
  line.messages.push_back({std::move(message), bytes, ++last_number_});
  by_time_[last_number_] = {now.steady_us + kRoutedMs * base::kUsPerMs, to};
  ++counts_.queued;
  return base::success();
}

std::vector<RoutedMessage> MessageRouter::take(const base::NodeId& to) {
  std::vector<RoutedMessage> messages;
  const auto found = lines_.find(to);
  if (found == lines_.end()) return messages;
  for (Waiting& waiting : found->second.messages) {
    by_time_.erase(waiting.number);
    messages.push_back(std::move(waiting.message));
  }
  lines_.erase(found);
  return messages;
}

std::size_t MessageRouter::expire(base::Time now) {
  std::size_t expired = 0;
  while (!by_time_.empty() && by_time_.begin()->second.until_us <= now.steady_us) {
    const auto line = lines_.find(by_time_.begin()->second.to);
    by_time_.erase(by_time_.begin());
    line->second.bytes -= line->second.messages.front().bytes;
    line->second.messages.pop_front();
    if (line->second.messages.empty()) lines_.erase(line);
    ++expired;
  }
  counts_.dropped += expired;
  return expired;
}

std::int64_t MessageRouter::next_deadline_us() const {
  return by_time_.empty() ? base::kNeverUs : by_time_.begin()->second.until_us;
}

}  // namespace syrah::p2p
