#pragma once

// GET /orders: lists of an account's orders. Orders that are not settled come from memory; those
// that are over from the history.

#include <string>

#include "api/call.h"

namespace syrah::api {

Answer list_orders(const Call& call);
base::Result<HttpResponse> finish_list_orders(const Call& call,
                                              const exchange::HistoryAnswer& answer);

/// The product whose orders DELETE /orders is to cancel, from the query or the body; "" for all.
base::Result<std::string> read_cancel_product(const Call& call);

}  // namespace syrah::api
