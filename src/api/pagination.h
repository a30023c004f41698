#pragma once

// Pages of rows, newest first, in the words of the Coinbase Exchange API: ?before= asks for newer
// rows than that cursor, ?after= for older ones, ?limit= for how many; the headers CB-BEFORE and
// CB-AFTER of an answer are the cursors of its first and last row.

#include <cstdint>

#include "api/http.h"
#include "api/target.h"
#include "exchange/history.h"

namespace syrah::api {

base::Result<exchange::PageOf> read_page(const Target& target);

/// `newest` and `oldest` are the rows looked at; CB-AFTER is left out when the page is not full,
/// which is how clients see that there is nothing older.
void add_cursors(HttpResponse& response, std::int64_t newest, std::int64_t oldest, bool full);

/// For rows of the history, whether or not all of them are in the answer.
template <class Row>
void add_cursors(HttpResponse& response, const std::vector<Row>& rows, std::uint32_t limit) {
  if (!rows.empty()) {
    add_cursors(response, rows.front().row, rows.back().row, rows.size() >= limit);
  }
}

}  // namespace syrah::api
