#include "net/http_listener_of.h"

namespace syrah::net {

namespace {

struct PlainTraits : restinio::default_single_thread_traits_t {
  using ip_blocker_t = ConnectionCount;
  using connection_state_listener_t = ConnectionCount;
};

}  // namespace

std::unique_ptr<HttpListener> make_plain_listener(asio::io_context& io,
                                                  HttpListenerSettings settings) {
  using Plain = HttpListenerOf<PlainTraits>;
  return std::make_unique<Plain>(io, Plain::restinio_settings(std::move(settings)));
}

}  // namespace syrah::net
