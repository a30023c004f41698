// Replays an order flow over the APIs of running nodes and measures. Figures as one JSON object on
// the standard output, what is going on on the other. Node after node: --node
// ADDRESS:PORT:KEY_FILE.

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "idle.h"
#include "json/reader.h"
#include "player.h"

namespace syrah::replay {
namespace {

struct Options {
  std::vector<NodeAddress> nodes;
  std::string csv;  ///< "-": the standard input
  std::size_t generated = 0;
  std::size_t resting = 0;
  std::uint64_t seed = 1;
  std::size_t messages = SIZE_MAX;  ///< at most
  std::size_t in_flight = 64;       ///< requests under way at each node
  std::size_t idle_rounds = 0;
  double patience_s = 60;  ///< for equal books
};

constexpr const char* kUsage =
    "syrah-replay --node ADDRESS:PORT:KEY_FILE...\n"
    "             (--csv FILE|- | --generate COUNT | --resting COUNT)\n"
    "             [--seed N] [--messages N] [--in-flight N] [--idle ROUNDS] [--patience SECONDS]\n";

NodeAddress node_address(const std::string& text) {
  const std::size_t host = text.find(':');
  const std::size_t port = host == std::string::npos ? host : text.find(':', host + 1);
  if (port == std::string::npos) throw std::invalid_argument("--node needs ADDRESS:PORT:KEY_FILE");
  const auto number =
      static_cast<std::uint16_t>(std::stoul(text.substr(host + 1, port - host - 1)));
  return {{asio::ip::make_address(text.substr(0, host)), number}, text.substr(port + 1)};
}

Options read_options(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
    const std::string& name = words[at];
    const std::string& value = words[at + 1];
    if (name == "--node") {
      options.nodes.push_back(node_address(value));
    } else if (name == "--csv") {
      options.csv = value;
    } else if (name == "--patience") {
      options.patience_s = std::stod(value);
    } else {
      std::size_t ignored = 0;
      std::size_t& number = name == "--generate"    ? options.generated
                            : name == "--resting"   ? options.resting
                            : name == "--messages"  ? options.messages
                            : name == "--in-flight" ? options.in_flight
                            : name == "--idle"      ? options.idle_rounds
                                                    : ignored;
      number = std::stoull(value);
      if (name == "--seed") options.seed = ignored;
    }
  }
  const bool flow = !options.csv.empty() || options.generated != 0 || options.resting != 0;
  if (words.size() % 2 != 0 || options.nodes.empty() || !flow) throw std::invalid_argument(kUsage);
  return options;
}

std::vector<Message> read_flow(const Options& options) {
  std::vector<Message> messages;
  if (options.csv == "-") {
    messages = read_lobster(std::cin);
  } else if (!options.csv.empty()) {
    std::ifstream file(options.csv);
    if (!file) throw std::runtime_error(options.csv + " cannot be read");
    messages = read_lobster(file);
  } else if (options.generated != 0) {
    messages = generate(options.generated, options.seed);
  } else {
    messages = generate_resting(options.resting, options.seed);
  }
  if (messages.size() > options.messages) messages.resize(options.messages);
  return messages;
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {
    for (const NodeAddress& address : options.nodes) {
      nodes_.push_back(std::make_unique<NodeApi>(io_, address, options.in_flight));
    }
  }

  void run() {
    const std::vector<Message> messages = read_flow(options_);
    std::vector<NodeApi*> nodes;
    for (const auto& node : nodes_) nodes.push_back(node.get());
    fmt::print(stderr, "{} messages over {} nodes, {} under way at each\n", messages.size(),
               nodes.size(), options_.in_flight);
    const Played played = Player(io_, nodes, options_.in_flight).play(messages);
    const double equal_s = wait_equal();
    const std::int64_t trades = count_trades();
    IdleTimes idle;
    if (options_.idle_rounds != 0 && nodes_.size() > 1) {
      empty_books();
      idle = measure_idle(io_, *nodes_[0], *nodes_[1], options_.idle_rounds);
    }
    print(played, equal_s, trades, idle);
  }

 private:
  /// Seconds until all books have the same digest.
  double wait_equal() {
    const auto begin = Latencies::Clock::now();
    double seconds = 0;
    while (true) {
      std::set<std::string> digests;
      for (const auto& node : nodes_) {
        node->get(kLevelOne,
                  [&](const Reply& reply) { digests.insert(text_member(reply.body, "digest")); });
      }
      io_.restart();
      io_.run();
      seconds = std::chrono::duration<double>(Latencies::Clock::now() - begin).count();
      if (digests.size() == 1 && !digests.contains("")) return seconds;
      if (seconds > options_.patience_s) throw std::runtime_error("the books do not become equal");
    }
  }

  /// Trades that the first node knows of: they are numbered as they become known.
  std::int64_t count_trades() {
    std::int64_t trades = 0;
    nodes_.front()->get(std::string("/products/") + kProduct + "/trades?limit=1",
                        [&](const Reply& reply) {
                          const auto rows = json::parse(reply.body);
                          if (!rows || rows->items().empty()) return;
                          trades = rows->items().front().integer("trade_id").value_or(0);
                        });
    io_.restart();
    io_.run();
    return trades;
  }

  void empty_books() {
    for (const auto& node : nodes_) {
      node->call("DELETE", "/orders", {}, true, [](const Reply&) {});
    }
    for (const auto& node : nodes_) {
      poll(
          io_, *node, std::string("/products/") + kProduct + "/book?level=3", false,
          [](const Reply& reply) { return reply.body.starts_with(R"({"bids":[],"asks":[],)"); },
          options_.patience_s);
    }
  }

  void print(const Played& played, double equal_s, std::int64_t trades,
             const IdleTimes& idle) const {
    if (played.refused + played.unanswered > 0) {
      fmt::print(stderr, "the last refusal: {}\n", played.last_refusal);
    }
    fmt::print(R"({{"nodes":{},"in_flight":{},"sent":{},"acknowledged":{},"refused":{},)"
               R"("unanswered":{},"seconds":{:.3f},"orders_per_s":{:.0f},"trades":{},)"
               R"("books_equal_after_s":{:.3f})",
               nodes_.size(), options_.in_flight, played.sent, played.acknowledged, played.refused,
               played.unanswered, played.seconds, static_cast<double>(played.sent) / played.seconds,
               trades, equal_s);
    print_times("loaded_ack", played.acknowledgement);
    print_times("idle_ack", idle.acknowledged);
    print_times("idle_visible", idle.visible);
    print_times("idle_cross_home_fill", idle.filled);
    fmt::print("}}\n");
  }

  static void print_times(const char* name, const Latencies& times) {
    if (times.count() == 0) return;
    fmt::print(R"(,"{}_p50_us":{:.0f},"{}_p99_us":{:.0f})", name, times.percentile_us(0.5), name,
               times.percentile_us(0.99));
  }

  const std::string kLevelOne = std::string("/products/") + kProduct + "/book?level=1";

  const Options& options_;
  asio::io_context io_;
  std::vector<std::unique_ptr<NodeApi>> nodes_;
};

}  // namespace
}  // namespace syrah::replay

int main(int argc, char** argv) {
  try {
    const auto options = syrah::replay::read_options({argv + 1, argv + argc});
    syrah::replay::Run(options).run();
    return 0;
  } catch (const std::invalid_argument& wrong) {
    fmt::print(stderr, "{}\n", wrong.what());
    return 2;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "syrah-replay: {}\n", fault.what());
    return 1;
  }
}
