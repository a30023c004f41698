#include "idle.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace syrah::replay {
namespace {

using Clock = Latencies::Clock;

constexpr double kPatience = 10;

void finish(asio::io_context& io) {
  io.restart();
  io.run();
}

/// Asks again and again on one connection.
class Polling {
 public:
  Polling(NodeApi& node, std::string target, bool signed_call,
          std::function<bool(const Reply&)> accept, double seconds)
      : node_(node),
        target_(std::move(target)),
        signed_(signed_call),
        accept_(std::move(accept)),
        deadline_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                     std::chrono::duration<double>(seconds))) {
    ask();
  }

 private:
  void ask() {
    node_.call("GET", target_, {}, signed_, [this](const Reply& reply) {
      if (accept_(reply)) return;
      if (Clock::now() > deadline_) throw std::runtime_error(target_ + ": not in time");
      ask();
    });
  }

  NodeApi& node_;
  std::string target_;
  bool signed_;
  std::function<bool(const Reply&)> accept_;
  Clock::time_point deadline_;
};

std::string place(asio::io_context& io, NodeApi& node, const Message& message) {
  std::string id;
  node.place(message, [&](const Reply& reply) { id = text_member(reply.body, "id"); });
  finish(io);
  if (id.empty()) throw std::runtime_error("an order was not accepted");
  return id;
}

const std::string kBook = std::string("/products/") + kProduct + "/book?level=3";

void measure_visible(asio::io_context& io, NodeApi& first, NodeApi& second, IdleTimes& times) {
  std::string id;
  const auto begin = Clock::now();
  first.place({Message::Kind::kNew, true, 0, 50'000, 10}, [&](const Reply& reply) {
    times.acknowledged.add(Clock::now() - begin);
    id = text_member(reply.body, "id");
  });
  // The book is empty but for this order.
  poll(
      io, second, kBook, false,
      [](const Reply& reply) { return reply.body.find("\"500.00\"") != std::string::npos; },
      kPatience);
  times.visible.add(Clock::now() - begin);
  first.cancel(id, [](const Reply&) {});
  poll(
      io, second, kBook, false,
      [](const Reply& reply) { return reply.body.find("\"500.00\"") == std::string::npos; },
      kPatience);
}

void measure_filled(asio::io_context& io, NodeApi& first, NodeApi& second, IdleTimes& times) {
  place(io, first, {Message::Kind::kNew, false, 0, 50'000, 10});
  poll(
      io, second, kBook, false,
      [](const Reply& reply) { return reply.body.find("\"500.00\"") != std::string::npos; },
      kPatience);
  const auto begin = Clock::now();
  const std::string id = place(io, second, {Message::Kind::kIoc, true, 0, 50'000, 10});
  poll(
      io, second, "/orders/" + id, true,
      [](const Reply& reply) { return text_member(reply.body, "filled_size") == "10"; }, kPatience);
  times.filled.add(Clock::now() - begin);
}

}  // namespace

void poll(asio::io_context& io, NodeApi& node, const std::string& target, bool signed_call,
          const std::function<bool(const Reply&)>& accept, double seconds) {
  const Polling polling(node, target, signed_call, accept, seconds);
  finish(io);
}

IdleTimes measure_idle(asio::io_context& io, NodeApi& first, NodeApi& second, std::size_t rounds) {
  IdleTimes times;
  for (std::size_t round = 0; round < rounds; ++round) measure_visible(io, first, second, times);
  for (std::size_t round = 0; round < rounds; ++round) measure_filled(io, first, second, times);
  return times;
}

}  // namespace syrah::replay
