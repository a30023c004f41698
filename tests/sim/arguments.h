#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "node/config.h"

namespace syrah::sim {

/// What syrah-sim is asked to do.
struct Arguments {
  std::vector<std::uint64_t> seeds;
  std::uint32_t jobs = 1;
  bool one = false;  ///< --seed: replay it, with its trace unless quiet
  bool quiet = false;
  bool longer = false;        ///< runs long enough for checkpoints and snapshots
  bool grenache = false;      ///< peers find and reach each other through Grenache
  bool twice = false;         ///< every seed two times, comparing traces
  bool hashes = false;        ///< print the trace hash of every seed
  bool expect_found = false;  ///< success is a violation
  std::string plant;          ///< the rule that is switched off, "" for none
  node::PlantedBugs planted;
};

base::Result<Arguments> read_arguments(const std::vector<std::string>& words);
std::string usage();

}  // namespace syrah::sim
