#include "sim/api_client.h"

#include <fmt/format.h>

#include <array>

#include "base/time.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::sim {
namespace {

std::string_view coinbase_text(exchange::TimeInForce tif) {
  switch (tif) {
    case exchange::TimeInForce::kGtc:
      return "GTC";
    case exchange::TimeInForce::kIoc:
      return "IOC";
    case exchange::TimeInForce::kFok:
      return "FOK";
    case exchange::TimeInForce::kGtd:
      return "GTT";
  }
  return "GTC";
}

std::optional<base::OrderId> order_id(std::string_view text,
                                      const std::vector<base::NodeId>& homes) {
  const auto id = base::PublicId::parse(text);
  if (!id) return std::nullopt;
  for (const base::NodeId& home : homes) {
    if (home.prefix() == id->home_prefix) return base::OrderId{home, id->seq};
  }
  return std::nullopt;
}

}  // namespace

const exchange::Instrument& instrument(std::size_t number) {
  static const std::array<exchange::Instrument, kInstruments> kAll = {
      *exchange::make_instrument("BTC-USD", "0.01", "0.001"),
      *exchange::make_instrument("ETH-BTC", "0.0001", "0.01"),
  };
  return kAll.at(number);
}

api::ApiKey api_key(std::size_t number) {
  const std::string account = fmt::format("account{}", number);
  const crypto::Digest secret = crypto::sha256(account);
  return {fmt::format("key{}", number), "pass", crypto::to_base64(secret), account};
}

api::HttpRequest signed_request(const api::ApiKey& key, std::int64_t wall_us, std::string method,
                                std::string target, std::string body) {
  const std::int64_t ms = wall_us / base::kUsPerMs;
  const std::string timestamp = fmt::format("{}.{:03}", ms / 1000, ms % 1000);
  const auto signature = api::sign_request(key.secret, timestamp, method, target, body);
  api::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  request.headers = {{"CB-ACCESS-KEY", key.key},
                     {"CB-ACCESS-SIGN", *signature},
                     {"CB-ACCESS-TIMESTAMP", timestamp},
                     {"CB-ACCESS-PASSPHRASE", key.passphrase}};
  request.remote = "127.0.0.1";
  return request;
}

std::string order_body(const Intent& intent, std::int64_t expires_wall_us) {
  const exchange::Instrument* traded = nullptr;
  for (std::size_t i = 0; i < kInstruments; ++i) {
    if (instrument(i).name == intent.instrument) traded = &instrument(i);
  }
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .string("product_id", intent.instrument)
      .string("side", exchange::to_text(intent.side))
      .string("type", exchange::to_text(intent.type))
      .string("time_in_force", coinbase_text(intent.tif))
      .string("stp", exchange::to_text(intent.self_trade));
  if (intent.funds_units > 0) {
    out.string("funds", traded->text(exchange::Notional{intent.funds_units}));
  } else {
    out.string("size", traded->text(exchange::Quantity{intent.quantity_lots}));
  }
  if (intent.stop != exchange::Stop::kNone) {
    out.string("stop", exchange::to_text(intent.stop))
        .string("stop_price", traded->text(exchange::Price{intent.stop_ticks}));
  }
  if (intent.type == exchange::OrderType::kLimit) {
    out.string("price", traded->text(exchange::Price{intent.price_ticks}));
  }
  if (intent.tif == exchange::TimeInForce::kGtd) {
    if (expires_wall_us == 0) {
      out.string("cancel_after", "min");
    } else {
      out.string("expire_time", base::to_iso8601(expires_wall_us));
    }
  }
  if (intent.post_only) out.boolean("post_only", true);
  if (!intent.client_id.empty()) out.string("client_oid", intent.client_id);
  out.end_object();
  return body;
}

std::string replace_body(const exchange::Instrument& traded, std::int64_t price_ticks,
                         std::int64_t quantity_lots) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (price_ticks > 0) out.string("price", traded.text(exchange::Price{price_ticks}));
  if (quantity_lots > 0) out.string("size", traded.text(exchange::Quantity{quantity_lots}));
  out.end_object();
  return body;
}

std::optional<ToldOrder> read_order(const std::string& body,
                                    const std::vector<base::NodeId>& homes) {
  const auto object = json::parse(body);
  if (!object || !object->is_object()) return std::nullopt;
  const auto id = order_id(object->string("id").value_or(""), homes);
  const exchange::Instrument* traded = nullptr;
  for (std::size_t i = 0; i < kInstruments; ++i) {
    if (instrument(i).name == object->string("product_id").value_or("")) traded = &instrument(i);
  }
  if (!id || traded == nullptr) return std::nullopt;
  const auto lots = [&](std::string_view name) {
    const auto steps = base::to_steps(object->string(name).value_or("0"), traded->lot);
    return steps ? *steps : 0;
  };
  ToldOrder told;
  told.id = *id;
  told.quantity_lots = lots("size");
  told.filled_lots = lots("filled_size");
  told.done = object->find("done_reason") != nullptr;
  return told;
}

std::vector<base::OrderId> read_cancelled(const std::string& body,
                                          const std::vector<base::NodeId>& homes) {
  // A lone string is no JSON document of ours to parse; as a list it is.
  const std::string list = body.starts_with('[') ? body : "[" + body + "]";
  std::vector<base::OrderId> ids;
  const auto array = json::parse(list);
  if (!array) return ids;
  for (const json::Value& item : array->items()) {
    if (const auto id = order_id(item.string().value_or(""), homes)) ids.push_back(*id);
  }
  return ids;
}

}  // namespace syrah::sim
