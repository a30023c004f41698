#pragma once

#include <map>
#include <string>

namespace syrah::daemon {

/// Name to value.
using Environment = std::map<std::string, std::string>;

/// The process's environment; nothing else in the program reads it.
Environment read_environment();

}  // namespace syrah::daemon
