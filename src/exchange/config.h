#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "exchange/instrument.h"
#include "exchange/limits.h"
#include "exchange/types.h"

namespace syrah::exchange {

/// Rules of the fill agreement that a simulation can switch off, to prove that its checkers notice.
/// All false in the product.
struct PlantedBugs {
  bool ask_without_hold = false;       ///< rule 2: what is asked for is not reserved
  bool forget_decisions = false;       ///< rule 3: a request is decided again after a restart
  bool refuse_without_record = false;  ///< rule 4: refusals are not entries
  bool release_by_timer = false;       ///< rule 5: a hold ends after a second
};

struct ExchangeConfig {
  NodeId self;
  std::vector<Instrument> instruments;
  std::uint64_t random_seed = 0;
  PlantedBugs planted;
  std::size_t open_orders_max = kOpenOrdersMax;  ///< of all homes together
};

}  // namespace syrah::exchange
