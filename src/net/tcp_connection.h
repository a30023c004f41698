#pragma once

// One TCP connection's life: dialling, open, closing, over. Used by tcp_transport only.

#include <array>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "net/limits.h"
#include "net/resolver.h"
#include "net/tcp_transport.h"

namespace syrah::net {

using ReadBuffer = std::array<char, kReadBytesMax>;

/// What all connections of a transport share. Outlives them; `forget` takes a connection off the
/// transport's table.
struct ConnectionContext {
  TransportEvents* events = nullptr;
  std::unique_ptr<ReadBuffer> read_buffer = std::make_unique<ReadBuffer>();
  std::function<void(ConnectionId)> forget;
};

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
 public:
  TcpConnection(ConnectionId id, asio::ip::tcp::socket socket,
                std::shared_ptr<ConnectionContext> context);

  /// Looks the name up and connects, within kDialTimeoutMs.
  void dial(Resolver& resolver, const Endpoint& remote);
  /// Takes over an accepted socket.
  void start_accepted();
  void send(std::string bytes);
  void close();
  /// Ends a dial before it began.
  void refuse(std::string reason) { end_soon(std::move(reason)); }
  /// Ends without a word to anyone.
  void abandon();

 private:
  enum class State { kDialling, kOpen, kClosing, kOver };

  void connect_next();
  void open(bool dialled);
  void await_readable();
  void read();
  void write();
  void wrote(std::size_t bytes);
  void finish_sending();
  void end(const std::string& reason);
  void end_soon(std::string reason);

  ConnectionId id_;
  asio::ip::tcp::socket socket_;
  std::shared_ptr<ConnectionContext> context_;
  asio::steady_timer timer_;  ///< while dialling: the deadline; while closing: the linger
  State state_ = State::kDialling;
  bool reported_ = false;  ///< `connected` was
  Addresses addresses_;    ///< still to be tried
  std::string dial_error_;
  std::string why_closing_;  ///< set where this side decided to close
  std::deque<std::string> unsent_;
  std::size_t front_sent_ = 0;  ///< bytes of unsent_.front() that have left
  std::size_t unsent_bytes_ = 0;
  bool writing_ = false;
};

}  // namespace syrah::net
