#include "p2p/message_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/hex.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::size_t digits_at(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - start;
}

/// Digits with at most one point between digits.
bool is_decimal(std::string_view text) {
  const std::size_t whole = digits_at(text, 0);
  if (whole == text.size()) return whole > 0;
  const std::size_t decimals = text[whole] == '.' ? digits_at(text, whole + 1) : 0;
  return whole > 0 && decimals > 0 && whole + 1 + decimals == text.size();
}

/// The whole part of a number. JavaScript's clocks may give fractions.
std::optional<std::int64_t> whole_part(const json::Value& value) {
  if (const std::optional<std::int64_t> whole = value.integer()) return whole;
  if (!value.is_number()) return std::nullopt;
  const std::string_view number = *value.number_text();
  std::int64_t whole = 0;
  const char* const stop = number.data() + number.size();
  const auto [end, error] = std::from_chars(number.data(), stop, whole);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(stop - end));
  // It is a JSON number: what can follow its whole part are decimals and an exponent.
  if (rest.find_first_of("eE") != std::string_view::npos) return std::nullopt;
  return whole;
}

}  // namespace

MessageMembers::MessageMembers(const json::MemberFinder& members, std::string_view type)
    : finder_(members), type_(type), error_(first_error_) {}

MessageMembers::MessageMembers(const json::MemberFinder& members, MessageMembers& outer)
    : finder_(members), type_(outer.type_), error_(outer.error_) {}

MessageMembers MessageMembers::within(const json::Value& inner) {
  return {json::MemberFinder(inner), *this};
}

MessageMembers MessageMembers::within_or_same(const json::Value* inner) {
  const bool same = inner == nullptr || !inner->is_object();
  return {same ? finder_ : json::MemberFinder(*inner), *this};
}

std::string_view MessageMembers::name(std::string_view member) {
  const std::string_view name = text(member, kNameBytesMax);
  if (!is_printable(name)) fail(member, "must be without control characters");
  return name;
}

std::string_view MessageMembers::content(std::string_view name) {
  const auto text = finder_.string(name);
  if (!text) fail(name, "must be a text");
  return text.value_or("");
}

std::string_view MessageMembers::amount(std::string_view name) {
  const json::Value* const value = find(name);
  const auto text = value == nullptr     ? std::nullopt
                    : value->is_number() ? value->number_text()
                                         : value->string();
  if (!text || text->size() > kAmountBytesMax || !is_decimal(*text)) {
    fail(name, "must be a decimal like \"1.5\"");
    return {};
  }
  return *text;
}

bool MessageMembers::buy(std::string_view name) {
  const std::string_view side = text(name, kWordBytesMax);
  const bool buys = side == "buy";
  if (!buys && side != "sell") fail(name, "must be buy or sell");
  return buys;
}

std::int64_t MessageMembers::time(std::string_view name) {
  const json::Value* const value = find(name);
  const auto whole = value == nullptr ? std::nullopt : whole_part(*value);
  const auto is_zero = [value] {
    return value->number_text()->find_first_of("123456789") == std::string_view::npos;
  };
  if (!whole || (*whole == 0 && is_zero())) {
    fail(name, "must be a number that is not zero");
    return 0;
  }
  return *whole;
}

std::int64_t MessageMembers::time_or(std::string_view name) {
  const json::Value* const value = find(name);
  return value == nullptr ? 0 : whole_part(*value).value_or(0);
}

std::uint64_t MessageMembers::number(std::string_view name, std::uint64_t max) {
  const std::optional<std::int64_t> value = finder_.integer(name);
  if (!value || *value < 0 || static_cast<std::uint64_t>(*value) > max) {
    fail(name, fmt::format("must be a whole number from 0 to {}", max));
    return 0;
  }
  return static_cast<std::uint64_t>(*value);
}

std::uint64_t MessageMembers::number_or(std::string_view name, std::uint64_t otherwise,
                                        std::uint64_t max) {
  return has(name) ? number(name, max) : otherwise;
}

std::uint32_t MessageMembers::number32(std::string_view name) {
  return static_cast<std::uint32_t>(number(name, std::numeric_limits<std::uint32_t>::max()));
}

base::Seq MessageMembers::seq(std::string_view name) {
  return number(name, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

base::NodeId MessageMembers::node(std::string_view name) {
  const auto id = base::NodeId::parse(finder_.string(name).value_or(""));
  if (!id) {
    fail(name, "must be a node id: 64 lower-case hexadecimal digits");
    return {};
  }
  return *id;
}

void MessageMembers::hex(std::string_view name, std::span<std::uint8_t> out) {
  if (base::from_hex(finder_.string(name).value_or(""), out)) return;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  fail(name, fmt::format("must be {} hexadecimal digits", 2 * out.size()));
}

json::Value::Items MessageMembers::items_or(std::string_view name, std::size_t count_max) {
  const json::Value* const value = find(name);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    fail(name, "must be an array");
    return {};
  }
  if (value->items().size() > count_max) {
    fail(name,
         fmt::format("has {} items, at most {} are allowed", value->items().size(), count_max));
    return {};
  }
  return value->items();
}

void MessageMembers::fail(std::string_view name, std::string_view what) {
  if (error_) return;
  error_ = base::invalid(fmt::format("{}: member {} {}", type_, name, what));
}

std::string_view MessageMembers::refuse_text(std::string_view name,
                                             std::optional<std::string_view> text,
                                             std::size_t size_max, std::string_view wanted) {
  const bool too_long = text && text->size() > size_max;
  fail(name, too_long ? fmt::format("has {} bytes, at most {} are allowed", text->size(), size_max)
                      : std::string(wanted));
  return {};
}

base::Status MessageMembers::status() const {
  if (error_) return *error_;
  return base::success();
}

void write_hex(json::Writer& out, std::string_view name, std::span<const std::uint8_t> bytes) {
  out.string(name, base::to_hex(bytes));
}

}  // namespace syrah::p2p
