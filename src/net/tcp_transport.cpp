#include "net/tcp_transport.h"

#include <fmt/format.h>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <utility>

#include "net/address.h"
#include "net/limits.h"
#include "net/listening.h"
#include "net/resolver.h"
#include "net/tcp_connection.h"

namespace syrah::net {

using asio::ip::tcp;

struct TcpTransport::Parts : std::enable_shared_from_this<Parts> {
  Parts(asio::io_context& context, TransportEvents& told, std::size_t most)
      : io(context), resolver(context), acceptor(context), pause(context), connections_max(most) {
    shared->events = &told;
    shared->forget = [this](ConnectionId id) { connections.erase(id); };
  }

  void accept_next();
  void accepted(tcp::socket socket);
  void take_a_breath(const std::string& reason);

  asio::io_context& io;
  Resolver resolver;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::size_t connections_max;
  ConnectionId last_accepted = 1;  ///< accepted connections have odd ids: 3, 5, ...
  std::map<ConnectionId, std::shared_ptr<TcpConnection>> connections;
  std::shared_ptr<ConnectionContext> shared = std::make_shared<ConnectionContext>();
  bool troubled = false;  ///< since the last accepted connection
  bool over = false;
};

TcpTransport::TcpTransport(asio::io_context& io, TransportEvents& events,
                           std::size_t connections_max)
    : parts_(std::make_shared<Parts>(io, events, connections_max)) {}

TcpTransport::~TcpTransport() {
  parts_->over = true;
  stop_listening();
  for (const auto& [id, connection] : parts_->connections) {
    connection->abandon();
  }
  parts_->connections.clear();
}

base::Status TcpTransport::listen(const std::string& host, std::uint16_t port) {
  auto opened = open_listener(parts_->io, host, port);
  if (!opened) {
    return opened.error();
  }
  parts_->acceptor = std::move(opened).value();
  parts_->accept_next();
  return base::success();
}

std::uint16_t TcpTransport::listening_port() const {
  asio::error_code error;
  const auto address = parts_->acceptor.local_endpoint(error);
  return error ? std::uint16_t{0} : address.port();
}

void TcpTransport::stop_listening() {
  asio::error_code ignored;
  parts_->acceptor.close(ignored);
  parts_->pause.cancel();
}

void TcpTransport::Parts::accept_next() {
  acceptor.async_accept(
      [parts = shared_from_this()](const asio::error_code& error, tcp::socket socket) {
        if (parts->over || !parts->acceptor.is_open()) {
          return;
        }
        if (error) {
          parts->take_a_breath(error.message());
          return;
        }
        parts->troubled = false;
        parts->accepted(std::move(socket));
        parts->accept_next();
      });
}

void TcpTransport::Parts::accepted(tcp::socket socket) {
  if (connections.size() >= connections_max) {
    return;  // closes it
  }
  last_accepted += 2;
  const auto connection = std::make_shared<TcpConnection>(last_accepted, std::move(socket), shared);
  connections.emplace(last_accepted, connection);
  connection->start_accepted();
}

// Out of descriptors or memory: the error stays until something is freed, so accepting again at
// once would spin.
void TcpTransport::Parts::take_a_breath(const std::string& reason) {
  pause.expires_after(std::chrono::milliseconds(kAcceptPauseMs));
  pause.async_wait([parts = shared_from_this()](const asio::error_code& error) {
    if (!error && !parts->over && parts->acceptor.is_open()) {
      parts->accept_next();
    }
  });
  if (!troubled) {
    troubled = true;
    shared->events->accept_troubled(reason);
  }
}

void TcpTransport::dial(ConnectionId connection, const Endpoint& remote) {
  SYRAH_CHECK(connection % 2 == 0, "dialled connections have even ids");
  const bool full = parts_->connections.size() >= parts_->connections_max;
  const auto dialled =
      std::make_shared<TcpConnection>(connection, tcp::socket(parts_->io), parts_->shared);
  const bool fresh = parts_->connections.emplace(connection, dialled).second;
  SYRAH_CHECK(fresh, "a connection id was used twice");
  if (full) {
    dialled->refuse(fmt::format("{} connections are open already", parts_->connections_max));
    return;
  }
  dialled->dial(parts_->resolver, remote);
}

void TcpTransport::send(ConnectionId connection, std::string bytes) {
  const auto found = parts_->connections.find(connection);
  if (found != parts_->connections.end()) {
    found->second->send(std::move(bytes));
  }
}

void TcpTransport::close(ConnectionId connection) {
  const auto found = parts_->connections.find(connection);
  if (found != parts_->connections.end()) {
    found->second->close();
  }
}

void TcpTransport::close_all() {
  for (const auto& [id, connection] : parts_->connections) {
    connection->close();
  }
}

std::size_t TcpTransport::connection_count() const { return parts_->connections.size(); }

}  // namespace syrah::net
