#pragma once

// Products and currencies in the JSON of the Coinbase Exchange API.

#include <vector>

#include "exchange/instrument.h"
#include "json/writer.h"

namespace syrah::api {

void write_product(json::Writer& out, const exchange::Instrument& instrument);
/// What the products are made of.
void write_currencies(json::Writer& out, const std::vector<exchange::Instrument>& instruments);

}  // namespace syrah::api
