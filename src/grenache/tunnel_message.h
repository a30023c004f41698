#pragma once

// What the two ends of a tunnel say to each other: payloads of RPC requests from the dialling side,
// results of the replies from the answering side. Both carry bytes of the stream.
//
//   {"type":"tunnel","tunnel":"<32 hex>","seq":N,"bytes":"<base64>"[,"close":"reason"]}
//   {"bytes":"<base64>","open":true|false[,"reason":"..."]}

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syrah::grenache {

inline constexpr std::size_t kTunnelNameBytes = 16;

struct TunnelRequest {
  std::string tunnel;        ///< its name in hexadecimal digits: whoever knows it may use it
  std::uint64_t number = 0;  ///< of the request; 0 opens the tunnel
  std::string bytes;         ///< at most 256 KiB
  std::optional<std::string> close;  ///< why; there are no bytes after these
};

struct TunnelReply {
  std::string bytes;   ///< at most 256 KiB
  bool open = true;    ///< false: there are no bytes after these
  std::string reason;  ///< why it is not open
};

/// JSON.
std::string encode_tunnel_request(const TunnelRequest& request);
base::Result<TunnelRequest> decode_tunnel_request(std::string_view payload);

std::string encode_tunnel_reply(const TunnelReply& reply);
base::Result<TunnelReply> decode_tunnel_reply(std::string_view result);

}  // namespace syrah::grenache
