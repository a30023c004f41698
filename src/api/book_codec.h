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

/// CRC-32 of the best kChecksumLevels prices of each side: asks, best first, then bids, best first,
/// each as "price:size," in the very digits that the API writes. Nodes whose books are equal have
/// equal checksums; `digest` covers the rest of the book too.
std::uint32_t book_checksum(const exchange::OrderBook& book,
                            const exchange::Instrument& instrument);

/// An order's place in the queue as text: of two orders at one price the one with the smaller text
/// comes first; where they are equal, the one with the smaller id.
std::string priority_text(const exchange::Priority& priority);

}  // namespace syrah::api
