#pragma once

// One client of the feed that counts what it gets: messages, gaps, and how old they are.

#include <array>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syrah::replay {

/// Of all subscribers together.
struct FeedCounts {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t gaps = 0;
  std::uint64_t closed = 0;  ///< connections that ended
  /// By age in milliseconds, from the time in the message to its arrival; every 16th message.
  std::array<std::uint64_t, 10'000> ages{};

  [[nodiscard]] std::size_t age_percentile_ms(double share) const;
};

class Subscriber {
 public:
  Subscriber(asio::io_context& io, asio::ip::tcp::endpoint node, std::string channel,
             FeedCounts& counts);
  /// Connects and subscribes at once.
  void start();
  [[nodiscard]] bool subscribed() const { return subscribed_; }
  void stop() { socket_.close(); }

 private:
  void read();
  void take();
  void message(std::string_view text);
  void note_age(std::string_view text);

  asio::ip::tcp::socket socket_;
  asio::ip::tcp::endpoint node_;
  std::string channel_;
  FeedCounts& counts_;
  std::string in_;
  std::size_t read_ = 0;  ///< bytes of in_ that were looked at
  bool upgraded_ = false;
  bool subscribed_ = false;
  std::int64_t sequence_ = 0;
};

}  // namespace syrah::replay
