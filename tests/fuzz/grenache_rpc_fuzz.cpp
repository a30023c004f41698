// The bytes are the body of an RPC request, or, after a first byte '<', of a reply. Whatever they
// are, a request is answered at once, later or never twice, with a reply to its rid; what was read
// is written as bytes that read the same.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "grenache/rpc_limits.h"
#include "grenache/rpc_message.h"
#include "grenache/tunnel_message.h"
#include "grenache/tunnel_server.h"

namespace {

using namespace syrah::grenache;
using syrah::base::Time;

constexpr int kRequestsPerServer = 2000;

/// Replies that a living server owes.
struct Desk {
  TunnelServer server{"svc"};
  Time now{1'000'000, 0};
  std::uint64_t requests = 0;
  std::uint64_t replies = 0;

  void count(const Outputs& outputs) {
    for (const Output& output : outputs) {
      const auto* const reply = std::get_if<RpcReply>(&output);
      if (reply == nullptr) continue;
      ++replies;
      SYRAH_CHECK(reply->request <= requests, "a reply to no request");
      SYRAH_CHECK(reply->body.size() <= kRpcBodyBytesMax, "a reply that is too large");
    }
    SYRAH_CHECK(replies <= requests, "more replies than requests");
    SYRAH_CHECK(requests - replies <= 2 * kTunnelsServedMax, "more requests held than may be");
  }
  void take(const RpcRequest& request) {
    now.steady_us += 10'000;
    Outputs outputs;
    server.tick(now, outputs);
    server.request(++requests, request, "host", now, outputs);
    count(outputs);
    if (server.has(kTunnelServedFirst)) {
      outputs.clear();
      server.send(kTunnelServedFirst, "bytes", now, outputs);
      count(outputs);
    }
  }
};

Desk& desk() {
  static std::unique_ptr<Desk> living;
  static int requests = 0;
  if (!living || ++requests % kRequestsPerServer == 0) living = std::make_unique<Desk>();
  return *living;
}

void check_request(std::string_view body) {
  const auto read = decode_request(body);
  if (const auto* const refused = std::get_if<RefusedRequest>(&read)) {
    SYRAH_CHECK(refused->reply.starts_with('[') && refused->reply.ends_with(",null]"),
                "a refusal is no reply");
    return;
  }
  const auto& request = std::get<RpcRequest>(read);
  const std::string written = encode_request(request);
  const auto again = decode_request(written);
  SYRAH_CHECK(std::holds_alternative<RpcRequest>(again) || written.size() > kRpcBodyBytesMax,
              "what was written cannot be read");
  SYRAH_CHECK(encode_request(std::get<RpcRequest>(again)) == written, "it means something else");
  SYRAH_CHECK(decode_reply(encode_result(request.rid, "null"), request.rid).ok(),
              "the rid does not survive");
  if (const auto tunnel = decode_tunnel_request(request.payload)) {
    const auto same = decode_tunnel_request(encode_tunnel_request(*tunnel));
    SYRAH_CHECK(same.ok() && same->bytes == tunnel->bytes && same->number == tunnel->number &&
                    same->tunnel == tunnel->tunnel && same->close == tunnel->close,
                "a tunnel's request means something else");
  }
  desk().take(request);
}

void check_reply(std::string_view body) {
  const auto reply = decode_reply(body, "rid");
  if (!reply) {
    SYRAH_CHECK(!reply.error().message.empty(), "an error that says nothing");
    return;
  }
  const auto tunnel = decode_tunnel_reply(reply->result);
  if (!tunnel) return;
  const auto same = decode_tunnel_reply(encode_tunnel_reply(*tunnel));
  SYRAH_CHECK(same.ok() && same->bytes == tunnel->bytes && same->open == tunnel->open &&
                  same->reason == tunnel->reason,
              "a tunnel's reply means something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (text.starts_with('<')) {
    check_reply(text.substr(1));
  } else {
    check_request(text);
  }
  return 0;
}
