#pragma once

#include <string>
#include <string_view>

#include "cli/order_flow.h"

namespace syrah::cli {

/// Whether a file that begins with this line may be a LOBSTER "message" file: six numbers.
bool looks_like_lobster(std::string_view line);

/// Columns: time (s), type, order id, size, price (dollars x 10,000), direction (1 buy, -1 sell),
/// see lobsterdata.com. New orders (1), partial cancellations (2) and deletions (3) are what they
/// are; a run of executions (4) with one time and direction is one IOC order of the opposite side;
/// hidden executions (5), auctions (6) and halts (7) are left out, and so is what is about orders
/// from before the file begins. The error tells of each bad row.
base::Result<Flow> read_lobster(std::string_view text, const std::string& file);

}  // namespace syrah::cli
