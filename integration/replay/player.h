#pragma once

// Plays a flow against several nodes: each order at one of them, a number of requests under way at
// each, and nothing about an order before it was acknowledged.

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "latencies.h"
#include "node_api.h"

namespace syrah::replay {

struct Played {
  std::size_t sent = 0;
  std::size_t acknowledged = 0;
  std::size_t refused = 0;     ///< 4xx: as a rule, cancels of what is gone
  std::size_t unanswered = 0;  ///< 5xx, or the connection was lost
  double seconds = 0;
  Latencies acknowledgement;
  std::string last_refusal;
};

class Player {
 public:
  /// At most `per_second` requests in a second; 0: as many as are answered.
  Player(asio::io_context& io, std::vector<NodeApi*> nodes, std::size_t in_flight,
         double per_second = 0);

  /// Returns when everything was answered. What else the loop has to do goes on meanwhile.
  Played play(const std::vector<Message>& messages);

 private:
  struct Order {
    std::string id;
    bool answered = false;
    bool sent = false;
    std::vector<const Message*> later;  ///< about this order, until it was answered
  };
  struct Lane {
    NodeApi* api = nullptr;
    std::deque<const Message*> todo;
    std::size_t in_flight = 0;
  };

  Lane& lane_of(std::uint32_t order);
  void advance(Lane& lane);
  [[nodiscard]] bool early() const;
  [[nodiscard]] bool busy() const;
  void pace();
  void send(Lane& lane, const Message& message);
  void answered(Lane& lane, const Message& message, const Reply& reply);
  void count(const Reply& reply);

  asio::io_context& io_;
  std::vector<Lane> lanes_;
  std::size_t in_flight_;
  double per_second_;
  asio::steady_timer pacing_;
  Latencies::Clock::time_point begin_;
  std::vector<Order> orders_;
  Played played_;
};

}  // namespace syrah::replay
