#pragma once

// What the node's Grenache side needs of the outside: HTTP calls to Grapes and peers, the RPC
// server, datagrams, and the names of the Grapes looked up. Made only where Grenache is wanted, so
// that a node without it never opens anything towards a Grape.

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

#include "base/result.h"
#include "daemon/config.h"
#include "net/http_client.h"
#include "net/resolver.h"
#include "net/rpc_server.h"
#include "net/udp_socket.h"
#include "node/config.h"
#include "node/io.h"

namespace syrah::daemon {

class GrenacheEdge {
 public:
  using Feed = std::function<void(node::Input)>;

  /// `config` must outlive this. `feed` is called from the loop, never from within a call.
  GrenacheEdge(asio::io_context& io, const Config& config, Feed feed);

  /// Opens the RPC server and the socket for datagrams.
  base::Status open();
  /// For the node; after open().
  [[nodiscard]] node::GrenacheConfig node_config() const;
  /// Looks the Grapes' names up, again and again while some of them are unknown.
  void start();

  void apply(grenache::HttpCall& call) { client_.post(std::move(call)); }
  void apply(grenache::RpcReply& reply) { server_.reply(reply.request, std::move(reply.body)); }
  void apply(grenache::SendDatagram& send) { socket_.send(send.to, std::move(send.bytes)); }

  /// Takes nothing new. What was given may still leave.
  void close();
  [[nodiscard]] bool idle() const { return client_.active() == 0; }

 private:
  void look_up();

  const Config& config_;
  Feed feed_;
  net::HttpClient client_;
  net::RpcServer server_;
  net::UdpSocket socket_;
  net::Resolver resolver_;
  asio::steady_timer again_;
};

}  // namespace syrah::daemon
