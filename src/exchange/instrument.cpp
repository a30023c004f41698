#include "exchange/instrument.h"

#include <fmt/format.h>

#include <algorithm>

#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

constexpr std::size_t kCurrencyMax = 16;

/// Shared by price and quantity, which differ in words and step only.
base::Result<std::int64_t> whole_steps(std::string_view what, std::string_view text,
                                       std::string_view step_word, base::Decimal step,
                                       std::int64_t count_max) {
  const base::Result<std::int64_t> count = base::to_steps(text, step);
  if (!count) {
    const base::Result<base::Decimal> value = base::parse_decimal(text);
    if (!value) return base::invalid(fmt::format("{}: {}", what, value.error().message));
    return base::invalid(fmt::format("{} {} is not a multiple of the {} {} up to {}", what, text,
                                     step_word, base::to_text(step),
                                     base::steps_to_text(count_max, step)));
  }
  if (*count <= 0) return base::invalid(fmt::format("{} must be more than zero", what));
  if (*count > count_max) {
    return base::invalid(fmt::format("{} {} is above the largest allowed, {}", what, text,
                                     base::steps_to_text(count_max, step)));
  }
  return count;
}

bool is_currency(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kCurrencyMax &&
         std::all_of(text.begin(), text.end(), allowed);
}

base::Result<base::Decimal> read_step(std::string_view what, std::string_view text) {
  base::Result<base::Decimal> step = base::parse_decimal(text);
  if (!step) return base::invalid(fmt::format("{}: {}", what, step.error().message));
  if (step->units <= 0) return base::invalid(fmt::format("{} must be more than zero", what));
  return step;
}

}  // namespace

std::string_view Instrument::base_currency() const {
  return std::string_view(name).substr(0, name.find('-'));
}

std::string_view Instrument::quote_currency() const {
  return std::string_view(name).substr(std::min(name.size(), name.find('-') + 1));
}

base::Result<Price> Instrument::price(std::string_view text) const {
  const base::Result<std::int64_t> ticks = whole_steps("price", text, "tick", tick, kPriceMax);
  if (!ticks) return ticks.error();
  return Price{*ticks};
}

base::Result<Quantity> Instrument::quantity(std::string_view text) const {
  const base::Result<std::int64_t> lots = whole_steps("quantity", text, "lot", lot, kQuantityMax);
  if (!lots) return lots.error();
  return Quantity{*lots};
}

base::Result<Notional> Instrument::notional(std::string_view text) const {
  const base::Result<base::Int128> units = base::to_product_steps(text, tick, lot);
  if (!units) return base::invalid(fmt::format("funds: {}", units.error().message));
  if (*units <= 0) {
    return base::invalid(
        fmt::format("funds must be at least one tick times one lot, {}", this->text(Notional{1})));
  }
  if (*units > kNotionalMax) return base::invalid("funds are above the largest allowed");
  return Notional{*units};
}

std::string Instrument::text(Notional notional) const {
  return base::product_steps_to_text(notional.units, tick, lot);
}

std::string Instrument::text(Price price) const { return base::steps_to_text(price.ticks, tick); }

std::string Instrument::text(Quantity quantity) const {
  return base::steps_to_text(quantity.lots, lot);
}

base::Status check_instrument_name(std::string_view name) {
  const std::size_t dash = name.find('-');
  if (name.size() > kInstrumentNameMax || dash == std::string_view::npos ||
      !is_currency(name.substr(0, dash)) || !is_currency(name.substr(dash + 1))) {
    return base::invalid(fmt::format(
        "an instrument is named like BTC-USD: 1 to {} of A-Z and 0-9, '-', the same again, at most "
        "{} characters",
        kCurrencyMax, kInstrumentNameMax));
  }
  return base::success();
}

base::Result<Instrument> make_instrument(std::string_view name, std::string_view tick,
                                         std::string_view lot) {
  if (base::Status named = check_instrument_name(name); !named) return named.error();
  const base::Result<base::Decimal> tick_step = read_step("tick", tick);
  if (!tick_step) return tick_step.error();
  const base::Result<base::Decimal> lot_step = read_step("lot", lot);
  if (!lot_step) return lot_step.error();
  return Instrument{std::string(name), *tick_step, *lot_step};
}

base::Result<Instrument> parse_instrument(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) {
    return base::invalid("an instrument is written name:tick:lot, as BTC-USD:0.01:0.00000001");
  }
  return make_instrument(text.substr(0, first), text.substr(first + 1, second - first - 1),
                         text.substr(second + 1));
}

base::Status Instruments::add(const Instrument& instrument) {
  if (base::Status named = check_instrument_name(instrument.name); !named) return named.error();
  if (instrument.tick.units <= 0 || instrument.lot.units <= 0) {
    return base::invalid(fmt::format("tick and lot of {} must be more than zero", instrument.name));
  }
  if (const Instrument* known = find(instrument.name)) {
    if (*known == instrument) return base::success();
    return base::Error{
        base::ErrorCode::kRefused,
        fmt::format("{} is declared already with tick {} and lot {}", instrument.name,
                    base::to_text(known->tick), base::to_text(known->lot))};
  }
  if (all_.size() >= kInstrumentsMax) {
    return base::Error{base::ErrorCode::kLimit,
                       fmt::format("at most {} instruments", kInstrumentsMax)};
  }
  all_.push_back(instrument);
  return base::success();
}

const Instrument* Instruments::find(std::string_view name) const {
  const std::optional<std::size_t> index = index_of(name);
  return index ? &all_[*index] : nullptr;
}

std::optional<std::size_t> Instruments::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace syrah::exchange
