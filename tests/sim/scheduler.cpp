#include "sim/scheduler.h"

#include <algorithm>
#include <utility>

namespace syrah::sim {

bool Scheduler::later(const Planned& a, const Planned& b) {
  return a.us != b.us ? a.us > b.us : a.order > b.order;
}

void Scheduler::at(std::int64_t us, Action action) {
  heap_.push_back({std::max(us, now_us_), planned_++, std::move(action)});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

void Scheduler::run_until(std::int64_t us) {
  while (!stopped_ && !heap_.empty() && heap_.front().us <= us) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Planned next = std::move(heap_.back());
    heap_.pop_back();
    now_us_ = next.us;
    ++steps_;
    next.action();
  }
  if (!stopped_) now_us_ = std::max(now_us_, us);
}

}  // namespace syrah::sim
