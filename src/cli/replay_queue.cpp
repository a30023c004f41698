#include "cli/replay_queue.h"

#include <algorithm>
#include <utility>

#include "base/time.h"

namespace syrah::cli {
namespace {

/// Different words of refusals that are remembered.
constexpr std::size_t kRefusalsMax = 20;

}  // namespace

ReplayQueue::ReplayQueue(Flow flow, std::size_t in_flight, ReplayPace pace)
    : flow_(std::move(flow)), in_flight_(in_flight), pace_(pace), orders_(flow_.orders) {}

std::int64_t ReplayQueue::due_us(std::size_t step) const {
  std::int64_t due = 0;
  if (pace_.rate > 0) {
    const auto number = static_cast<std::int64_t>(step);
    due = number / pace_.rate * base::kUsPerSecond +
          number % pace_.rate * base::kUsPerSecond / pace_.rate;
  }
  if (pace_.speed > 0) {
    const std::int64_t since = flow_.steps[step].time_us - flow_.steps.front().time_us;
    due = std::max(due, static_cast<std::int64_t>(static_cast<double>(since) / pace_.speed));
  }
  return due;
}

std::optional<std::size_t> ReplayQueue::next(std::int64_t now_us) {
  if (under_way_ == in_flight_) return std::nullopt;
  if (!ready_.empty()) {
    const std::size_t step = ready_.front();
    ready_.pop_front();
    return send(step);
  }
  while (!all_taken() && due_us(at_) <= now_us) {
    const std::size_t step = at_++;
    Order& order = order_of(step);
    if (order.busy) {
      order.later.push_back(step);
    } else if (flow_.steps[step].kind == FlowStep::Kind::kPlace || !order.id.empty()) {
      return send(step);
    } else {
      ++counts_.skipped;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> ReplayQueue::next_due_us() const {
  if (under_way_ == in_flight_ || all_taken()) return std::nullopt;
  return due_us(at_);
}

std::size_t ReplayQueue::send(std::size_t step) {
  order_of(step).busy = true;
  ++under_way_;
  ++counts_.sent;
  return step;
}

void ReplayQueue::stop() {
  at_ = flow_.steps.size();
  ready_.clear();
  for (Order& order : orders_) order.later.clear();
}

void ReplayQueue::accepted(std::size_t step, std::string id) {
  ++counts_.accepted;
  if (flow_.steps[step].kind == FlowStep::Kind::kPlace) order_of(step).id = std::move(id);
  answered(step);
}

void ReplayQueue::refused(std::size_t step, const std::string& message) {
  ++counts_.refused;
  if (counts_.refusals.size() < kRefusalsMax || counts_.refusals.contains(message)) {
    ReplayCounts::Refusal& refusal = counts_.refusals[message];
    if (refusal.count++ == 0) refusal.line = flow_.steps[step].line;
  }
  answered(step);
}

void ReplayQueue::unanswered(std::size_t step) {
  ++counts_.unanswered;
  answered(step);
}

void ReplayQueue::answered(std::size_t step) {
  --under_way_;
  Order& order = order_of(step);
  order.busy = false;
  if (order.later.empty()) return;
  if (order.id.empty()) {
    counts_.skipped += order.later.size();
    order.later.clear();
    return;
  }
  order.busy = true;
  ready_.push_back(order.later.front());
  order.later.erase(order.later.begin());
}

const std::string& ReplayQueue::id_of(std::size_t step) const {
  return orders_[flow_.steps[step].order].id;
}

std::size_t ReplayQueue::done() const {
  return counts_.accepted + counts_.refused + counts_.unanswered + counts_.skipped;
}

}  // namespace syrah::cli
