#pragma once

// Requests as a bot would make them, and what it reads from the answers.

#include <optional>
#include <string>
#include <vector>

#include "api/auth.h"
#include "api/http.h"
#include "exchange/instrument.h"
#include "sim/checkers/told.h"

namespace syrah::sim {

/// The instruments that everybody trades, by number.
const exchange::Instrument& instrument(std::size_t number);
inline constexpr std::size_t kInstruments = 2;

/// The key of account `number`, the same at every node.
api::ApiKey api_key(std::size_t number);

/// Signed with the account's key at this wall time.
api::HttpRequest signed_request(const api::ApiKey& key, std::int64_t wall_us, std::string method,
                                std::string target, std::string body = {});

/// Body of POST /orders. `expires_wall_us`: for GTD; 0: a minute from when it comes.
std::string order_body(const Intent& intent, std::int64_t expires_wall_us);
/// Body of PUT /orders/<id>; 0: as it is.
std::string replace_body(const exchange::Instrument& instrument, std::int64_t price_ticks,
                         std::int64_t quantity_lots);

/// The order that an answer shows, nothing if it shows none. Its home is one of `homes`.
std::optional<ToldOrder> read_order(const std::string& body,
                                    const std::vector<base::NodeId>& homes);
/// The ids in the answer to a cancellation: one, or a list.
std::vector<base::OrderId> read_cancelled(const std::string& body,
                                          const std::vector<base::NodeId>& homes);

}  // namespace syrah::sim
