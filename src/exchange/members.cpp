#include "exchange/members.h"

#include <fmt/format.h>

#include <limits>

#include "base/hex.h"
#include "exchange/limits.h"

namespace syrah::exchange {

Members::Members(const json::Value& object, const Instrument* instrument)
    : finder_(object), instrument_(instrument) {
  if (!object.is_object()) error_ = base::invalid("not a JSON object");
}

void Members::fail(std::string_view name, std::string_view what) {
  if (!error_) error_ = base::invalid(fmt::format("member {} {}", name, what));
}

void Members::fail(const base::Error& error) {
  if (!error_) error_ = error;
}

base::Status Members::status() const {
  if (error_) return *error_;
  return base::success();
}

std::string_view Members::text(std::string_view name) {
  const std::optional<std::string_view> value = finder_.string(name);
  if (!value) fail(name, "is missing or not a string");
  return value.value_or("");
}

std::int64_t Members::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const std::optional<std::int64_t> value = finder_.integer(name);
  if (!value || *value < min || *value > max) {
    fail(name, fmt::format("is missing or not an integer from {} to {}", min, max));
    return min;
  }
  return *value;
}

bool Members::flag(std::string_view name) {
  const json::Value* const member = finder_.find(name);
  if (member == nullptr) return false;
  const std::optional<bool> value = member->boolean();
  if (!value) fail(name, "is neither true nor false");
  return value.value_or(false);
}

Seq Members::seq(std::string_view name) {
  return static_cast<Seq>(integer(name, 1, std::numeric_limits<std::int64_t>::max()));
}

Hlc Members::time(std::string_view name) {
  const json::Value* const pair = finder_.find(name);
  if (pair != nullptr && pair->items().size() == 2) {
    const std::optional<std::int64_t> ms = pair->items()[0].integer();
    const std::optional<std::int64_t> counter = pair->items()[1].integer();
    if (ms && *ms >= 0 && *ms <= kTimeMsMax && counter && *counter >= 0 &&
        *counter <= std::numeric_limits<std::uint32_t>::max()) {
      return {*ms, static_cast<std::uint32_t>(*counter)};
    }
  }
  fail(name, "is missing or not [milliseconds, counter]");
  return {};
}

NodeId Members::node(std::string_view name) {
  const base::Result<NodeId> id = NodeId::parse(text(name));
  if (!id) {
    fail(name, id.error().message);
    return {};
  }
  return *id;
}

EntryId Members::entry(std::string_view name) {
  const base::Result<EntryId> id = EntryId::parse(text(name));
  if (!id) {
    fail(name, id.error().message);
    return {};
  }
  if (id->seq == 0 || id->seq > std::numeric_limits<std::int64_t>::max()) {
    fail(name, "names an entry number that cannot be");
  }
  return *id;
}

crypto::Digest Members::digest(std::string_view name) {
  crypto::Digest digest{};
  if (!base::from_hex(text(name), digest)) fail(name, "is not 64 hexadecimal digits");
  return digest;
}

bool Members::has_steps(std::string_view name) {
  if (instrument_ == nullptr) fail(name, "needs the member instrument");
  return instrument_ != nullptr;
}

Price Members::price(std::string_view name) {
  if (!has_steps(name)) return {};
  const base::Result<Price> value = instrument_->price(text(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : Price{};
}

Quantity Members::quantity(std::string_view name) {
  if (!has_steps(name)) return {};
  const base::Result<Quantity> value = instrument_->quantity(text(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : Quantity{};
}

Notional Members::notional(std::string_view name) {
  if (!has_steps(name)) return {};
  const base::Result<Notional> value = instrument_->notional(text(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : Notional{};
}

Notional Members::units(std::string_view name) {
  const base::Result<base::Int128> units = base::to_product_steps(text(name), {1, 0}, {1, 0});
  if (!units || *units < 1 || *units > kNotionalMax) {
    fail(name, "is missing or not a whole number that is allowed");
    return {};
  }
  return {*units};
}

}  // namespace syrah::exchange
