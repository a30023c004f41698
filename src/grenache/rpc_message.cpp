#include "grenache/rpc_message.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "grenache/rpc_limits.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::grenache {
namespace {

/// The old nodes' vector clocks have a member for each node they know.
constexpr json::Limits kJsonLimits{.depth_max = 9,
                                   .members_max = 1000,
                                   .items_max = 1000,
                                   .nodes_max = 50'000,
                                   .string_bytes_max = kRpcBodyBytesMax,
                                   .number_digits_max = 20};

/// The value as JSON text: as it was written, but for the escapes of a string.
std::string text_of(const json::Value& value) {
  std::string text;
  switch (value.kind()) {
    case json::Value::Kind::kNull:
      return "null";
    case json::Value::Kind::kBool:
      return *value.boolean() ? "true" : "false";
    case json::Value::Kind::kNumber:
      return std::string(*value.number_text());
    case json::Value::Kind::kString:
      json::Writer(text).string(*value.string());
      return text;
    case json::Value::Kind::kArray:
    case json::Value::Kind::kObject:
      break;
  }
  return std::string(value.raw());
}

/// Without a rid, for bodies that have none to be read: `[null, "ERR_...", null]`.
std::string encode_reply(std::optional<std::string_view> rid, std::optional<std::string_view> error,
                         std::string_view result) {
  std::string text;
  json::Writer out(text);
  out.begin_array();
  rid ? out.string(*rid) : out.null();
  error ? out.string(*error) : out.null();
  out.raw(result);
  out.end_array();
  return text;
}

RefusedRequest refuse(std::optional<std::string_view> rid, std::string_view name,
                      const std::string& reason) {
  const std::string error =
      name == kErrGeneric ? fmt::format("{}: {}", name, reason) : std::string(name);
  return {encode_reply(rid, error, "null"), reason};
}

base::Result<json::Document> parse_body(std::string_view body) {
  if (body.size() > kRpcBodyBytesMax) {
    return base::Error{base::ErrorCode::kLimit,
                       fmt::format("RPC: a body of {} bytes, at most {} are allowed", body.size(),
                                   kRpcBodyBytesMax)};
  }
  return json::parse(body, kJsonLimits);
}

bool has_size(std::string_view text, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max;
}

}  // namespace

std::string encode_request(const RpcRequest& request) {
  std::string text;
  json::Writer(text)
      .begin_array()
      .string(request.rid)
      .string(request.key)
      .raw(request.payload)
      .end_array();
  return text;
}

std::variant<RpcRequest, RefusedRequest> decode_request(std::string_view body) {
  const base::Result<json::Document> parsed = parse_body(body);
  if (!parsed) return refuse(std::nullopt, kErrGeneric, parsed.error().message);
  if (!parsed->is_array()) {
    return refuse(std::nullopt, kErrMissingArgs, "RPC: a request is [rid, key, payload]");
  }
  json::Value::Items items = parsed->items();
  const auto rid = items.empty() ? std::nullopt : items[0].string();
  if (!rid || !has_size(*rid, kRpcIdBytesMax)) {
    return refuse(std::nullopt, kErrMissingArgs,
                  fmt::format("RPC: rid must be a text of 1 to {} bytes", kRpcIdBytesMax));
  }
  const auto key = items.size() < 2 ? std::nullopt : items[1].string();
  if (!key || !has_size(*key, kRpcKeyBytesMax)) {
    return refuse(rid, kErrMissingArgs,
                  fmt::format("RPC: key must be a text of 1 to {} bytes", kRpcKeyBytesMax));
  }
  if (items.size() < 3) return refuse(rid, kErrMissingArgs, "RPC: the payload is missing");
  return RpcRequest{std::string(*rid), std::string(*key), text_of(items[2])};
}

std::string encode_result(std::string_view rid, std::string_view result) {
  return encode_reply(rid, std::nullopt, result);
}

std::string encode_error(std::string_view rid, std::string_view error) {
  return encode_reply(rid, error, "null");
}

base::Result<RpcResult> decode_reply(std::string_view body, std::string_view rid) {
  const base::Result<json::Document> parsed = parse_body(body);
  if (!parsed) return parsed.error();
  json::Value::Items items = parsed->items();
  if (!parsed->is_array() || items.size() < 2) {
    return base::invalid("RPC: a reply is [rid, error, result]");
  }
  const auto error = items[1].string();
  if (!error && items[1].kind() != json::Value::Kind::kNull) {
    return base::invalid("RPC: a reply's error must be null or a text");
  }
  if (items[0].string() != rid) {
    return base::invalid("RPC: a reply to another request" +
                         (error ? ": " + printable_reason(*error) : std::string()));
  }
  RpcResult result;
  if (error) result.error = printable_reason(*error);
  result.result = items.size() < 3 ? "null" : text_of(items[2]);
  return result;
}

std::string printable_reason(std::string_view text) {
  return base::printable(text, kRpcReasonBytesMax);
}

}  // namespace syrah::grenache
