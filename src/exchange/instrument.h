#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "exchange/types.h"

namespace syrah::exchange {

/// What can be traded: "BTC-USD" with the smallest steps of price and quantity.
struct Instrument {
  std::string name;
  base::Decimal tick;
  base::Decimal lot;

  bool operator==(const Instrument&) const = default;

  [[nodiscard]] std::string_view base_currency() const;
  [[nodiscard]] std::string_view quote_currency() const;

  /// Decimal text <-> ticks and lots. Errors say what is allowed: "price 0.015 is not a multiple of
  /// the tick 0.01". Zero and values over limits.h are refused.
  [[nodiscard]] base::Result<Price> price(std::string_view text) const;
  [[nodiscard]] base::Result<Quantity> quantity(std::string_view text) const;
  /// An amount of the quote currency, rounded down to ticks times lots.
  [[nodiscard]] base::Result<Notional> notional(std::string_view text) const;
  [[nodiscard]] std::string text(Price price) const;
  [[nodiscard]] std::string text(Quantity quantity) const;
  [[nodiscard]] std::string text(Notional notional) const;
  [[nodiscard]] base::StepsText inline_text(Price price) const {
    return base::steps_to_inline_text(price.ticks, tick);
  }
  [[nodiscard]] base::StepsText inline_text(Quantity quantity) const {
    return base::steps_to_inline_text(quantity.lots, lot);
  }
  [[nodiscard]] base::StepsText inline_text(Notional notional) const {
    return base::StepsText(text(notional));
  }
};

/// Checks a name: 1 to 16 of A-Z, 0-9, then '-', then the same; at most 32 characters.
base::Status check_instrument_name(std::string_view name);

/// From its three texts; tick and lot must be positive decimals.
base::Result<Instrument> make_instrument(std::string_view name, std::string_view tick,
                                         std::string_view lot);

/// "BTC-USD:0.01:0.00000001".
base::Result<Instrument> parse_instrument(std::string_view text);

/// Instruments by name, in order of declaration.
class Instruments {
 public:
  /// An error if the name is taken by an instrument with other steps, or the table is full.
  base::Status add(const Instrument& instrument);
  [[nodiscard]] const Instrument* find(std::string_view name) const;
  [[nodiscard]] const std::vector<Instrument>& all() const { return all_; }
  /// Position in all(), or nothing.
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name) const;

 private:
  std::vector<Instrument> all_;
};

}  // namespace syrah::exchange
