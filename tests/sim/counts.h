#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace syrah::sim {

/// What there was to see in a run, for summaries: a simulator that sees nothing finds nothing.
struct Counts {
  std::uint64_t requests = 0;
  std::uint64_t entries = 0;
  std::uint64_t trades_at_home = 0;
  std::uint64_t trades_across = 0;
  std::uint64_t refusals = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t triggers = 0;  ///< of stop orders
  std::uint64_t snapshot_pages = 0;
  std::uint64_t faults = 0;  ///< those of the scenario
  std::uint64_t times_down = 0;
  std::uint64_t chunks = 0;
  std::uint64_t chunks_lost = 0;
  std::uint64_t chunks_doubled = 0;

  static constexpr std::array<const char*, 13> kNames = {
      "requests",    "entries",        "trades at home", "trades across", "refusals",
      "faults",      "times down",     "chunks",         "chunks lost",   "chunks doubled",
      "checkpoints", "snapshot pages", "triggers"};

  /// In the order of the names.
  [[nodiscard]] std::vector<std::uint64_t> values() const {
    return {requests,    entries,        trades_at_home, trades_across, refusals,
            faults,      times_down,     chunks,         chunks_lost,   chunks_doubled,
            checkpoints, snapshot_pages, triggers};
  }
};

/// "12 requests, 40 entries, ...".
std::string describe_counts(const std::vector<std::uint64_t>& values);

}  // namespace syrah::sim
