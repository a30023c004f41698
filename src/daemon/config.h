#pragma once

// What the operator wants, from environment variables (.env.example explains each).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/fees.h"
#include "api/rate_limits.h"
#include "base/endpoint.h"
#include "base/log.h"
#include "daemon/environment.h"
#include "daemon/log.h"
#include "exchange/instrument.h"
#include "p2p/config.h"

namespace syrah::daemon {

/// Fields carry the name of their variable in lower case.
struct Config {
  bool p2p_enabled = true;
  std::string p2p_host = "0.0.0.0";
  std::uint16_t p2p_port = 3000;
  std::optional<base::Endpoint> p2p_advertise;
  std::vector<base::Endpoint> bootstrap_peers;
  bool discovery_mdns = true;
  bool discovery_grenache = true;
  std::vector<base::Endpoint> grapes = {{"127.0.0.1", 30001}};  ///< GRAPE_URL
  std::vector<base::Endpoint> grape_dht;                        ///< empty: see grape_dht_nodes()
  std::uint16_t rpc_port = 0;  ///< 0: P2P_PORT in legacy mode, else any free one
  p2p::BasicPeers basic_peers = p2p::BasicPeers::kShow;
  std::string peer_storage_path = ".peers.json";  ///< relative to data_dir
  std::uint32_t max_peers = 50;
  std::int64_t peer_reconnect_interval_ms = 30'000;
  std::string node_id;  ///< empty: from the key
  std::string data_dir = "./data";
  std::string api_host = "127.0.0.1";
  std::uint16_t api_port = 8080;
  std::vector<std::string> api_allowed_hosts;
  std::string api_tls_cert;  ///< PEM file with the chain; empty, as the key: without TLS
  std::string api_tls_key;   ///< PEM file
  api::Rates api_rates;      ///< API_KEY_RATE, API_ADDRESS_RATE
  std::vector<exchange::Instrument> instruments = {
      {.name = "BTC-USD", .tick = {.units = 1, .scale = 2}, .lot = {.units = 1, .scale = 8}}};
  api::Fees fees;
  base::LogLevel log_level = base::LogLevel::kInfo;  ///< DEBUG=true makes it kDebug
  LogFormat log_format = LogFormat::kText;

  /// pure, hybrid, legacy or alone.
  [[nodiscard]] std::string mode() const;
  [[nodiscard]] bool legacy() const { return !p2p_enabled && discovery_grenache; }
  /// Where the Grapes take part in their DHT: as configured, else at the usual ports of each.
  [[nodiscard]] std::vector<base::Endpoint> grape_dht_nodes() const;
  /// The names that clients may call this node by: API_HOST and API_ALLOWED_HOSTS.
  [[nodiscard]] std::vector<std::string> api_names() const;
  /// Where the peers file is.
  [[nodiscard]] std::string peers_file() const;
};

struct ConfigReading {
  Config config;
  /// One line for each bad value: the variable, the value and what is allowed. Empty: all is well.
  std::vector<std::string> errors;
  /// Worth a line in the log: variables that look like ours and are not, or that do nothing yet.
  std::vector<std::string> warnings;
};

/// An empty value counts as not set.
ConfigReading read_config(const Environment& environment);

}  // namespace syrah::daemon
