// Many clients of the feed, half of them of level2 and half of full, while an order flow goes into
// the same node at a steady pace. Prints what they got as JSON; exit status 1 if a sequence had a
// gap or a client was closed.
//
//   syrah-feed-load HOST PORT KEY-FILE CLIENTS ORDERS-PER-SECOND SECONDS

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "player.h"
#include "subscriber.h"

namespace syrah::replay {
namespace {

struct Options {
  NodeAddress node;
  std::size_t clients = 0;
  double per_second = 0;
  double seconds = 0;
};

/// Until everybody has an answer to the subscription; what came till then does not count.
void subscribe_all(asio::io_context& io, std::vector<std::unique_ptr<Subscriber>>& subscribers) {
  for (const auto& subscriber : subscribers) {
    subscriber->start();
    io.poll();
  }
  const auto all = [&] {
    return std::all_of(subscribers.begin(), subscribers.end(),
                       [](const auto& subscriber) { return subscriber->subscribed(); });
  };
  while (!all() && io.run_one() > 0) {
  }
}

int run(const Options& options) {
  asio::io_context io;
  auto counts = std::make_unique<FeedCounts>();
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  for (std::size_t i = 0; i < options.clients; ++i) {
    subscribers.push_back(std::make_unique<Subscriber>(io, options.node.endpoint,
                                                       i % 2 == 0 ? "level2" : "full", *counts));
  }
  subscribe_all(io, subscribers);
  *counts = {};
  NodeApi node(io, options.node, 128);
  const auto count = static_cast<std::size_t>(options.per_second * options.seconds);
  const Played played = Player(io, {&node}, 128, options.per_second).play(generate(count, 1));
  const double seconds = played.seconds;
  // What is under way arrives.
  io.run_for(std::chrono::seconds(1));
  const FeedCounts seen = *counts;
  for (const auto& subscriber : subscribers) subscriber->stop();
  fmt::print(R"({{"clients":{},"sent":{},"acknowledged":{},"refused":{},"unanswered":{},)"
             R"("requests_per_s":{:.0f},"acknowledged_p99_us":{:.0f},"messages":{},)"
             R"("messages_per_s":{:.0f},"mb_per_s":{:.1f},"gaps":{},"closed":{},)"
             R"("age_p50_ms":{},"age_p99_ms":{}}})"
             "\n",
             options.clients, played.sent, played.acknowledged, played.refused, played.unanswered,
             static_cast<double>(played.sent) / seconds, played.acknowledgement.percentile_us(0.99),
             seen.messages, static_cast<double>(seen.messages) / seconds,
             static_cast<double>(seen.bytes) / seconds / 1e6, seen.gaps, seen.closed,
             seen.age_percentile_ms(0.5), seen.age_percentile_ms(0.99));
  return seen.gaps + seen.closed == 0 && seen.messages > 0 ? 0 : 1;
}

}  // namespace
}  // namespace syrah::replay

int main(int argc, char** argv) {
  using namespace syrah::replay;
  if (argc != 7) {
    fmt::print(stderr, "syrah-feed-load HOST PORT KEY-FILE CLIENTS ORDERS-PER-SECOND SECONDS\n");
    return 2;
  }
  try {
    Options options;
    options.node.endpoint = {asio::ip::make_address(argv[1]),
                             static_cast<std::uint16_t>(std::stoi(argv[2]))};
    options.node.key_file = argv[3];
    options.clients = std::stoul(argv[4]);
    options.per_second = std::stod(argv[5]);
    options.seconds = std::stod(argv[6]);
    return run(options);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "syrah-feed-load: {}\n", fault.what());
    return 1;
  }
}
