#include "daemon/edge_counts.h"

namespace syrah::daemon {

void ApiCounts::asked(std::uint64_t request, const api::RouteName& route, std::int64_t now_us) {
  open_.insert_or_assign(request, Open{&routes_[route], now_us});
}

void ApiCounts::answered(std::uint64_t request, int status, std::int64_t now_us) {
  const auto found = open_.find(request);
  if (found == open_.end()) return;
  OfRoute& route = *found->second.route;
  route.took_us.add(now_us - found->second.since_us);
  ++route.answers[status];
  open_.erase(found);
}

void JournalCounts::committed(const Committed& done) {
  took_us.add(done.took_us);
  entries.add(static_cast<std::int64_t>(done.entries));
  transactions += done.transactions;
}

}  // namespace syrah::daemon
