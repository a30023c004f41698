#include "daemon/grenache_edge.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/ip/address.hpp>
#include <chrono>
#include <utility>

#include "net/mdns_addresses.h"

namespace syrah::daemon {

namespace {

/// A Grape's name may lead elsewhere after the Grape was restarted, as it does in containers.
constexpr std::chrono::seconds kLookUpAgain{60};

/// Grapes know IPv4 only.
std::string rpc_host(const Config& config) {
  asio::error_code error;
  const auto address = asio::ip::make_address(config.p2p_host, error);
  return !error && address.is_v4() ? config.p2p_host : "0.0.0.0";
}

}  // namespace

GrenacheEdge::GrenacheEdge(asio::io_context& io, const Config& config, Feed feed)
    : config_(config),
      feed_(std::move(feed)),
      client_(io,
              [this](std::uint64_t call, grenache::HttpAnswer answer) {
                feed_(node::HttpAnswered{call, std::move(answer)});
              }),
      server_(io, {.host = rpc_host(config), .port = config.rpc_port},
              [this](std::uint64_t request, std::string body, const std::string& remote) {
                feed_(node::RpcRequested{request, std::move(body), remote});
              }),
      socket_(io,
              [this](const base::Endpoint& from, std::string bytes) {
                feed_(node::DatagramReceived{from, std::move(bytes)});
              }),
      resolver_(io),
      again_(io) {}

base::Status GrenacheEdge::open() {
  if (auto opened = server_.open(); !opened) {
    return opened;
  }
  return socket_.open();
}

node::GrenacheConfig GrenacheEdge::node_config() const {
  std::vector<std::string> own;
  for (const auto& address : net::own_addresses(asio::ip::address_v4::any())) {
    own.push_back(address.address.to_string());
  }
  node::GrenacheConfig result;
  for (const base::Endpoint& grape : config_.grapes) {
    const bool local =
        grape.host == "localhost" || std::find(own.begin(), own.end(), grape.host) != own.end();
    result.grapes.push_back({grape, local});
  }
  result.rpc_port = server_.port();
  result.legacy = config_.legacy();
  return result;
}

void GrenacheEdge::start() {
  look_up();
  again_.expires_after(kLookUpAgain);
  again_.async_wait([this](const asio::error_code& error) {
    if (!error) {
      start();
    }
  });
}

void GrenacheEdge::look_up() {
  for (const base::Endpoint& node : config_.grape_dht_nodes()) {
    resolver_.resolve(node.host, node.port, [this, node](base::Result<net::Addresses> found) {
      if (!found) {
        return;  // asked again soon; that a Grape is away is said by those who call it
      }
      for (const auto& address : *found) {
        if (address.address().is_v4()) {
          feed_(node::DhtNodeFound{{address.address().to_string(), node.port}});
          return;
        }
      }
    });
  }
}

void GrenacheEdge::close() {
  again_.cancel();
  server_.close();
  socket_.close();
}

}  // namespace syrah::daemon
