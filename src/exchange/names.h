#pragma once

// Names that clients give: they end up in feeds, URLs and logs of every node.

#include <string_view>

#include "base/result.h"

namespace syrah::exchange {

/// 1 to kAccountMax printable ASCII characters without space, quotes and backslash.
base::Status check_account(std::string_view text);

/// The same, 0 to kClientIdMax.
base::Status check_client_id(std::string_view text);

}  // namespace syrah::exchange
