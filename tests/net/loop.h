#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace syrah::net {

/// Runs the loop until the condition holds; false when it does not within the deadline.
inline bool run_until(asio::io_context& io, const std::function<bool()>& condition,
                      std::chrono::milliseconds within = std::chrono::seconds(10)) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return false;
    }
    if (io.stopped()) {
      io.restart();
    }
    io.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace syrah::net
