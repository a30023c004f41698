#pragma once

#include <string>
#include <vector>

#include "cli/surroundings.h"

namespace syrah::cli {

/// Reads the arguments (without the program's name), runs the command they name, and returns the
/// exit status.
int run_with(std::vector<std::string> arguments, const Surroundings& surroundings);

}  // namespace syrah::cli
