#pragma once

// How a replay goes on and how it went, for people and for machines.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/replay_queue.h"

namespace syrah::cli {

struct ReplayProgress {
  std::size_t done = 0;
  std::size_t steps = 0;
  std::int64_t elapsed_us = 0;
  std::int64_t rate = 0;  ///< a second, lately
};

/// One line of up to `columns`: bar, part, steps, rate and the time that is left.
std::string progress_line(const ReplayProgress& progress, int columns, bool colour);

struct ReplayResult {
  ReplayCounts counts;
  std::size_t steps = 0;
  std::size_t left_out = 0;
  std::int64_t elapsed_us = 0;
  std::vector<std::int64_t> took_us;  ///< each answer
};

std::string replay_summary(ReplayResult result, bool colour);
std::string replay_json(ReplayResult result);

/// "1,234,567"
std::string grouped(std::int64_t number);

}  // namespace syrah::cli
