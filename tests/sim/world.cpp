#include "sim/world.h"

#include <fmt/format.h>

#include <utility>

#include "node/parts.h"
#include "sim/api_client.h"
#include "sim/sim_clock.h"

namespace syrah::sim {
namespace {

constexpr std::int64_t kDownUsMin = 50 * kMs;

crypto::Identity identity_of(std::uint64_t seed, HostIndex host) {
  return crypto::Identity::from_seed(crypto::sha256(fmt::format("seed {} host {}", seed, host)));
}

std::string host_name(HostIndex host) { return std::string(1, static_cast<char>('A' + host)); }

/// Each in a network of its own.
base::Endpoint endpoint_of(const Scenario& scenario, HostIndex host) {
  return {fmt::format("{}.0.{}.1", scenario.public_addresses ? 60 : 10, host + 1), 3000};
}

base::Endpoint rpc_endpoint_of(const Scenario& scenario, HostIndex host) {
  return {endpoint_of(scenario, host).host, 3001};
}

}  // namespace

World::World(Scenario scenario, RunOptions options)
    : scenario_(std::move(scenario)),
      options_(options),
      random_(scenario_.seed ^ 0xC0FFEE),
      random_of_rumours_(scenario_.seed ^ 0xFA15E),
      trace_(options.trace),
      network_(scheduler_, scenario_.network, random_.next()),
      http_(scheduler_, network_, scenario_.network, scenario_.seed ^ 0x47A9E),
      report_([this] { return scheduler_.now_us(); }),
      inspector_(report_) {
  build();
}

World::~World() = default;

node::Config World::config_of(HostIndex host) const {
  node::Config config;
  config.identity = identity_of(scenario_.seed, host);
  config.version = "simulated";
  for (std::size_t i = 0; i < scenario_.work.instruments; ++i) {
    config.instruments.push_back(instrument(i));
  }
  config.p2p.node_name = host_name(host);
  config.p2p.network = "sim";
  config.p2p.listen_port = endpoint_of(scenario_, host).port;
  config.p2p.reconnect_interval_ms = scenario_.reconnect_interval_ms;
  for (const HostIndex known : scenario_.hosts[host].bootstrap) {
    config.p2p.bootstrap.push_back(endpoint_of(scenario_, known));
  }
  config.api_rates.per_key = api::Rates::kMax;
  for (std::size_t i = 0; i < scenario_.work.accounts; ++i) config.api_keys.push_back(api_key(i));
  config.planted = options_.planted;
  if (scenario_.grenache) {
    config.p2p.grenache_enabled = true;
    config.p2p.p2p_enabled = !scenario_.hosts[host].legacy;
    config.grenache.emplace();
    config.grenache->grapes = {{SimGrape::endpoint(), true}};
    config.grenache->rpc_port = rpc_endpoint_of(scenario_, host).port;
    config.grenache->legacy = scenario_.hosts[host].legacy;
  }
  return config;
}

void World::build() {
  std::vector<SimHost*> hosts;
  for (HostIndex index = 0; index < scenario_.hosts.size(); ++index) {
    const HostTerms& terms = scenario_.hosts[index];
    SimHost::Settings settings;
    settings.index = index;
    settings.name = host_name(index);
    settings.endpoint = endpoint_of(scenario_, index);
    settings.config = config_of(index);
    settings.clock = SimClock(terms.skew_us, terms.drift_ppm);
    settings.disk = terms.disk;
    settings.seed = random_.next();
    auto host =
        std::make_unique<SimHost>(std::move(settings), scheduler_, network_, http_, trace_, *this);
    report_.call(host->id(), host->name());
    network_.add_host(*host, endpoint_of(scenario_, index));
    http_.add_host(*host, rpc_endpoint_of(scenario_, index));
    hosts.push_back(host.get());
    hosts_.push_back(std::move(host));
  }
  workload_ = std::make_unique<Workload>(scenario_.work, random_.next(), scheduler_,
                                         std::move(hosts), inspector_);
}

Verdict World::run() {
  for (const auto& host : hosts_) {
    const std::int64_t joins_us = scenario_.hosts[host->index()].joins_us;
    scheduler_.after(joins_us, [&host] { host->boot(); });
  }
  for (const Fault& fault : scenario_.faults) {
    scheduler_.at(fault.at_us, [this, &fault] { inflict(fault); });
  }
  if (scenario_.grenache) plan_grape();
  workload_->start(scenario_.faults_us);
  run_until(scenario_.faults_us);
  heal();
  if (scenario_.stale_copy) try_stale_copy();
  std::int64_t calm_from_us = scheduler_.now_us();
  expect_heads_equal(scenario_.grenache ? kHeadsEqualGrenacheUs : kHeadsEqualUs);
  if (scenario_.grenache) calm_from_us = scheduler_.now_us();
  run_until(calm_from_us + kCalmUs);
  if (report_.clean()) {
    check_alive();
    expect_heads_equal(kSecond);
    inspector_.check_calm(live_nodes());
    workload_->ask_for_everything();
  }
  run_until(scheduler_.now_us() + kLastAnswersUs);
  if (report_.clean() && workload_->unanswered() > 0) {
    report_.broken("17 answered", "",
                   fmt::format("{} requests have no answer", workload_->unanswered()));
  }
  return verdict();
}

void World::run_until(std::int64_t us) {
  if (report_.clean()) scheduler_.run_until(us);
}

/// At some moment within the time allowed nothing is missing anywhere; at others an order may just
/// have expired.
void World::expect_heads_equal(std::int64_t within_us) {
  constexpr std::int64_t kProbeUs = 200 * kMs;
  const std::int64_t until_us = scheduler_.now_us() + within_us;
  Report missing;
  do {
    run_until(scheduler_.now_us() + kProbeUs);
    missing = Report([this] { return scheduler_.now_us(); });
    for (const auto& host : hosts_) missing.call(host->id(), host->name());
    Inspector::check_heads(live_nodes(), missing);
  } while (!missing.clean() && report_.clean() && scheduler_.now_us() < until_us);
  if (!report_.clean()) return;
  for (const Violation& violation : missing.violations()) {
    report_.broken(violation.invariant, violation.node, violation.facts);
  }
}

void World::stop_if_broken() {
  if (!report_.clean()) scheduler_.stop();
}

/// Whoever went down by whatever way comes back, now and then while others are still away.
void World::down(SimHost& host, const std::string& fault) {
  ++times_down_;
  inspector_.down(host.id());
  if (workload_) workload_->gone(host.index());
  if (!fault.empty()) {
    trace_.line(scheduler_.now_us(), host.name(), "stopped itself: " + fault);
    if (host.disk().stale()) {
      stale_found_ = true;
      return;
    }
    report_.broken("stays up", host.name(), fault);
    stop_if_broken();
  }
  bring_back(
      host, healed_ ? kDownUsMin
                    : random_.between(kDownUsMin, random_.chance(200'000) ? 8 * kSecond : kSecond));
}

void World::bring_back(SimHost& host, std::int64_t after_us) {
  scheduler_.after(after_us, [&host] { host.boot(); });
}

void World::boot_refused(SimHost& host, const std::string& why) {
  report_.broken("5 acknowledged", host.name(), "does not start from its own disk: " + why);
  stop_if_broken();
}

void World::stored(SimHost& host, const node::Transaction& transaction) {
  inspector_.stored(host.id(), transaction, host.disk().stale());
  stop_if_broken();
}

void World::sent(SimHost& host, p2p::ConnectionId connection, const std::string& bytes) {
  inspector_.sent(host.id(), connection, bytes);
  stop_if_broken();
}

void World::replied(SimHost& host, std::uint64_t request, const api::HttpResponse& http) {
  workload_->replied(host.index(), request, http);
  stop_if_broken();
}

void World::logged(SimHost& host, const base::LogLine& line) {
  // In a network of honest nodes nobody has a reason for an error, or to blame a peer.
  const bool blames = line.level == base::LogLevel::kWarning && line.message.starts_with("peer ");
  if (host.disk().stale() || (line.level != base::LogLevel::kError && !blames)) return;
  std::string facts = line.message;
  for (const auto& [name, value] : line.fields) facts += fmt::format(", {} {}", name, value);
  report_.broken("13 honest", host.name(), facts);
  stop_if_broken();
}

void World::check_alive() {
  for (const auto& host : hosts_) {
    if (!host->up()) report_.broken("stays up", host->name(), "is down after the faults ended");
  }
}

std::vector<LiveNode> World::live_nodes() const {
  std::vector<LiveNode> nodes;
  for (const auto& host : hosts_) {
    if (!host->up()) continue;
    const node::Node::Parts& parts = host->node()->parts();
    nodes.push_back({host->name(), &parts.exchange, parts.sync.feeds()});
  }
  return nodes;
}

Verdict World::verdict() {
  Verdict verdict;
  verdict.violations = report_.violations();
  verdict.counts = inspector_.counts();
  if (options_.trace.hashed) verdict.trace_hash = trace_.finish();
  verdict.counts.requests = workload_->requests();
  verdict.counts.faults = faults_;
  verdict.counts.times_down = times_down_;
  verdict.counts.chunks = network_.traffic().sent;
  verdict.counts.chunks_lost = network_.traffic().lost;
  verdict.counts.chunks_doubled = network_.traffic().doubled;
  verdict.summary = describe_counts(verdict.counts.values()) + "; answers";
  for (const auto& [status, times] : workload_->answers()) {
    verdict.summary += fmt::format(" {}x{}", status, times);
  }
  return verdict;
}

}  // namespace syrah::sim
