#pragma once

#include "base/time.h"

namespace syrah::daemon {

/// What the machine's clocks say.
base::Time now();

}  // namespace syrah::daemon
