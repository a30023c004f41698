#pragma once

// TCP between peers: dials, accepts, sends and closes as told, and reports what happens. Knows
// nothing of the bytes. All calls and all events are on the loop's thread, and no event is ever
// reported from within a call.

#include <asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "p2p/connection_id.h"

namespace syrah::net {

using base::Endpoint;
using p2p::ConnectionId;

/// Told of everything that happens. For each connection: `connected` first (or `dial_failed` and
/// nothing else), `closed` last and exactly once, also after `TcpTransport::close`.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;
  virtual void connected(ConnectionId connection, const Endpoint& remote, bool dialled) = 0;
  virtual void dial_failed(ConnectionId connection, const std::string& reason) = 0;
  virtual void received(ConnectionId connection, std::string bytes) = 0;
  /// The kernel took that many bytes of what was given to send.
  virtual void sent(ConnectionId connection, std::size_t bytes) = 0;
  virtual void closed(ConnectionId connection, const std::string& reason) = 0;
  /// Accepting fails and is tried again; told once until it works again.
  virtual void accept_troubled(const std::string& reason) = 0;
};

class TcpTransport {
 public:
  /// `connections_max`: dialled and accepted together (limits.h, fewer where the system has fewer
  /// descriptors).
  TcpTransport(asio::io_context& io, TransportEvents& events, std::size_t connections_max);
  ~TcpTransport();
  TcpTransport(const TcpTransport&) = delete;
  TcpTransport& operator=(const TcpTransport&) = delete;

  /// Accepts connections at an address or host name; port 0 takes a free one. The error names host
  /// and port and why not.
  base::Status listen(const std::string& host, std::uint16_t port);
  /// 0 before `listen`.
  [[nodiscard]] std::uint16_t listening_port() const;
  void stop_listening();

  /// Opens a connection under an id that the caller chose: even, not used before.
  void dial(ConnectionId connection, const Endpoint& remote);
  /// Queues bytes. Ignored for a connection that is closed or closing.
  void send(ConnectionId connection, std::string bytes);
  /// Closes when what was sent has left and the other side has closed too, or kLingerMs later. A
  /// dial that is under way fails.
  void close(ConnectionId connection);
  /// `close` for all.
  void close_all();

  /// Connections that are open, being dialled or closing.
  [[nodiscard]] std::size_t connection_count() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace syrah::net
