#include "sim/checkers/conservation_checker.h"

#include <fmt/format.h>

namespace syrah::sim {
namespace {

std::string amounts(std::int64_t quantity, std::int64_t filled, std::int64_t held,
                    std::int64_t cancelled) {
  return fmt::format("quantity {}, filled {}, held {}, cancelled {}", quantity, filled, held,
                     cancelled);
}

}  // namespace

const exchange::HomeState* ConservationChecker::state(const base::NodeId& home) const {
  const auto found = states_.find(home);
  return found == states_.end() ? nullptr : &found->second;
}

void ConservationChecker::entry(const exchange::Recorded& recorded, const Ledger& after) {
  exchange::HomeState& state =
      states_.try_emplace(recorded.home, exchange::HomeState(recorded.home)).first->second;
  const auto touched = state.apply(recorded);
  if (!touched) {
    report_.broken(
        kInvariant, recorded.home,
        fmt::format("entry {} does not fold: {}", report_.name({recorded.home, recorded.seq}),
                    touched.error().message));
    return;
  }
  for (const base::Seq seq : *touched) {
    const LedgerOrder* const mine = after.order({recorded.home, seq});
    if (mine != nullptr) compare(recorded, *mine, state.order(seq));
  }
}

void ConservationChecker::compare(const exchange::Recorded& recorded, const LedgerOrder& mine,
                                  const exchange::Order* theirs) {
  const auto say = [&](const std::string& what) {
    report_.broken(
        kInvariant, recorded.home,
        fmt::format("after entry {} order {}: {}", report_.name({recorded.home, recorded.seq}),
                    report_.name(mine.id), what));
  };
  const std::string account = amounts(mine.quantity, mine.filled, mine.held, mine.cancelled);
  const std::int64_t rest = mine.quantity - mine.filled - mine.cancelled - mine.held;
  if (mine.filled < 0 || mine.held < 0 || mine.cancelled < 0 || rest < 0) {
    say(account + ": more is used than there is");
  } else if (mine.closed_by != 0 && rest != 0) {
    say(account + ": closed, and lots are neither filled nor given back");
  }
  if (theirs == nullptr) {
    if (!mine.over()) say(account + ": the fold has forgotten it");
    return;
  }
  if (theirs->quantity.lots != mine.quantity || theirs->filled.lots != mine.filled ||
      theirs->held.lots != mine.held || theirs->cancelled.lots != mine.cancelled ||
      theirs->closed != (mine.closed_by != 0)) {
    say(account + ", but the fold says " +
        amounts(theirs->quantity.lots, theirs->filled.lots, theirs->held.lots,
                theirs->cancelled.lots));
  }
}

}  // namespace syrah::sim
