#pragma once

// What a Grape is asked, and what its answers mean. A Grape's status codes say little: with status
// 200 it also answers a text that names an error, so only the type of the answer counts.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "grenache/address_hint.h"
#include "grenache/io.h"
#include "grenache/service_name.h"

namespace syrah::grenache {

/// Bodies of POST /announce and POST /lookup. The rid is any text; Grapes ignore it.
std::string announce_body(std::string_view rid, const Service& service);
std::string lookup_body(std::string_view rid, std::string_view service);

/// Errors of both: kRefused, the Grape said no in its own words; kUnavailable, there was no answer;
/// kInvalid, what answered is not a Grape in order. The message has the Grape's text, cut and
/// stripped of what is not printable ASCII.

/// How many nodes of the DHT stored the address, at least one.
base::Result<std::int64_t> read_announced(const HttpAnswer& answer);
/// The addresses worth a try. Entries that are no addresses are left out, as anyone may have put
/// them there.
base::Result<std::vector<base::Endpoint>> read_found(const HttpAnswer& answer, Vantage told_from);

}  // namespace syrah::grenache
