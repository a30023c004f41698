#pragma once

// A keep-alive connection to a node's API with one request under way at a time.

#include <array>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <string>

namespace syrah::replay {

/// Status 0: no answer came, `body` says why.
struct Reply {
  int status = 0;
  std::string body;
};

class Connection {
 public:
  using Done = std::function<void(Reply)>;

  Connection(asio::io_context& io, asio::ip::tcp::endpoint node) : socket_(io), node_(node) {}

  /// `head`: request line and headers, each with its line end, without Host and Content-Length.
  void request(std::string head, const std::string& body, Done done);
  [[nodiscard]] bool busy() const { return static_cast<bool>(done_); }

 private:
  void connect();
  void write();
  void read();
  void take_bytes(std::size_t count);
  void finish(Reply reply);

  asio::ip::tcp::socket socket_;
  asio::ip::tcp::endpoint node_;
  std::string out_;
  std::string in_;
  std::array<char, 64 * 1024> part_{};
  Done done_;
  std::chrono::steady_clock::time_point used_;
};

}  // namespace syrah::replay
