#include "p2p/home_liveness.h"

#include <utility>

#include "p2p/sync_limits.h"

namespace syrah::p2p {
namespace {

std::int64_t deadline_us(const HomeLiveness::Home& home) {
  return home.heard_us + (home.silent ? kGoneMs : kSilentMs) * base::kUsPerMs;
}

}  // namespace

void HomeLiveness::schedule(const base::NodeId& home, const Home& state) {
  if (!state.gone) deadlines_.emplace(deadline_us(state), home);
}

void HomeLiveness::unschedule(const base::NodeId& home, const Home& state) {
  if (!state.gone) deadlines_.erase({deadline_us(state), home});
}

void HomeLiveness::add(const base::NodeId& home, base::Hlc newest, base::Time now) {
  remove(home);
  Home state;
  state.newest = newest;
  state.heard_us = now.steady_us;
  schedule(home, state);
  homes_.emplace(home, state);
}

void HomeLiveness::remove(const base::NodeId& home) {
  const auto found = homes_.find(home);
  if (found == homes_.end()) return;
  unschedule(home, found->second);
  homes_.erase(found);
}

void HomeLiveness::bury(const base::NodeId& home) {
  const auto found = homes_.find(home);
  if (found == homes_.end()) return;
  unschedule(home, found->second);
  found->second.silent = true;
  found->second.gone = true;
}

bool HomeLiveness::is_news(const base::NodeId& home, base::Hlc time) const {
  const auto found = homes_.find(home);
  return found != homes_.end() && time > found->second.newest;
}

bool HomeLiveness::heard(const base::NodeId& home, base::Hlc time, bool direct, base::Time now) {
  const auto found = homes_.find(home);
  if (found == homes_.end() || time <= found->second.newest) return false;
  Home& state = found->second;
  if (!std::exchange(state.met, true) && !direct) {
    state.newest = time;
    return false;
  }
  const bool was_silent = state.silent;
  unschedule(home, state);
  state.newest = time;
  state.heard_us = now.steady_us;
  state.heard_wall_us = now.wall_us;
  state.silent = false;
  state.gone = false;
  schedule(home, state);
  return was_silent;
}

std::vector<HomeLiveness::Change> HomeLiveness::expire(base::Time now) {
  std::vector<Change> changes;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.steady_us) {
    const base::NodeId home = deadlines_.begin()->second;
    Home& state = homes_.at(home);
    unschedule(home, state);
    (state.silent ? state.gone : state.silent) = true;
    schedule(home, state);
    changes.push_back({home, state.gone});
  }
  return changes;
}

std::int64_t HomeLiveness::next_deadline_us() const {
  return deadlines_.empty() ? base::kNeverUs : deadlines_.begin()->first;
}

const HomeLiveness::Home* HomeLiveness::find(const base::NodeId& home) const {
  const auto found = homes_.find(home);
  return found == homes_.end() ? nullptr : &found->second;
}

}  // namespace syrah::p2p
