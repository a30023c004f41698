#pragma once

#include <string>

namespace syrah::api {

/// The rates that a client is told, as decimals: "0.001" is a tenth of a per cent. Nothing is
/// charged: there is no money here to take it from.
struct Fees {
  std::string maker = "0";
  std::string taker = "0";
};

}  // namespace syrah::api
