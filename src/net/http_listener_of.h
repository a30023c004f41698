#pragma once

// What is the same with and without TLS; each has a source of its own, as RESTinio takes long to
// compile.

#include <algorithm>
#include <memory>
#include <utility>

#include "net/http_listener.h"

namespace syrah::net {

template <class Traits>
class HttpListenerOf final : public HttpListener {
 public:
  using Settings = restinio::server_settings_t<Traits>;

  HttpListenerOf(asio::io_context& io, Settings settings)
      : server_(restinio::external_io_context(io), std::move(settings)) {}

  void open() override { server_.open_sync(); }
  void close() override { server_.close_sync(); }

  // As RESTinio's own upgrade does.
  std::unique_ptr<ByteStream> take_over(restinio::request_t& request) override {
    using Connection = restinio::impl::connection_t<Traits>;
    const auto connection = std::exchange(restinio::impl::access_req_connection(request), nullptr);
    auto taken = dynamic_cast<Connection&>(*connection).move_upgrade_internals();
    return std::make_unique<SocketStream<typename Traits::stream_socket_t>>(
        std::move(taken.m_socket));
  }

  static Settings restinio_settings(HttpListenerSettings given) {
    Settings wanted;
    wanted.address(given.address.address())
        .protocol(given.address.protocol())
        .port(given.address.port())
        .ip_blocker(given.count)
        .connection_state_listener(given.count)
        .timer_manager(std::min<std::chrono::steady_clock::duration>(given.timeout / 4,
                                                                     std::chrono::seconds(1)))
        .read_next_http_message_timelimit(given.timeout)
        .write_http_response_timelimit(given.timeout)
        .handle_request_timeout(given.answer_timeout * 2)  // ours comes first and answers
        .incoming_http_msg_limits(given.limits)
        .acceptor_post_bind_hook(std::move(given.on_bound))
        .request_handler(std::move(given.on_request));
    return wanted;
  }

 private:
  restinio::http_server_t<Traits> server_;
};

}  // namespace syrah::net
