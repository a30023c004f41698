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
    case FaultKind::kRumours:
      spread_rumours(fault);
      return;
  }
}

/// Nobody is at most of these addresses; some are the host's own, some are true. The owners that
/// are named are as false.
void World::spread_rumours(const Fault& fault) {
  SimHost& host = *hosts_[fault.host];
  for (std::uint64_t i = 0; i < fault.count; ++i) {
    base::Endpoint told{fmt::format("10.{}.{}.{}", 100 + random_of_rumours_.below(50),
                                    random_of_rumours_.below(4), random_of_rumours_.below(250)),
                        static_cast<std::uint16_t>(1 + random_of_rumours_.below(5000))};
    if (i % 7 == 0) told = hosts_[random_of_rumours_.below(hosts_.size())]->endpoint();
    const bool named = random_of_rumours_.chance(300'000);
    host.told_of(told, named ? hosts_[random_of_rumours_.below(hosts_.size())]->id().text() : "");
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

void World::plan_grape() {
  constexpr std::int64_t kTurnUsMax = 20'000'000;
  bool up = true;
  for (std::int64_t at_us = 0; at_us < scenario_.faults_us;
       at_us += random_of_rumours_.between(kTurnUsMax / 10, kTurnUsMax)) {
    scheduler_.at(at_us, [this, up] { http_.set_grape_up(up); });
    up = !up;
  }
}

void World::heal() {
  trace_.line(scheduler_.now_us(), "-", "heal");
  healed_ = true;
  network_.heal();
  network_.calm();
  http_.calm();
  http_.set_grape_up(true);
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
