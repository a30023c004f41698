#pragma once

#include <functional>

namespace syrah::cli {

/// The program `syrah`: reads the arguments, does what they say and returns the exit status (0
/// done, 1 refused, 2 wrong usage, 3 node not reachable). `run_node` is what "syrah node" does.
int run(int argc, char** argv, const std::function<int()>& run_node);

}  // namespace syrah::cli
