#include "sim/checkers/heads_checker.h"

#include <fmt/format.h>

#include "exchange/home_snapshot.h"

namespace syrah::sim {

void HeadsChecker::at_end(const std::vector<LiveNode>& nodes) {
  for (const LiveNode& home : nodes) {
    for (const LiveNode& other : nodes) {
      if (&home == &other) continue;
      compare_home(home, other);
      compare_reach(home, other);
    }
    compare_books(nodes.front(), home);
  }
}

void HeadsChecker::compare_home(const LiveNode& home, const LiveNode& other) {
  const exchange::HomeState& state = *home.exchange->home(home.exchange->self());
  const exchange::HomeState* const copy = other.exchange->home(home.exchange->self());
  if (copy == nullptr) {
    report_.broken(kInvariant, other.name, fmt::format("knows nothing of {}", home.name));
  } else if (copy->seq() != state.seq()) {
    report_.broken(kInvariant, other.name,
                   fmt::format("has the feed of {} up to {}, there are {} entries", home.name,
                               copy->seq(), state.seq()));
  } else if (exchange::HomeSnapshot::write(*copy) != exchange::HomeSnapshot::write(state)) {
    report_.broken(
        kInvariant, other.name,
        fmt::format("folds the {} entries of {} to another state", state.seq(), home.name));
  }
}

void HeadsChecker::compare_reach(const LiveNode& home, const LiveNode& other) {
  for (const p2p::FeedView& feed : other.feeds) {
    if (feed.home != home.exchange->self()) continue;
    if (feed.forked) {
      report_.broken(kInvariant, other.name, fmt::format("holds {} for forked", home.name));
    } else if (feed.silent) {
      report_.broken(kInvariant, other.name, fmt::format("holds {} for silent", home.name));
    }
  }
}

void HeadsChecker::compare_books(const LiveNode& a, const LiveNode& b) {
  for (const exchange::Instrument& instrument : a.exchange->instruments()) {
    if (a.exchange->book_digest(instrument.name) == b.exchange->book_digest(instrument.name)) {
      continue;
    }
    report_.broken(kInvariant, b.name,
                   fmt::format("the book of {} differs from that of {}: {} orders here, {} there",
                               instrument.name, a.name, b.exchange->book(instrument.name)->size(),
                               a.exchange->book(instrument.name)->size()));
  }
}

}  // namespace syrah::sim
