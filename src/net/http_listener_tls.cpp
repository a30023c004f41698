#include "net/http_listener_of.h"
#include "net/tls_socket.h"

namespace syrah::net {

namespace {

struct TlsTraits : restinio::default_single_thread_traits_t {
  using stream_socket_t = TlsSocket;
  using ip_blocker_t = ConnectionCount;
  using connection_state_listener_t = ConnectionCount;
};

}  // namespace

std::unique_ptr<HttpListener> make_tls_listener(asio::io_context& io, HttpListenerSettings settings,
                                                std::shared_ptr<asio::ssl::context> tls) {
  using Tls = HttpListenerOf<TlsTraits>;
  Tls::Settings wanted = Tls::restinio_settings(std::move(settings));
  wanted.tls_context(std::move(tls));
  return std::make_unique<Tls>(io, std::move(wanted));
}

}  // namespace syrah::net
