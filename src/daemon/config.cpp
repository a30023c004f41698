#include "daemon/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "base/decimal.h"
#include "daemon/values.h"

namespace syrah::daemon {

namespace {

constexpr std::string_view kNodeIdCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

/// Variables with these beginnings are ours, or meant to be.
constexpr std::array<std::string_view, 8> kOwnPrefixes = {
    "P2P_", "DISCOVERY_", "GRAPE_", "API_", "BASIC_", "PEER_", "RPC_", "SYRAH_"};

/// Variables of the command line, which users may export for their shell.
constexpr std::array<std::string_view, 2> kCommandLineVariables = {"SYRAH_API",
                                                                   "SYRAH_API_KEY_FILE"};

base::Result<std::string> parse_node_id(std::string_view text) {
  if (text.size() > 64 || text.find_first_not_of(kNodeIdCharacters) != std::string_view::npos) {
    return base::invalid("1 to 64 of A-Z a-z 0-9 . _ -");
  }
  return std::string(text);
}

base::Result<std::string> parse_host(std::string_view text) {
  const auto endpoint =
      base::Endpoint::parse(text.find(':') == std::string_view::npos ? fmt::format("{}:1", text)
                                                                     : fmt::format("[{}]:1", text));
  if (!endpoint) {
    return base::invalid("an IP address or a host name, without a port");
  }
  return endpoint->host;
}

base::Result<std::string> parse_name(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    if (auto host = parse_host(text)) {
      return host;
    }
  }
  return base::invalid("comma-separated host names, without ports");
}

base::Result<base::Endpoint> parse_endpoint(std::string_view text) {
  auto endpoint = base::Endpoint::parse(text);
  if (!endpoint) {
    return base::invalid("host:port, or [address]:port for IPv6, with a port from 1 to 65535");
  }
  return endpoint;
}

base::Result<base::Endpoint> parse_grape(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  auto grape = text.starts_with(kScheme) ? base::Endpoint::parse(text.substr(kScheme.size()))
                                         : base::invalid("");
  if (!grape) {
    return base::invalid("one or several http://host:port, separated by commas");
  }
  return grape;
}

base::Result<exchange::Instrument> parse_instrument(std::string_view text) {
  auto instrument = exchange::parse_instrument(text);
  if (!instrument) {
    return base::invalid(
        fmt::format("comma-separated name:tick:lot, like BTC-USD:0.01:0.00000001 "
                    "({})",
                    instrument.error().message));
  }
  return instrument;
}

base::Result<api::Fees> parse_fees(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto is_rate = [](std::string_view rate) {
    const auto value = base::parse_decimal(rate);
    return value && (value->units == 0 || (rate.starts_with("0.") && value->scale > 0));
  };
  if (colon == std::string_view::npos || !is_rate(text.substr(0, colon)) ||
      !is_rate(text.substr(colon + 1))) {
    return base::invalid("maker:taker, two rates from 0 to below 1, like 0.001:0.002");
  }
  return api::Fees{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

void read_network(Values& values, Config& config) {
  values.read("P2P_ENABLED", config.p2p_enabled, parse_bool);
  values.read("P2P_HOST", config.p2p_host, parse_host);
  values.read("P2P_PORT", config.p2p_port, parse_port);
  values.read("P2P_ADVERTISE", config.p2p_advertise, parse_endpoint);
  values.read_list("BOOTSTRAP_PEERS", config.bootstrap_peers, parse_endpoint);
  values.read("DISCOVERY_MDNS", config.discovery_mdns, parse_bool);
  values.read("DISCOVERY_GRENACHE", config.discovery_grenache, parse_bool);
  values.read_list("GRAPE_URL", config.grapes, parse_grape);
  values.read_list("GRAPE_DHT", config.grape_dht, parse_endpoint);
  values.read("RPC_PORT", config.rpc_port, parse_port);
  if (config.legacy()) {
    // The old network knows no other way, and who joins it wants to trade with it.
    config.basic_peers = p2p::BasicPeers::kTrade;
    if (config.rpc_port == 0) {
      config.rpc_port = config.p2p_port;
    }
  }
  values.read("BASIC_PEERS", config.basic_peers,
              one_of<p2p::BasicPeers>({{"show", p2p::BasicPeers::kShow},
                                       {"trade", p2p::BasicPeers::kTrade},
                                       {"refuse", p2p::BasicPeers::kRefuse}}));
  values.read("MAX_PEERS", config.max_peers, number_between<std::uint32_t>(1, 1000));
  values.read("PEER_RECONNECT_INTERVAL", config.peer_reconnect_interval_ms,
              number_between<std::int64_t>(100, 3'600'000));
}

void read_rest(Values& values, Config& config) {
  values.read("NODE_ID", config.node_id, parse_node_id);
  values.read("DATA_DIR", config.data_dir, parse_path);
  values.read("PEER_STORAGE_PATH", config.peer_storage_path, parse_path);
  values.read("API_HOST", config.api_host, parse_host);
  values.read("API_PORT", config.api_port, parse_port);
  values.read_list("API_ALLOWED_HOSTS", config.api_allowed_hosts, parse_name);
  values.read("API_TLS_CERT", config.api_tls_cert, parse_path);
  values.read("API_TLS_KEY", config.api_tls_key, parse_path);
  const auto rate = number_between<std::int64_t>(1, api::Rates::kMax);
  values.read("API_KEY_RATE", config.api_rates.per_key, rate);
  values.read("API_ADDRESS_RATE", config.api_rates.per_address, rate);
  values.read_list("INSTRUMENTS", config.instruments, parse_instrument);
  values.read("FEES", config.fees, parse_fees);
  values.read("LOG_LEVEL", config.log_level,
              one_of<base::LogLevel>({{"debug", base::LogLevel::kDebug},
                                      {"info", base::LogLevel::kInfo},
                                      {"warning", base::LogLevel::kWarning},
                                      {"error", base::LogLevel::kError}}));
  values.read("LOG_FORMAT", config.log_format,
              one_of<LogFormat>({{"text", LogFormat::kText}, {"json", LogFormat::kJson}}));
  bool debug = false;
  values.read("DEBUG", debug, parse_bool);
  if (debug) {
    config.log_level = base::LogLevel::kDebug;
  }
}

void check_instruments(Values& values, const Config& config) {
  exchange::Instruments table;
  for (const auto& instrument : config.instruments) {
    if (table.find(instrument.name) != nullptr) {
      values.refuse("INSTRUMENTS",
                    fmt::format("each name once, and {} is there twice", instrument.name));
    } else if (const auto added = table.add(instrument); !added) {
      values.refuse("INSTRUMENTS", added.error().message);
    }
  }
}

void check_whole(const Config& config, ConfigReading& reading) {
  if (config.api_tls_cert.empty() != config.api_tls_key.empty()) {
    const bool key = config.api_tls_key.empty();
    reading.errors.push_back(
        fmt::format("{}=: {} is set; TLS takes both, a certificate and its key",
                    key ? "API_TLS_KEY" : "API_TLS_CERT", key ? "API_TLS_CERT" : "API_TLS_KEY"));
  }
  if (config.p2p_enabled && config.p2p_port == config.api_port) {
    reading.errors.push_back(
        fmt::format("API_PORT={}: P2P_PORT is the same; they must differ", config.api_port));
  }
  if (config.discovery_grenache && config.rpc_port != 0) {
    if (config.rpc_port == config.api_port) {
      reading.errors.push_back(
          fmt::format("API_PORT={}: RPC_PORT is the same; they must differ", config.api_port));
    }
    if (config.p2p_enabled && config.rpc_port == config.p2p_port) {
      reading.errors.push_back(
          fmt::format("RPC_PORT={}: P2P_PORT is the same; they must differ", config.rpc_port));
    }
  }
}

void warn(const Environment& environment, const std::set<std::string_view>& known,
          std::vector<std::string>& warnings) {
  for (const auto& [name, value] : environment) {
    bool ours = false;
    for (const auto prefix : kOwnPrefixes) {
      ours = ours || name.starts_with(prefix);
    }
    for (const auto other : kCommandLineVariables) {
      ours = ours && name != other;
    }
    if (ours && !known.contains(name)) {
      warnings.push_back(fmt::format("{} is not a variable of this program: ignored", name));
    }
  }
}

}  // namespace

std::string Config::mode() const {
  if (!p2p_enabled) {
    return discovery_grenache ? "legacy" : "alone";
  }
  return discovery_grenache ? "hybrid" : "pure";
}

std::vector<base::Endpoint> Config::grape_dht_nodes() const {
  if (!grape_dht.empty()) {
    return grape_dht;
  }
  // The ports of the examples that everybody starts from; a Grape's answers lead to the others.
  std::vector<base::Endpoint> nodes;
  for (const base::Endpoint& grape : grapes) {
    for (const std::uint16_t port : {std::uint16_t{20001}, std::uint16_t{20002}}) {
      const base::Endpoint node{grape.host, port};
      if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
        nodes.push_back(node);
      }
    }
  }
  return nodes;
}

std::vector<std::string> Config::api_names() const {
  std::vector<std::string> names = api_allowed_hosts;
  names.push_back(api_host);
  return names;
}

std::string Config::peers_file() const {
  return (std::filesystem::path(data_dir) / peer_storage_path).string();
}

ConfigReading read_config(const Environment& environment) {
  ConfigReading reading;
  Values values(environment, reading.errors);
  read_network(values, reading.config);
  read_rest(values, reading.config);
  check_instruments(values, reading.config);
  check_whole(reading.config, reading);
  warn(environment, values.known(), reading.warnings);
  return reading;
}

}  // namespace syrah::daemon
