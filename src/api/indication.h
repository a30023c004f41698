#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "exchange/types.h"

namespace syrah::api {

/// An order that a basic peer announced. Shown, never counted as firm: such a peer may fill it
/// elsewhere at any time.
struct Indication {
  std::string peer;
  std::string id;
  std::string instrument;
  exchange::Side side = exchange::Side::kBuy;
  exchange::Price price;
  exchange::Quantity quantity;
  std::int64_t heard_ms = 0;
};

/// By peer name and order id.
using Indications = std::map<std::pair<std::string, std::string>, Indication>;

}  // namespace syrah::api
