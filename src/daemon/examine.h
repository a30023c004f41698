#pragma once

#include <string>

#include "base/result.h"
#include "daemon/environment.h"
#include "doctor/facts.h"

namespace syrah::daemon {

/// Looks at the machine as a node with this configuration would find it. Takes a few seconds where
/// somebody does not answer; changes nothing.
doctor::Machine look_at_machine(const Environment& environment);

/// The lines NAME=value of a text, as ./run reads them from .env; what the environment says counts
/// more.
Environment with_env_file(Environment environment, const std::string& text);

}  // namespace syrah::daemon
