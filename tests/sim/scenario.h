#pragma once

// What one seed means: how many hosts, how bad their network, disks and clocks, what clients do,
// and what breaks when. Each kind of fault is left out of some seeds altogether: what it would
// cover up shows there.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/sim_disk.h"
#include "sim/sim_network.h"

namespace syrah::sim {

enum class FaultKind : std::uint8_t {
  kCrash,              ///< the process is killed; its peers see resets
  kPowerCut,           ///< its peers see nothing
  kCrashAfterEffects,  ///< killed right after the `count`-th effect from then on
  kCleanRestart,       ///< asked to stop, then started again
  kCut,                ///< between two hosts, both ways
  kCutOneWay,
  kSplit,      ///< hosts below `other` from the others
  kReset,      ///< of one connection
  kClog,       ///< everything between two hosts comes late, and then at once
  kPause,      ///< the process stands still
  kClockStep,  ///< of the wall clock, by `length_us`
  kStorm,      ///< everyone takes one resting order at once
  kRumours,    ///< `count` false, stale and doubled addresses of peers are told, as if by mDNS
};
std::string_view to_text(FaultKind kind);

struct Fault {
  std::int64_t at_us = 0;
  FaultKind kind = FaultKind::kCrash;
  HostIndex host = 0;
  HostIndex other = 0;
  std::int64_t length_us = 0;  ///< how long it lasts: down, cut
  std::uint64_t count = 0;
};

struct HostTerms {
  std::int64_t joins_us = 0;  ///< when it is started for the first time
  std::int64_t skew_us = 0;
  std::int64_t drift_ppm = 0;
  DiskTerms disk;
  std::vector<HostIndex> bootstrap;
  bool legacy = false;  ///< no direct connections: only through Grenache
};

struct WorkTerms {
  std::uint32_t clients_per_host = 1;
  std::uint32_t more_at_first = 0;  ///< clients more at the first host
  std::uint32_t accounts = 3;       ///< shared by all hosts, so that self-trades cross homes
  std::uint32_t instruments = 1;
  std::uint32_t requests = 200;  ///< in all
  std::int64_t price_spread_ticks = 8;
  std::uint32_t client_id_percent = 70;
  std::uint32_t post_only_percent = 10;
  std::uint32_t not_resting_percent = 25;  ///< IOC, FOK, market
  std::uint32_t stop_percent = 8;
};

struct Scenario {
  std::uint64_t seed = 0;
  std::vector<HostTerms> hosts;
  NetworkTerms network;
  WorkTerms work;
  std::int64_t faults_us = 0;  ///< how long faults go on
  std::vector<Fault> faults;   ///< in order of time
  bool stale_copy = false;     ///< after the faults, a host comes back with an old copy of its disk
  std::int64_t reconnect_interval_ms = 1000;
  bool grenache = false;          ///< there is a Grape, and peers know each other from it only
  bool public_addresses = false;  ///< those are counted and limited, private ones are not
};

Scenario draw_scenario(std::uint64_t seed);
/// Long enough that a home writes a checkpoint, and that a host which joins late takes a snapshot.
Scenario draw_long_scenario(std::uint64_t seed);
/// Peers find each other through a Grape that comes and goes; some are reached by tunnels only.
Scenario draw_grenache_scenario(std::uint64_t seed);
/// One line for people.
std::string describe(const Scenario& scenario);
std::string describe(const Fault& fault);

}  // namespace syrah::sim
