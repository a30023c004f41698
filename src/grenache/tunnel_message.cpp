#include "grenache/tunnel_message.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "base/hex.h"
#include "crypto/hash.h"
#include "grenache/rpc_limits.h"
#include "grenache/rpc_message.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::grenache {
namespace {

constexpr std::size_t kBase64BytesMax = (kTunnelBytesPerCallMax + 2) / 3 * 4;
/// JavaScript counts exactly up to here.
constexpr std::int64_t kNumberMax = (std::int64_t{1} << 53U) - 1;

constexpr json::Limits kTunnelJsonLimits{.depth_max = 4,
                                         .members_max = 32,
                                         .items_max = 32,
                                         .nodes_max = 128,
                                         .string_bytes_max = kBase64BytesMax,
                                         .number_digits_max = 20};

std::string base64(std::string_view bytes) {
  return crypto::to_base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

base::Result<json::Document> parse_object(std::string_view text) {
  base::Result<json::Document> parsed = json::parse(text, kTunnelJsonLimits);
  if (parsed && !parsed->is_object()) return base::invalid("tunnel: must be a JSON object");
  return parsed;
}

base::Status read_bytes(const json::Value& object, std::string& out) {
  const auto text = object.string("bytes");
  if (!text || !crypto::from_base64(*text, out) || out.size() > kTunnelBytesPerCallMax) {
    return base::invalid(
        fmt::format("tunnel: bytes must be base64 of at most {} bytes", kTunnelBytesPerCallMax));
  }
  return base::success();
}

}  // namespace

std::string encode_tunnel_request(const TunnelRequest& request) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.string("type", "tunnel");
  out.string("tunnel", request.tunnel);
  out.integer("seq", static_cast<std::int64_t>(request.number));
  out.string("bytes", base64(request.bytes));
  if (request.close) out.string("close", *request.close);
  out.end_object();
  return text;
}

base::Result<TunnelRequest> decode_tunnel_request(std::string_view payload) {
  const base::Result<json::Document> object = parse_object(payload);
  if (!object) return object.error();
  if (object->string("type") != "tunnel") return base::invalid("tunnel: type must be tunnel");
  TunnelRequest request;
  const auto name = object->string("tunnel");
  std::array<std::uint8_t, kTunnelNameBytes> name_bytes{};
  if (!name || !base::from_hex(*name, name_bytes)) {
    return base::invalid("tunnel: tunnel must be 32 hexadecimal digits");
  }
  request.tunnel = base::to_hex(name_bytes);
  const auto number = object->integer("seq");
  if (!number || *number < 0 || *number > kNumberMax) {
    return base::invalid(
        fmt::format("tunnel: seq must be a whole number from 0 to {}", kNumberMax));
  }
  request.number = static_cast<std::uint64_t>(*number);
  if (const base::Status read = read_bytes(*object, request.bytes); !read) return read.error();
  if (const json::Value* const close = object->find("close"); close != nullptr) {
    if (!close->string()) return base::invalid("tunnel: close must be a text");
    request.close = printable_reason(*close->string());
  }
  return request;
}

std::string encode_tunnel_reply(const TunnelReply& reply) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.string("bytes", base64(reply.bytes));
  out.boolean("open", reply.open);
  if (!reply.open) out.string("reason", reply.reason);
  out.end_object();
  return text;
}

base::Result<TunnelReply> decode_tunnel_reply(std::string_view result) {
  const base::Result<json::Document> object = parse_object(result);
  if (!object) return object.error();
  TunnelReply reply;
  if (const base::Status read = read_bytes(*object, reply.bytes); !read) return read.error();
  const auto open = object->boolean("open");
  if (!open) return base::invalid("tunnel: open must be true or false");
  reply.open = *open;
  if (!reply.open) reply.reason = printable_reason(object->string("reason").value_or(""));
  return reply;
}

}  // namespace syrah::grenache
