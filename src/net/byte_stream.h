#pragma once

// A connected stream of bytes whatever carries it: TCP, or TLS over it.

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <utility>
#include <vector>

namespace syrah::net {

class ByteStream {
 public:
  using Done = std::function<void(const asio::error_code&, std::size_t bytes)>;

  virtual ~ByteStream() = default;
  virtual asio::any_io_executor executor() = 0;
  /// The buffers must live until `done`.
  virtual void read_some(asio::mutable_buffer into, Done done) = 0;
  virtual void write_some(std::vector<asio::const_buffer> buffers, Done done) = 0;
  virtual asio::ip::tcp::socket::lowest_layer_type& socket() = 0;
};

template <class Socket>
class SocketStream final : public ByteStream {
 public:
  explicit SocketStream(Socket socket) : socket_(std::move(socket)) {}

  asio::any_io_executor executor() override { return socket_.lowest_layer().get_executor(); }
  void read_some(asio::mutable_buffer into, Done done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write_some(std::vector<asio::const_buffer> buffers, Done done) override {
    socket_.async_write_some(buffers, std::move(done));
  }
  asio::ip::tcp::socket::lowest_layer_type& socket() override { return socket_.lowest_layer(); }

 private:
  Socket socket_;
};

}  // namespace syrah::net
