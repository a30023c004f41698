#include "sim/checkers/feed_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

void FeedChecker::say(const base::NodeId& where, const feed::Head& head, const std::string& wrong) {
  report_.broken(kInvariant, where,
                 fmt::format("feed of {} up to {}: {}", report_.name(head.home), head.seq, wrong));
}

bool FeedChecker::own_stored(const feed::Batch& batch) {
  const std::string wrong = archive_.extend(batch);
  if (!wrong.empty()) say(batch.head.home, batch.head, wrong);
  return wrong.empty();
}

void FeedChecker::copy(const base::NodeId& where, const feed::Batch& batch) {
  const std::string wrong = archive_.compare(batch);
  if (!wrong.empty()) say(where, batch.head, wrong);
}

void FeedChecker::copy(const base::NodeId& where, const feed::Head& head) {
  const std::string wrong = archive_.compare(head);
  if (!wrong.empty()) say(where, head, wrong);
}

}  // namespace syrah::sim
