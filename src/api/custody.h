#pragma once

#include <string_view>

#include "api/target.h"

namespace syrah::api {

/// Whether the Coinbase Exchange API has this path for what only a keeper of other people's money
/// can do. A node keeps none.
bool needs_custody(const Target& target);

inline constexpr std::string_view kNoCustody =
    "a Syrah node keeps nobody's money, so there is nothing to deposit, withdraw, transfer, "
    "convert "
    "or lend here: settle trades outside of it";

}  // namespace syrah::api
