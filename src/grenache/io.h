#pragma once

// What the Grenache side asks of the edge and tells the node, as values. Grapes and other peers'
// RPC servers are strangers: nothing of what comes from them is believed, all of it is bounded.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/endpoint.h"
#include "base/log.h"

namespace syrah::grenache {

/// An HTTP POST to be made. It is answered exactly once, by an HttpAnswer with its number.
struct HttpCall {
  std::uint64_t call = 0;
  base::Endpoint to;
  std::string path;
  std::string body;
  std::int64_t timeout_ms = 0;  ///< from now to the last byte of the answer
};

/// What became of an HttpCall.
struct HttpAnswer {
  int status = 0;  ///< 0: no answer; `error` says why
  std::string body;
  std::string error;
};

/// Numbers for HttpCalls, shared by all who make them.
struct CallNumbers {
  std::uint64_t last = 0;
  std::uint64_t next() { return ++last; }
};

/// A UDP datagram to be sent.
struct SendDatagram {
  base::Endpoint to;
  std::string bytes;
};

/// Addresses that a Grape gave for a service: hints. None is this node's own by the Grape's word.
struct Found {
  std::string service;
  std::vector<base::Endpoint> endpoints;
};

/// The answer to an RPC request that the edge took in, with HTTP status 200.
struct RpcReply {
  std::uint64_t request = 0;
  std::string body;
};

// A tunnel is a peer-to-peer connection whose bytes travel in RPC requests and replies
// (tunnel_client.h). Its life is that of a TCP connection: opened or failed, received and sent,
// closed once.

struct TunnelOpened {
  std::uint64_t connection = 0;
  base::Endpoint remote;
  bool dialled = false;
};
struct TunnelFailed {
  std::uint64_t connection = 0;
  std::string reason;
};
struct TunnelReceived {
  std::uint64_t connection = 0;
  std::string bytes;
};
/// That many bytes have reached the other side or are on their way.
struct TunnelSent {
  std::uint64_t connection = 0;
  std::size_t bytes = 0;
};
struct TunnelClosed {
  std::uint64_t connection = 0;
  std::string reason;
};

using Output = std::variant<HttpCall, SendDatagram, Found, RpcReply, TunnelOpened, TunnelFailed,
                            TunnelReceived, TunnelSent, TunnelClosed, base::LogLine>;
using Outputs = std::vector<Output>;

}  // namespace syrah::grenache
