#pragma once

#include <ostream>
#include <string>

#include "daemon/environment.h"

namespace syrah::daemon {

/// Runs a node until it is asked to stop. Exit status: 0 stopped as asked, 1 a fault, 2 a bad
/// configuration. Troubles at start and the log are lines on `err`.
int run(const Environment& environment, const std::string& version, std::ostream& err);

}  // namespace syrah::daemon
