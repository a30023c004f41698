#pragma once

// Products and currencies in the JSON of the Coinbase Exchange API.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/instrument.h"
#include "json/writer.h"

namespace syrah::api {

void write_product(json::Writer& out, const exchange::Instrument& instrument);

/// The currencies that these products are made of, each with the most decimals that an amount of it
/// can have.
using CurrencyDecimals = std::map<std::string, std::size_t, std::less<>>;
CurrencyDecimals currency_decimals(const std::vector<exchange::Instrument>& instruments);

void write_currency(json::Writer& out, std::string_view name, std::size_t decimals);
void write_currencies(json::Writer& out, const std::vector<exchange::Instrument>& instruments);

}  // namespace syrah::api
