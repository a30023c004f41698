#pragma once

// The API of one node as a trader uses it: signed requests over a number of connections.

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "connection.h"
#include "stream.h"

namespace syrah::replay {

struct NodeAddress {
  asio::ip::tcp::endpoint endpoint;
  std::string key_file;
};

class NodeApi {
 public:
  NodeApi(asio::io_context& io, const NodeAddress& address, std::size_t connections);

  /// Waits for a free connection. `signed_call`: with the headers of the key.
  void call(std::string method, std::string target, std::string body, bool signed_call,
            Connection::Done done);
  void get(std::string target, Connection::Done done);
  void place(const Message& message, Connection::Done done);
  void cancel(const std::string& id, Connection::Done done);
  void replace(const std::string& id, std::int64_t size, Connection::Done done);

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Call {
    std::string head;
    std::string body;
    Connection::Done done;
  };

  [[nodiscard]] std::string signature_headers(const std::string& method, const std::string& target,
                                              const std::string& body) const;
  void begin(Connection& connection, Call call);

  std::string key_;
  std::string passphrase_;
  std::string secret_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> free_;
  std::deque<Call> waiting_;
};

/// The text member of a JSON object, "" if there is none.
std::string text_member(const std::string& json, std::string_view name);

inline constexpr const char* kProduct = "AAPL-USD";

}  // namespace syrah::replay
