// What a world does to its hosts, and how it puts them right again.

#include <fmt/format.h>

#include "sim/world.h"

namespace syrah::sim {

void World::inflict(const Fault& fault) {
  ++faults_;
  trace_.line(scheduler_.now_us(), "-", "fault: " + describe(fault));
  const std::int64_t ends_us = scheduler_.now_us() + fault.length_us;
  switch (fault.kind) {
    case FaultKind::kCrash:
    case FaultKind::kPowerCut:
    case FaultKind::kCrashAfterEffects:
    case FaultKind::kCleanRestart:
      take_down(fault);
      return;
    case FaultKind::kCut:
      network_.cut(fault.other, fault.host);
      [[fallthrough]];
    case FaultKind::kCutOneWay:
      network_.cut(fault.host, fault.other);
      scheduler_.at(ends_us, [this] { network_.heal(); });
      return;
    case FaultKind::kSplit:
      for (HostIndex left = 0; left < fault.other; ++left) {
        for (HostIndex right = fault.other; right < hosts_.size(); ++right) {
          network_.cut(left, right);
          network_.cut(right, left);
        }
      }
      scheduler_.at(ends_us, [this] { network_.heal(); });
      return;
    case FaultKind::kReset:
      network_.reset_one(fault.host);
      return;
    case FaultKind::kClog:
      network_.clog(fault.host, fault.other, ends_us);
      network_.clog(fault.other, fault.host, ends_us);
      return;
    case FaultKind::kPause:
      hosts_[fault.host]->pause(ends_us);
      return;
    case FaultKind::kClockStep:
      hosts_[fault.host]->step_wall_clock(fault.length_us);
      return;
    case FaultKind::kStorm:
      workload_->storm(fault.host);
      return;
  }
}

void World::take_down(const Fault& fault) {
  SimHost& host = *hosts_[fault.host];
  if (fault.kind == FaultKind::kCrashAfterEffects) {
    host.crash_after_effects(fault.count);
    return;
  }
  if (fault.kind == FaultKind::kCleanRestart) {
    host.shut_down();
    return;
  }
  host.crash(fault.kind == FaultKind::kPowerCut);
}

void World::heal() {
  trace_.line(scheduler_.now_us(), "-", "heal");
  healed_ = true;
  network_.heal();
  network_.calm();
  for (const auto& host : hosts_) {
    host->crash_after_effects(0);
    host->resume();
    if (!host->up()) host->boot();
  }
}

/// Rule 10. A host comes back with a disk that lacks entries of its own which others have.
void World::try_stale_copy() {
  run_until(scheduler_.now_us() + kHeadsEqualUs);
  if (!report_.clean()) return;
  SimHost& host = *hosts_[random_.below(hosts_.size())];
  host.crash(false);
  const base::Seq newest = host.disk().journal().last_seq(host.id());
  // Now and then nothing at all is left but the key.
  std::size_t kept = random_.chance(200'000) ? 0 : random_.below(host.disk().transactions());
  host.disk().put_stale_copy(kept);
  while (kept > 0 && host.disk().journal().last_seq(host.id()) >= newest) {
    host.disk().put_right_copy();
    host.disk().put_stale_copy(--kept);
  }
  trace_.line(scheduler_.now_us(), host.name(), fmt::format("stale copy: {} transactions", kept));
  run_until(scheduler_.now_us() + kHeadsEqualUs);
  if (report_.clean() && !stale_found_) {
    report_.broken("R10 stale disk", host.name(),
                   fmt::format("runs on a disk that ends at entry {} of its feed; others have {}",
                               host.disk().journal().last_seq(host.id()), newest));
    return;
  }
  if (host.up()) host.crash(false);
  host.disk().put_right_copy();
  host.boot();
}

}  // namespace syrah::sim
