#include "p2p/legacy_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "base/decimal.h"
#include "base/hex.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "json/writer.h"
#include "p2p/limits.h"
#include "p2p/message_members.h"

namespace syrah::p2p {
namespace {

// What the old nodes' validators accept.
constexpr std::int64_t kAmountMax = 1'000'000;
constexpr int kAmountMaxDigits = 6;  ///< zeros of kAmountMax
constexpr std::size_t kUserIdMin = 3;
constexpr std::size_t kUserIdMax = 50;
constexpr std::array<std::string_view, 4> kStatuses{"pending", "partial", "filled", "cancelled"};

/// As wide as what an RPC body may be, so that another program's message is no error.
constexpr json::Limits kLegacyJsonLimits{.depth_max = 9,
                                         .members_max = 1000,
                                         .items_max = 1000,
                                         .nodes_max = 50'000,
                                         .string_bytes_max = 512 * 1024,
                                         .number_digits_max = 20};

// ---- UUIDs -------------------------------------------------------------------------------------

constexpr std::size_t kUuidSize = 36;
constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};
constexpr std::size_t kVersionAt = 14;
constexpr std::size_t kVariantAt = 19;
using UuidBytes = std::array<std::uint8_t, 16>;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Eight, four, four, four and twelve hexadecimal digits.
bool has_uuid_shape(std::string_view text) {
  if (text.size() != kUuidSize) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = std::find(kDashes.begin(), kDashes.end(), i) != kDashes.end();
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

/// The widespread JavaScript check: RFC 4122's versions 1 to 5 and its variant.
bool is_strict_uuid(std::string_view text) {
  return has_uuid_shape(text) && text[kVersionAt] >= '1' && text[kVersionAt] <= '5' &&
         std::string_view("89abAB").find(text[kVariantAt]) != std::string_view::npos;
}

std::string uuid(UuidBytes bytes, unsigned version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | (version << 4U));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  std::string text = base::to_hex(bytes);
  for (const std::size_t at : kDashes) text.insert(at, 1, '-');
  return text;
}

std::string random_uuid(base::Random& random) {
  UuidBytes bytes{};
  for (std::size_t half = 0; half < bytes.size(); half += 8) {
    const std::uint64_t number = random.next();
    for (std::size_t i = 0; i < 8; ++i) {
      bytes[half + i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
  }
  return uuid(bytes, 4);
}

// ---- checks ------------------------------------------------------------------------------------

base::Error wrong(std::string_view member, std::string_view allowed) {
  return base::invalid(fmt::format("legacy: {} must be {}", member, allowed));
}

bool is_amount(std::string_view text) {
  const base::Result<base::Decimal> amount = base::parse_decimal(text);
  if (!amount || amount->units <= 0) return false;
  // With more decimals than that, whatever fits into 64 bits is below the maximum.
  constexpr int kScaleOfLargest = 12;
  if (amount->scale > kScaleOfLargest) return true;
  std::int64_t units_max = kAmountMax;
  for (int i = 0; i < amount->scale; ++i) units_max *= 10;
  return amount->units <= units_max;
}
static_assert(kAmountMaxDigits + 12 <= 18, "units_max fits into 64 bits");

bool is_user_id(std::string_view text) {
  return text.size() >= kUserIdMin && text.size() <= kUserIdMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
         });
}

bool is_currency(std::string_view text) {
  return (text.size() == 3 || text.size() == 4) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_pair(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_currency(text.substr(0, slash)) &&
         is_currency(text.substr(slash + 1));
}

constexpr std::string_view kAmountAllowed = "a decimal over 0 and at most 1000000";

// ---- writing -----------------------------------------------------------------------------------

void write_payload(json::Writer& out, const BasicOrder& order) {
  out.string("id", legacy_id(order.id));
  out.integer("timestamp", order.timestamp_ms);
  out.string("status", order.status);
  out.string("userId", order.user_id);
  out.string("side", order.buy ? "buy" : "sell");
  out.string("amount", order.amount);
  out.string("price", order.price);
  out.string("pair", order.pair);
}

void write_payload(json::Writer& out, const BasicTrade& trade) {
  out.string("id", legacy_id(trade.id));
  out.string("buyOrderId", legacy_id(trade.buy_order_id));
  out.string("sellOrderId", legacy_id(trade.sell_order_id));
  out.string("amount", trade.amount);
  out.string("price", trade.price);
  out.integer("timestamp", trade.timestamp_ms);
}

// ---- reading -----------------------------------------------------------------------------------

std::string read_id(MessageMembers& in, std::string_view name) {
  std::string id(in.text(name, kUuidSize));
  if (!has_uuid_shape(id)) in.fail(name, "must be a UUID");
  return id;
}

void adopt_check(MessageMembers& in, const base::Status& check) {
  if (!check) in.fail("payload", "is not accepted: " + check.error().message);
}

BasicOrder read_legacy_order(MessageMembers& in) {
  BasicOrder order;
  order.id = read_id(in, "id");
  order.user_id = in.text("userId", kUserIdMax);
  order.buy = in.buy("side");
  order.amount = in.amount("amount");
  order.price = in.amount("price");
  order.pair = in.text("pair", kWordBytesMax);
  order.timestamp_ms = in.time("timestamp");
  order.status = in.text("status", kWordBytesMax);
  adopt_check(in, check_legacy(order));
  return order;
}

BasicTrade read_legacy_trade(MessageMembers& in) {
  BasicTrade trade;
  trade.id = read_id(in, "id");
  trade.buy_order_id = read_id(in, "buyOrderId");
  trade.sell_order_id = read_id(in, "sellOrderId");
  trade.amount = in.amount("amount");
  trade.price = in.amount("price");
  trade.timestamp_ms = in.time("timestamp");
  adopt_check(in, check_legacy(trade));
  return trade;
}

}  // namespace

std::string legacy_name(const base::NodeId& id) {
  UuidBytes bytes{};
  std::copy_n(id.bytes.begin(), bytes.size(), bytes.begin());
  return uuid(bytes, 4);
}

std::string legacy_id(std::string_view id) {
  if (is_strict_uuid(id)) return std::string(id);
  const crypto::Digest digest = crypto::sha256(fmt::format("syrah legacy id {}", id));
  UuidBytes bytes{};
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  return uuid(bytes, 5);
}

base::Status check_legacy(const BasicOrder& order) {
  if (!is_user_id(order.user_id)) {
    return wrong("userId", "3 to 50 characters of A-Z a-z 0-9 . _ -");
  }
  if (!is_amount(order.amount)) return wrong("amount", kAmountAllowed);
  if (!is_amount(order.price)) return wrong("price", kAmountAllowed);
  if (!is_pair(order.pair)) return wrong("pair", "two names of 3 or 4 letters A-Z and a slash");
  if (order.timestamp_ms <= 0) return wrong("timestamp", "positive");
  if (std::find(kStatuses.begin(), kStatuses.end(), order.status) == kStatuses.end()) {
    return wrong("status", "pending, partial, filled or cancelled");
  }
  return base::success();
}

base::Status check_legacy(const BasicTrade& trade) {
  if (!is_amount(trade.amount)) return wrong("amount", kAmountAllowed);
  if (!is_amount(trade.price)) return wrong("price", kAmountAllowed);
  if (trade.timestamp_ms <= 0) return wrong("timestamp", "positive");
  return base::success();
}

template <class Body>
base::Result<std::string> LegacyWriter::write_as(std::string_view type, const Body& body,
                                                 base::Time now) {
  if (const base::Status check = check_legacy(body); !check) return check.error();
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.string("id", random_uuid(random_));
  out.string("type", type);
  out.string("fromNode", name_);
  out.key("payload").begin_object();
  write_payload(out, body);
  out.end_object();
  out.key("vectorClock").begin_object();
  out.integer(name_, static_cast<std::int64_t>(++written_));
  out.end_object();
  out.integer("timestamp", now.wall_ms());
  out.end_object();
  return text;
}

base::Result<std::string> LegacyWriter::write(const BasicOrder& order, base::Time now) {
  return write_as("order", order, now);
}

base::Result<std::string> LegacyWriter::write(const BasicTrade& trade, base::Time now) {
  return write_as("trade", trade, now);
}

base::Result<std::optional<LegacyMessage>> read_legacy(std::string_view payload) {
  const base::Result<json::Document> parsed = json::parse(payload, kLegacyJsonLimits);
  if (!parsed) return parsed.error();
  const std::string_view type = parsed->string("type").value_or("");
  const json::Value* const body = parsed->find("payload");
  const bool is_ours = (type == "order" || type == "trade") && body != nullptr &&
                       body->is_object() && parsed->find("fromNode") != nullptr;
  if (!is_ours) return std::optional<LegacyMessage>();

  MessageMembers outer(json::MemberFinder(*parsed), type);
  LegacyMessage read;
  read.id = read_id(outer, "id");
  read.message.sender = outer.name("fromNode");
  read.message.timestamp_ms = outer.time("timestamp");
  MessageMembers in = outer.within(*body);
  if (type == "order") {
    read.message.body = read_legacy_order(in);
  } else {
    read.message.body = read_legacy_trade(in);
  }
  if (const base::Status sound = in.status(); !sound) return sound.error();
  return std::optional(std::move(read));
}

std::string legacy_processed(std::string_view name) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.boolean("success", true);
  out.string("nodeId", name);
  out.string("message", "Message processed");
  out.end_object();
  return text;
}

std::string legacy_ignored_self() { return R"({"success":true,"message":"Ignored self message"})"; }

std::string legacy_ignored_other() {
  return R"({"success":true,"message":"Ignored unknown message"})";
}

}  // namespace syrah::p2p
