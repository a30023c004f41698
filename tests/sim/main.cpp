// syrah-sim: the deterministic simulator. See usage().

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "sim/arguments.h"
#include "sim/checkers/determinism_checker.h"
#include "sim/worker_pool.h"
#include "sim/world.h"

namespace {

using namespace syrah;

sim::Scenario scenario_of(std::uint64_t seed, const sim::Arguments& arguments) {
  if (arguments.grenache) return sim::draw_grenache_scenario(seed);
  return arguments.longer ? sim::draw_long_scenario(seed) : sim::draw_scenario(seed);
}

sim::Verdict run_seed(std::uint64_t seed, const sim::Arguments& arguments, bool printed) {
  sim::RunOptions options;
  options.planted = arguments.planted;
  options.trace.printed = printed;
  options.trace.hashed = arguments.twice || arguments.hashes;
  sim::Verdict verdict = sim::World(scenario_of(seed, arguments), options).run();
  if (arguments.twice) {
    const sim::Verdict again = sim::World(scenario_of(seed, arguments), options).run();
    sim::Report report;
    sim::DeterminismChecker(report).compare(verdict.trace_hash, again.trace_hash);
    for (const sim::Violation& violation : report.violations()) {
      verdict.violations.push_back(violation);
    }
  }
  return verdict;
}

std::string replay_command(std::uint64_t seed, const sim::Arguments& arguments) {
  std::string command = fmt::format("syrah-sim --seed {}", seed);
  if (!arguments.plant.empty()) command += " --plant " + arguments.plant;
  if (arguments.twice) command += " --twice";
  if (arguments.longer) command += " --long";
  if (arguments.grenache) command += " --grenache";
  return command;
}

int run_one(const sim::Arguments& arguments) {
  const std::uint64_t seed = arguments.seeds.front();
  fmt::print("{}\n", sim::describe(scenario_of(seed, arguments)));
  const sim::Verdict verdict = run_seed(seed, arguments, !arguments.quiet);
  fmt::print("{}\n", verdict.summary);
  if (!verdict.trace_hash.empty()) fmt::print("trace {}\n", verdict.trace_hash);
  for (const sim::Violation& violation : verdict.violations) {
    fmt::print("seed {}: {}\n", seed, violation.text());
  }
  if (verdict.violations.empty()) fmt::print("seed {}: passed\n", seed);
  return verdict.violations.empty() == arguments.expect_found ? 1 : 0;
}

int run_many(const sim::Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t passed = 0;
  std::vector<sim::SeedResult> failed;
  sim::WorkerPool pool(arguments.jobs, [&](std::uint64_t seed) {
    const sim::Verdict verdict = run_seed(seed, arguments, false);
    const bool good = verdict.violations.empty();
    return sim::SeedResult{seed, good, verdict.counts.values(),
                           good ? verdict.trace_hash : verdict.violations.front().text()};
  });
  std::vector<std::uint64_t> sums(sim::Counts::kNames.size());
  pool.run(arguments.seeds, [&](const sim::SeedResult& result) {
    for (std::size_t i = 0; i < std::min(sums.size(), result.counts.size()); ++i) {
      sums[i] += result.counts[i];
    }
    if (!result.passed) {
      failed.push_back(result);
      fmt::print("seed {}: {}\n  replay: {}\n", result.seed, result.text,
                 replay_command(result.seed, arguments));
    } else {
      ++passed;
      if (arguments.hashes) fmt::print("seed {}: {}\n", result.seed, result.text);
      if (passed % 100 == 0 && !arguments.quiet) fmt::print("{} passed\n", passed);
    }
    std::fflush(stdout);
    return result.passed || !arguments.expect_found;
  });
  const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - began;
  fmt::print("{}\n", sim::describe_counts(sums));
  fmt::print("{} passed, {} failed, {:.1f} s\n", passed, failed.size(), lasted.count());
  for (const sim::SeedResult& result : failed) {
    fmt::print("  {}\n", replay_command(result.seed, arguments));
  }
  return failed.empty() == arguments.expect_found ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = sim::read_arguments(std::vector<std::string>(argv + 1, argv + argc));
  if (!arguments) {
    fmt::print(stderr, "syrah-sim: {}\n{}", arguments.error().message, sim::usage());
    return 2;
  }
  return arguments->one ? run_one(*arguments) : run_many(*arguments);
}
