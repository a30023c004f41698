#pragma once

// Host names to addresses without blocking the loop. Not asio's resolver: that one has a single
// thread, so one slow name server would hold up all dials, and its destructor waits for it.

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace syrah::net {

using Addresses = std::vector<asio::ip::tcp::endpoint>;

/// Looks a name up now and in this thread: for start-up only. At least one address, or an error.
base::Result<Addresses> resolve_now(const std::string& host, std::uint16_t port);

class Resolver {
 public:
  using Answer = std::function<void(base::Result<Addresses>)>;

  explicit Resolver(asio::io_context& io);
  /// Answers that are still out are dropped; their threads end by themselves.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Calls `answer` from the loop, never from within this call. IP addresses need no lookup.
  void resolve(const std::string& host, std::uint16_t port, Answer answer);

 private:
  struct Shared;

  asio::io_context& io_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace syrah::net
