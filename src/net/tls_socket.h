#pragma once

// The socket of a TLS server for RESTinio: the handshake is part of the first read, so that the
// time limit for a request to arrive holds for it too. With RESTinio's own socket a client that
// connects and says nothing stays for ever.

#include <memory>
#include <restinio/all.hpp>
#include <restinio/tls.hpp>
#include <utility>
#include <vector>

namespace syrah::net {

class TlsSocket : public restinio::impl::tls_socket_t {
 public:
  using restinio::impl::tls_socket_t::tls_socket_t;

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    auto& stream = asio_ssl_stream();
    if (*shaken_) {
      stream.async_read_some(buffers, std::forward<Handler>(handler));
      return;
    }
    stream.async_handshake(
        asio::ssl::stream_base::server,
        [&stream, shaken = shaken_, buffers,
         then = std::forward<Handler>(handler)](const asio::error_code& error) mutable {
          if (error) {
            then(error, 0);
            return;
          }
          *shaken = true;
          stream.async_read_some(buffers, std::move(then));
        });
  }

 private:
  std::shared_ptr<bool> shaken_ = std::make_shared<bool>(false);
};

/// In place of RESTinio's, which shakes hands here.
template <class Connection, class StartRead, class Failed>
void prepare_connection_and_start_read(TlsSocket& /*socket*/, Connection& /*connection*/,
                                       StartRead start_read, Failed /*failed*/) {
  start_read();
}

}  // namespace syrah::net

namespace restinio {

template <class Settings>
class socket_type_dependent_settings_t<Settings, syrah::net::TlsSocket>
    : public socket_type_dependent_settings_t<Settings, impl::tls_socket_t> {
 protected:
  ~socket_type_dependent_settings_t() = default;

 public:
  socket_type_dependent_settings_t() = default;
  socket_type_dependent_settings_t(socket_type_dependent_settings_t&&) noexcept = default;
};

namespace impl {

/// Where accepted connections get their sockets from.
template <>
class socket_supplier_t<syrah::net::TlsSocket> {  // NOLINT(*-virtual-class-destructor): RESTinio
                                                  // derives
 protected:
  template <class Settings>
  socket_supplier_t(Settings& settings, asio::io_context& io)
      : tls_(settings.giveaway_tls_context()), io_(io) {
    for (std::size_t i = 0; i < settings.concurrent_accepts_count(); ++i) {
      sockets_.emplace_back(io_, tls_);
    }
  }
  virtual ~socket_supplier_t() = default;

  syrah::net::TlsSocket& socket(std::size_t index) { return sockets_.at(index); }
  syrah::net::TlsSocket move_socket(std::size_t index) {
    return std::exchange(sockets_.at(index), syrah::net::TlsSocket(io_, tls_));
  }
  [[nodiscard]] std::size_t concurrent_accept_sockets_count() const { return sockets_.size(); }

 private:
  std::shared_ptr<asio::ssl::context> tls_;
  asio::io_context& io_;
  std::vector<syrah::net::TlsSocket> sockets_;
};

}  // namespace impl
}  // namespace restinio
