#pragma once

// A book in the JSON of the Coinbase Exchange API, with what only a book of many homes has:
// `digest` (equal on nodes with equal books), `suspended` (orders of homes that cannot be reached
// now) and `indications` (orders of basic peers, which are not firm).

#include <cstdint>
#include <string>

#include "api/router.h"

namespace syrah::api {

/// Level 1: the best price of each side. 2: prices with sums. 3: orders.
std::string write_book(const Context& context, const exchange::Instrument& instrument,
                       std::int64_t level);

/// Grows with every change of any book: the sum of the entries folded of all homes.
std::int64_t book_sequence(const exchange::Exchange& exchange);

}  // namespace syrah::api
