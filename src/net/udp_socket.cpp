#include "net/udp_socket.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/udp.hpp>
#include <utility>

#include "net/address.h"
#include "net/limits.h"
#include "net/listening.h"
#include "net/resolver.h"

namespace syrah::net {

using asio::ip::udp;

struct UdpSocket::Parts : std::enable_shared_from_this<Parts> {
  Parts(asio::io_context& io, OnDatagram told)
      : socket(io), resolver(io), on_datagram(std::move(told)) {}

  base::Status open(const std::string& host, std::uint16_t port);
  void receive();
  void received(const asio::error_code& error, std::size_t size);
  void send(const asio::ip::address& ip, std::uint16_t port, const std::string& bytes);

  udp::socket socket;
  Resolver resolver;
  OnDatagram on_datagram;
  udp::endpoint from;
  std::array<char, kDatagramBytesMax + 1> buffer{};  ///< one more: what fills it was longer
  std::uint64_t lost = 0;
};

UdpSocket::UdpSocket(asio::io_context& io, OnDatagram on_datagram)
    : parts_(std::make_shared<Parts>(io, std::move(on_datagram))) {}

UdpSocket::~UdpSocket() { close(); }

base::Status UdpSocket::open(const std::string& host, std::uint16_t port) {
  auto status = parts_->open(host, port);
  if (status) {
    parts_->receive();
  } else {
    close();
  }
  return status;
}

base::Status UdpSocket::Parts::open(const std::string& host, std::uint16_t port) {
  asio::error_code error;
  const auto ip = asio::ip::make_address_v4(host, error);
  if (error) {
    return base::invalid(
        fmt::format("cannot listen on {}: this is no IPv4 address", shown(host, port)));
  }
  socket.open(udp::v4(), error);
  if (!error) {
    socket.non_blocking(true, error);
  }
  if (!error) {
    socket.bind({ip, port}, error);
  }
  return error ? base::Status(listen_error(host, port, error)) : base::success();
}

void UdpSocket::close() {
  asio::error_code ignored;
  parts_->socket.close(ignored);
}

std::uint16_t UdpSocket::port() const {
  asio::error_code error;
  const auto address = parts_->socket.local_endpoint(error);
  return error ? std::uint16_t{0} : address.port();
}

std::uint64_t UdpSocket::lost() const { return parts_->lost; }

void UdpSocket::Parts::receive() {
  socket.async_receive_from(
      asio::buffer(buffer), from,
      [weak = weak_from_this()](const asio::error_code& error, std::size_t size) {
        const auto parts = weak.lock();
        if (parts && error != asio::error::operation_aborted) {
          parts->received(error, size);
        }
      });
}

void UdpSocket::Parts::received(const asio::error_code& error, std::size_t size) {
  const base::Endpoint sender{.host = from.address().to_string(), .port = from.port()};
  std::string bytes(buffer.data(), size);
  receive();
  if (error || size > kDatagramBytesMax) {
    ++lost;
  } else {
    on_datagram(sender, std::move(bytes));
  }
}

void UdpSocket::Parts::send(const asio::ip::address& ip, std::uint16_t port,
                            const std::string& bytes) {
  asio::error_code error = asio::error::address_family_not_supported;
  if (ip.is_v4()) {
    socket.send_to(asio::buffer(bytes), {ip, port}, 0, error);
  }
  lost += error ? 1 : 0;
}

void UdpSocket::send(const base::Endpoint& to, std::string bytes) {
  if (bytes.size() > kDatagramBytesMax) {
    ++parts_->lost;
    return;
  }
  asio::error_code error;
  const auto ip = asio::ip::make_address(to.host, error);
  if (!error) {
    parts_->send(ip, to.port, bytes);
    return;
  }
  // The resolver is a part, and gone before its answer could come too late.
  parts_->resolver.resolve(
      to.host, to.port,
      [parts = parts_.get(), bytes = std::move(bytes)](const base::Result<Addresses>& found) {
        if (!found) {
          ++parts->lost;
          return;
        }
        const auto v4 =
            std::ranges::find_if(*found, [](const auto& one) { return one.address().is_v4(); });
        const auto& one = v4 != found->end() ? *v4 : found->front();
        parts->send(one.address(), one.port(), bytes);
      });
}

}  // namespace syrah::net
