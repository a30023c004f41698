#include "node/provenance.h"

#include <algorithm>

#include "node/limits.h"

namespace syrah::node {

bool Provenance::was_restored(const base::EntryId& entry) const {
  const auto found = restored_.find(entry.home);
  return found != restored_.end() && entry.seq <= found->second;
}

void Provenance::arrived(const base::NodeId& home, const Arrival& arrival) {
  if (arrivals_.size() >= kArrivalHomesMax && !arrivals_.contains(home)) forget_quietest();
  std::deque<Arrival>& known = arrivals_[home];
  known.push_back(arrival);
  ++size_;
  const std::size_t share =
      std::max(kArrivalsPerHomeMin, kArrivalsMax / std::max<std::size_t>(arrivals_.size(), 10));
  while (known.size() > share) {
    known.pop_front();
    --size_;
  }
}

void Provenance::forget_quietest() {
  const auto quietest =
      std::min_element(arrivals_.begin(), arrivals_.end(), [](const auto& a, const auto& b) {
        return a.second.back().wall_us < b.second.back().wall_us;
      });
  size_ -= quietest->second.size();
  arrivals_.erase(quietest);
}

const Arrival* Provenance::find(const base::EntryId& entry) const {
  const auto home = arrivals_.find(entry.home);
  if (home == arrivals_.end()) return nullptr;
  const std::deque<Arrival>& known = home->second;
  const auto found =
      std::lower_bound(known.begin(), known.end(), entry.seq,
                       [](const Arrival& arrival, base::Seq seq) { return arrival.last < seq; });
  return found == known.end() || found->first > entry.seq ? nullptr : &*found;
}

std::vector<Arrival> Provenance::newest(const base::NodeId& home, std::size_t most) const {
  const auto found = arrivals_.find(home);
  if (found == arrivals_.end()) return {};
  const std::deque<Arrival>& known = found->second;
  return {known.rbegin(),
          known.rbegin() + static_cast<std::ptrdiff_t>(std::min(most, known.size()))};
}

}  // namespace syrah::node
