#pragma once

// Nodes that find each other in tests, on loopback.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "net/mdns.h"

namespace syrah::net {

/// Different in each run: others may test on this network at the same time.
inline std::string unique(const std::string& word) {
  static int count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return fmt::format("{}-{:x}-{:x}-{}", word, ::getpid(), now & 0xFFFF'FFFF, ++count);
}

inline std::string some_id(char first) {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  const std::string unlike_others = fmt::format("{:08x}{:08x}", ::getpid(), now & 0xFFFF'FFFF);
  return std::string(2, first) + unlike_others + std::string(46, first);
}

struct MdnsSide {
  MdnsSide(asio::io_context& io, MdnsSettings wanted)
      : settings(std::move(wanted)),
        mdns(std::in_place, io, settings,
             MdnsEvents{
                 .on_found = [this](const MdnsPeer& peer) { found.push_back(peer); },
                 .on_gone = [this](const MdnsPeer& peer) { gone.push_back(peer); },
                 .on_log = [this](base::LogLine line) { lines.push_back(std::move(line)); }}) {}

  [[nodiscard]] bool has_found(const MdnsSide& other) const {
    return std::any_of(found.begin(), found.end(), [&](const MdnsPeer& peer) {
      return peer.node_id == other.settings.node_id && peer.endpoint.port == other.settings.port;
    });
  }
  [[nodiscard]] std::size_t warnings() const {
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(),
        [](const base::LogLine& line) { return line.level >= base::LogLevel::kWarning; }));
  }

  MdnsSettings settings;
  std::vector<MdnsPeer> found, gone;
  std::vector<base::LogLine> lines;
  std::optional<Mdns> mdns;
};

/// Announced on loopback only, where multicast works on every machine.
struct MdnsTest : testing::Test {
  asio::io_context io;
  std::string network = unique("network");

  MdnsSettings settings(char id, std::uint16_t port) {
    return {.node_id = some_id(id),
            .name = unique("node"),
            .network = network,
            .protocol_version = 2,
            .port = port,
            .listen_host = "127.0.0.1"};
  }
  bool until(const std::function<bool()>& condition,
             std::chrono::milliseconds within = std::chrono::seconds(20)) {
    return run_until(io, condition, within);
  }
  void run_for(std::chrono::milliseconds time) {
    until([] { return false; }, time);
  }
};

}  // namespace syrah::net
