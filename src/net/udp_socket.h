#pragma once

// UDP datagrams over IPv4. A datagram may always get lost on its way, so one that cannot be sent or
// taken is no error: it is counted. All calls and events are on the loop's thread, and none is
// received from within a call.

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "base/result.h"

namespace syrah::net {

class UdpSocket {
 public:
  using OnDatagram = std::function<void(const base::Endpoint& from, std::string bytes)>;

  UdpSocket(asio::io_context& io, OnDatagram on_datagram);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// Binds to an IPv4 address; port 0 takes a free one. The error names host and port and why not.
  base::Status open(const std::string& host = "0.0.0.0", std::uint16_t port = 0);
  void close();
  /// 0 unless open.
  [[nodiscard]] std::uint16_t port() const;

  /// Sends now, or after looking up a name (up to kLookupsMax names at a time).
  void send(const base::Endpoint& to, std::string bytes);

  /// Datagrams that were not sent, and those received that were longer than kDatagramBytesMax or
  /// came broken.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace syrah::net
