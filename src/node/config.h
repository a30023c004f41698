#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/clients.h"
#include "api/fees.h"
#include "crypto/identity.h"
#include "exchange/exchange.h"
#include "node/grenache_desk.h"
#include "p2p/config.h"

namespace syrah::node {

/// Rules that the simulator can switch off, to prove that its checkers notice. All false in the
/// product.
struct PlantedBugs {
  exchange::PlantedBugs exchange;
  bool send_before_durable = false;  ///< rule 1
  bool trust_old_disk = false;       ///< rule 10
};

struct Config {
  crypto::Identity identity;
  std::string version;        ///< of the software, for people
  std::string mode = "pure";  ///< pure, hybrid, legacy: for people
  std::vector<exchange::Instrument> instruments;
  p2p::Config p2p;
  std::optional<GrenacheConfig> grenache;       ///< absent: never speaks to a Grape
  std::vector<api::ApiKey> api_keys;            ///< that of the data folder first
  std::vector<api::SwitchRecord> api_switches;  ///< on when the node stopped
  api::Rates api_rates;
  std::array<std::uint8_t, 32> api_randomness{};  ///< for the keys that are made
  api::Fees fees = {};
  std::uint64_t random_seed = 0;
  PlantedBugs planted;
};

}  // namespace syrah::node
