#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "p2p/connection_id.h"

namespace syrah::p2p {

/// What is done with nodes that speak only the basic dialect.
enum class BasicPeers : std::uint8_t { kShow, kTrade, kRefuse };

/// Settings of the peer-to-peer layer (design.md, section 5).
struct Config {
  std::string node_name;           ///< NODE_ID, or the id's text
  std::string network = "main";    ///< nodes of different networks refuse each other
  std::string software = "syrah";  ///< name and version, for people
  std::uint16_t listen_port = 3000;
  std::optional<Endpoint> advertise;  ///< P2P_ADVERTISE
  std::vector<Endpoint> bootstrap;
  BasicPeers basic_peers = BasicPeers::kShow;
  std::uint32_t peers_max = 50;
  std::int64_t reconnect_interval_ms = 30'000;
  /// Whether peers are dialled and accepted directly (TCP).
  bool p2p_enabled = true;
  /// Whether tunnels through Grenache may be used for peers without a direct connection.
  bool grenache_enabled = false;
};

}  // namespace syrah::p2p
