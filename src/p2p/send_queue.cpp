#include "p2p/send_queue.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "p2p/limits.h"

namespace syrah::p2p {

bool SendQueue::push(Frame frame, Urgency urgency, const std::optional<base::NodeId>& ordered_as,
                     std::int64_t now_us) {
  const std::size_t size = frame->size();
  if (size > kQueueBytesMax - std::min(kQueueBytesMax, bytes())) return false;
  if (count_ >= kQueueMessagesMax) return false;
  if (idle()) progress_us_ = now_us;
  const auto rank = static_cast<std::size_t>(urgency);
  if (ordered_as) {
    pull_along(*ordered_as, rank);
    ++of_home_[*ordered_as][rank];
  }
  waiting_bytes_ += size;
  ++count_;
  queues_[rank].push_back({std::move(frame), ordered_as});
  return true;
}

/// Moves the home's less urgent frames, in their order, to the end of the queue `urgency`. They
/// were in order before, so none of the home's frames is behind a later one afterwards.
void SendQueue::pull_along(const base::NodeId& home, std::size_t urgency) {
  const auto counts = of_home_.find(home);
  if (counts == of_home_.end()) return;
  for (std::size_t rank = urgency + 1; rank < kUrgencies; ++rank) {
    if (counts->second[rank] == 0) continue;
    std::deque<Queued> others;
    for (Queued& queued : queues_[rank]) {
      (queued.ordered_as == home ? queues_[urgency] : others).push_back(std::move(queued));
    }
    queues_[rank] = std::move(others);
    counts->second[urgency] += std::exchange(counts->second[rank], 0);
  }
}

bool SendQueue::begin_next_frame() {
  for (std::size_t rank = 0; rank < kUrgencies; ++rank) {
    if (queues_[rank].empty()) continue;
    Queued next = std::move(queues_[rank].front());
    queues_[rank].pop_front();
    --count_;
    if (next.ordered_as) {
      const auto counts = of_home_.find(*next.ordered_as);
      --counts->second[rank];
      if (counts->second == Counts{}) of_home_.erase(counts);
    }
    current_ = std::move(next.frame);
    position_ = 0;
    return true;
  }
  return false;
}

std::string SendQueue::take(std::int64_t now_us) {
  std::string taken;
  while (unsent_bytes_ + taken.size() < kUnsentBytesMax) {
    if ((!current_ || position_ == current_->size()) && !begin_next_frame()) break;
    const std::size_t room = kUnsentBytesMax - unsent_bytes_ - taken.size();
    const std::size_t part = std::min(room, current_->size() - position_);
    taken.append(*current_, position_, part);
    position_ += part;
  }
  if (unsent_bytes_ == 0 && !taken.empty()) progress_us_ = now_us;
  unsent_bytes_ += taken.size();
  waiting_bytes_ -= taken.size();
  return taken;
}

void SendQueue::sent(std::size_t bytes, std::int64_t now_us) {
  SYRAH_CHECK(bytes <= unsent_bytes_, "more bytes left than were given");
  unsent_bytes_ -= bytes;
  progress_us_ = now_us;
}

std::string SendQueue::close_with(const std::string& last) {
  std::string rest = current_ ? current_->substr(position_) : std::string();
  rest += last;
  *this = SendQueue{};
  return rest;
}

}  // namespace syrah::p2p
