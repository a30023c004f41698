#pragma once

#include <optional>
#include <string>
#include <vector>

#include "doctor/facts.h"

namespace syrah::doctor {

enum class Level : std::uint8_t {
  kGood,
  kNote,   ///< not wrong, but worth knowing
  kWrong,  ///< something does not work, or will not
};

struct Finding {
  Level level = Level::kGood;
  std::string check;   ///< configuration, ports, disk, clock, peers, grapes, node
  std::string what;    ///< what was found, in one sentence
  std::string advice;  ///< what to do; empty: nothing
};

/// In the order of the checks.
std::vector<Finding> examine(const Machine& machine, const NodeReport& node,
                             const std::optional<OutsideClock>& outside);

bool all_well(const std::vector<Finding>& findings);

}  // namespace syrah::doctor
