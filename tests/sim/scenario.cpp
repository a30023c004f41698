#include "sim/scenario.h"
#include "sim/sim_clock.h"

#include <fmt/format.h>

#include <algorithm>

namespace syrah::sim {
namespace {

using base::Random;

bool percent(Random& random, std::uint32_t percent) { return random.chance(percent * 10'000); }

std::size_t draw_host_count(Random& random) {
  // Most mistakes need two or three nodes; larger networks cost more and are drawn less often.
  static constexpr std::size_t kCounts[] = {2, 2, 2, 2, 2, 2, 3, 3, 3, 3,
                                            3, 3, 3, 4, 4, 4, 4, 5, 6, 8};
  return kCounts[random.below(std::size(kCounts))];
}

NetworkTerms draw_network(Random& random) {
  NetworkTerms terms;
  terms.latency_us_min = random.between(100, 5 * kMs);
  terms.latency_us_max = terms.latency_us_min + random.between(0, 40 * kMs);
  if (percent(random, 50)) {
    terms.spike_ppm = 20'000;
    terms.spike_us_max = random.between(100, 2000) * kMs;
  }
  if (percent(random, 50)) terms.drop_ppm = static_cast<std::uint32_t>(random.below(20'000));
  if (percent(random, 50)) terms.duplicate_ppm = static_cast<std::uint32_t>(random.below(20'000));
  if (percent(random, 40)) terms.reset_ppm = static_cast<std::uint32_t>(random.below(4000));
  return terms;
}

/// Everyone knows everyone, or each knows the one before it, or all know the first.
std::vector<HostIndex> draw_bootstrap(std::uint64_t shape, HostIndex host, std::size_t hosts) {
  std::vector<HostIndex> known;
  for (HostIndex other = 0; other < hosts; ++other) {
    if (other == host) continue;
    const bool knows = shape == 0 || (shape == 1 && other + 1 == host) ||
                       (shape == 2 && (host == 0 || other == 0));
    if (knows) known.push_back(other);
  }
  return known;
}

std::vector<HostTerms> draw_hosts(Random& random, std::int64_t faults_us) {
  std::vector<HostTerms> hosts(draw_host_count(random));
  const std::uint64_t shape = random.below(3);
  const bool skewed = percent(random, 70);
  // What an operator's slip or a dead battery does; much of the time it is a second or two.
  const std::int64_t skew_ms = percent(random, 15) ? 10'000 : 1500;
  for (HostIndex host = 0; host < hosts.size(); ++host) {
    HostTerms& terms = hosts[host];
    const bool late = host > 0 && percent(random, 10);
    terms.joins_us = random.between(0, late ? faults_us : 500 * kMs);
    if (skewed) {
      terms.skew_us = random.between(-skew_ms, skew_ms) * kMs;
      terms.drift_ppm = random.between(-skew_ms, skew_ms) / 10;
    }
    terms.disk.latency_us_min = random.between(200, 3 * kMs);
    terms.disk.latency_us_max = terms.disk.latency_us_min + random.between(0, 10 * kMs);
    if (percent(random, 25)) {
      terms.disk.stall_ppm = 10'000;
      terms.disk.stall_us_max = 1500 * kMs;
    }
    terms.bootstrap = draw_bootstrap(shape, host, hosts.size());
  }
  return hosts;
}

WorkTerms draw_work(Random& random, std::size_t hosts) {
  WorkTerms work;
  work.clients_per_host = static_cast<std::uint32_t>(random.between(1, hosts > 3 ? 2 : 4));
  work.accounts = static_cast<std::uint32_t>(random.between(2, 8));
  work.instruments = percent(random, 25) ? 2 : 1;
  work.requests = static_cast<std::uint32_t>(random.between(150, 800));
  work.price_spread_ticks = random.between(1, 10);
  work.client_id_percent = static_cast<std::uint32_t>(random.between(30, 100));
  work.post_only_percent = percent(random, 60) ? 15 : 0;
  work.not_resting_percent = static_cast<std::uint32_t>(random.between(0, 50));
  return work;
}

/// How often each kind happens at most; in a third of the seeds a kind does not happen at all.
struct Frequency {
  FaultKind kind;
  std::int64_t most;
};
constexpr Frequency kFrequencies[] = {
    {FaultKind::kCrash, 8},        {FaultKind::kPowerCut, 4}, {FaultKind::kCrashAfterEffects, 20},
    {FaultKind::kCleanRestart, 4}, {FaultKind::kCut, 6},      {FaultKind::kCutOneWay, 4},
    {FaultKind::kSplit, 4},        {FaultKind::kReset, 10},   {FaultKind::kClockStep, 4},
    {FaultKind::kStorm, 6},        {FaultKind::kClog, 4},     {FaultKind::kPause, 4},
};

Fault draw_fault(Random& random, FaultKind kind, std::size_t hosts, std::int64_t until_us) {
  Fault fault;
  fault.kind = kind;
  fault.at_us = random.between(kSecond, until_us);
  fault.host = random.below(hosts);
  fault.other = (fault.host + 1 + random.below(hosts - 1)) % hosts;
  fault.length_us = random.between(50 * kMs, 3 * kSecond);
  if (kind == FaultKind::kSplit) fault.other = 1 + random.below(hosts - 1);
  // Some cuts are longer than it takes to hold a home for silent (15 s).
  const bool cuts =
      kind == FaultKind::kCut || kind == FaultKind::kCutOneWay || kind == FaultKind::kSplit;
  if (cuts && percent(random, 15)) fault.length_us = random.between(14, 20) * kSecond;
  if (kind == FaultKind::kClockStep) {
    const std::int64_t step_ms = percent(random, 10) ? 3'600'000 : 1500;
    fault.length_us = random.between(-step_ms, step_ms) * kMs;
  }
  fault.count = 1 + random.below(60);
  return fault;
}

/// From randomness of its own: what a seed meant before stays what it is.
void draw_rumours(Scenario& scenario) {
  Random random(scenario.seed ^ 0x52756d6f757273ULL);
  if (!percent(random, 50)) return;
  for (std::int64_t left = random.between(1, 4); left > 0; --left) {
    Fault fault =
        draw_fault(random, FaultKind::kRumours, scenario.hosts.size(), scenario.faults_us);
    fault.count = 20 + random.below(300);
    scenario.faults.push_back(fault);
  }
  std::stable_sort(scenario.faults.begin(), scenario.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.at_us < b.at_us; });
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed) {
  Random random(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.faults_us = random.between(25, 50) * kSecond;
  scenario.hosts = draw_hosts(random, scenario.faults_us);
  scenario.network = draw_network(random);
  scenario.work = draw_work(random, scenario.hosts.size());
  scenario.reconnect_interval_ms = random.between(1000, 2000);
  for (const Frequency& frequency : kFrequencies) {
    if (percent(random, 33)) continue;
    for (std::int64_t left = random.between(1, frequency.most); left > 0; --left) {
      scenario.faults.push_back(
          draw_fault(random, frequency.kind, scenario.hosts.size(), scenario.faults_us));
    }
  }
  std::stable_sort(scenario.faults.begin(), scenario.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.at_us < b.at_us; });
  scenario.stale_copy = percent(random, 10);
  scenario.public_addresses = percent(random, 20);
  draw_rumours(scenario);
  return scenario;
}

Scenario draw_long_scenario(std::uint64_t seed) {
  Scenario scenario = draw_scenario(seed);
  Random random(seed);
  scenario.faults_us = 150 * kSecond;
  scenario.hosts = draw_hosts(random, scenario.faults_us);
  scenario.hosts.resize(2);
  for (HostTerms& host : scenario.hosts) host.joins_us = 0;
  // The last one knows the first and comes when there is much to catch up with.
  scenario.hosts.push_back(scenario.hosts.front());
  scenario.hosts.front().bootstrap = {1};
  scenario.hosts[1].bootstrap = {0};
  scenario.hosts.back().bootstrap = {0};
  scenario.hosts.back().joins_us = random.between(110, 130) * kSecond;
  scenario.work.more_at_first = 20;
  scenario.work.requests = 18'000;
  std::erase_if(scenario.faults, [&](const Fault& fault) {
    return fault.host > 2 || fault.other > 2 || fault.other == fault.host;
  });
  for (Fault& fault : scenario.faults) fault.at_us *= 3;
  return scenario;
}

Scenario draw_grenache_scenario(std::uint64_t seed) {
  Scenario scenario = draw_scenario(seed);
  Random random(seed ^ 0x9A9E);
  scenario.grenache = true;
  scenario.stale_copy = false;  // who knows nobody at the start asks nobody (rule 10)
  for (HostTerms& host : scenario.hosts) {
    host.bootstrap.clear();
    host.legacy = percent(random, 60);
  }
  scenario.hosts[random.below(scenario.hosts.size())].legacy = true;
  return scenario;
}

std::string_view to_text(FaultKind kind) {
  switch (kind) {
    case FaultKind::kCrash:
      return "crash";
    case FaultKind::kPowerCut:
      return "power cut";
    case FaultKind::kCrashAfterEffects:
      return "crash after effects";
    case FaultKind::kCleanRestart:
      return "clean restart";
    case FaultKind::kCut:
      return "cut";
    case FaultKind::kCutOneWay:
      return "cut one way";
    case FaultKind::kSplit:
      return "split";
    case FaultKind::kReset:
      return "reset";
    case FaultKind::kClog:
      return "clog";
    case FaultKind::kPause:
      return "pause";
    case FaultKind::kClockStep:
      return "clock step";
    case FaultKind::kStorm:
      return "storm";
    case FaultKind::kRumours:
      return "rumours";
  }
  return "?";
}

std::string describe(const Fault& fault) {
  return fmt::format("{} of {}, other {}, {} ms, count {}", to_text(fault.kind), fault.host,
                     fault.other, fault.length_us / kMs, fault.count);
}

std::string describe(const Scenario& scenario) {
  return fmt::format(
      "seed {}: {} nodes, {} requests, {} faults in {} s, latency {}-{} us, spikes {}, drops {}, "
      "doubles {}, resets {} ppm{}{}",
      scenario.seed, scenario.hosts.size(), scenario.work.requests, scenario.faults.size(),
      scenario.faults_us / kSecond, scenario.network.latency_us_min,
      scenario.network.latency_us_max, scenario.network.spike_ppm, scenario.network.drop_ppm,
      scenario.network.duplicate_ppm, scenario.network.reset_ppm,
      scenario.stale_copy ? ", stale copy" : "", scenario.grenache ? ", through Grenache" : "");
}

}  // namespace syrah::sim
