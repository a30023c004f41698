#pragma once

// Orders in the JSON of the Coinbase Exchange API. Reading refuses what it does not know: a client
// that asks for a stop order must not get a plain one.
//
// Our own members beside Coinbase's: `pending_size` is promised to fill requests that other homes
// have not answered yet, `remaining_size` is what may still be filled (pending included),
// `client_oid` and `home` say whose it is, `close_reason` is the exact word behind `done_reason`.
// `status` is "pending" while anything is pending, "active" while a stop order waits for its price,
// else "open" or "done"; `settled` means that nothing of the order can change any more.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "exchange/command.h"
#include "exchange/instrument.h"
#include "exchange/order.h"
#include "json/writer.h"

namespace syrah::api {

struct PlaceRequest {
  exchange::PlaceOrder command;
  /// cancel_after, 0 if it was not given: the same request a moment later names another date.
  std::int64_t cancel_after_ms = 0;
};

/// The body of POST /orders. Price and quantity, which need the instrument, and dates are left to
/// the exchange to check.
base::Result<PlaceRequest> read_place_order(std::string_view body, const std::string& account,
                                            base::Time now);

/// The body of PUT /orders/{id}: at least one of "price", "size", "stop_price".
base::Result<exchange::ReplaceOrder> read_replace_order(std::string_view body);

std::string_view status_text(const exchange::Order& order);

/// `done_at`: when it ended, where that is known.
void write_order(json::Writer& out, const exchange::Order& order,
                 const exchange::Instrument& instrument,
                 std::optional<exchange::Hlc> done_at = std::nullopt);

/// "2026-11-21T07:30:00.123000Z".
std::string time_text(exchange::Hlc time);

}  // namespace syrah::api
