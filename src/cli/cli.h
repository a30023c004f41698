#pragma once

#include <functional>

#include "base/result.h"
#include "doctor/facts.h"

namespace syrah::cli {

/// What the program can do beside asking a node.
struct NodeWork {
  std::function<int()> run;  ///< "syrah node"
  /// What a node would find here, with the variables of a file ("": none) in addition.
  std::function<base::Result<doctor::Machine>(const std::string& env_file)> look_at_machine;
};

/// The program `syrah`: reads the arguments, does what they say and returns the exit status (0
/// done, 1 refused, 2 wrong usage, 3 node not reachable).
int run(int argc, char** argv, const NodeWork& work);

}  // namespace syrah::cli
