#include "daemon/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syrah::daemon {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Config good(const Environment& environment) {
  const ConfigReading reading = read_config(environment);
  EXPECT_THAT(reading.errors, IsEmpty());
  return reading.config;
}

/// The value is refused in one line that names variable and value and says what is allowed.
void expect_bad(const std::string& name, const std::string& value, const std::string& allowed) {
  const ConfigReading reading = read_config({{name, value}});
  ASSERT_THAT(reading.errors, SizeIs(1)) << name << "=" << value;
  EXPECT_THAT(reading.errors.front(),
              AllOf(HasSubstr(name), HasSubstr(value), HasSubstr(allowed), Not(HasSubstr("\n"))));
}

TEST(Config, DefaultsAreThoseOfTheManual) {
  const Config config = good({});
  EXPECT_TRUE(config.p2p_enabled);
  EXPECT_EQ(config.p2p_host, "0.0.0.0");
  EXPECT_EQ(config.p2p_port, 3000);
  EXPECT_FALSE(config.p2p_advertise.has_value());
  EXPECT_THAT(config.bootstrap_peers, IsEmpty());
  EXPECT_TRUE(config.discovery_mdns);
  EXPECT_TRUE(config.discovery_grenache);
  EXPECT_THAT(config.grapes, ElementsAre(base::Endpoint{"127.0.0.1", 30001}));
  EXPECT_EQ(config.rpc_port, 0) << "any free one";
  EXPECT_EQ(config.basic_peers, p2p::BasicPeers::kShow);
  EXPECT_EQ(config.peers_file(), "./data/.peers.json");
  EXPECT_EQ(config.max_peers, 50U);
  EXPECT_EQ(config.peer_reconnect_interval_ms, 30'000);
  EXPECT_EQ(config.node_id, "");
  EXPECT_EQ(config.data_dir, "./data");
  EXPECT_EQ(config.api_host, "127.0.0.1");
  EXPECT_EQ(config.api_port, 8080);
  EXPECT_EQ(config.api_rates.per_key, 1000);
  EXPECT_EQ(config.api_rates.per_address, 100);
  EXPECT_THAT(config.instruments,
              ElementsAre(*exchange::parse_instrument("BTC-USD:0.01:0.00000001")));
  EXPECT_EQ(config.log_level, base::LogLevel::kInfo);
  EXPECT_EQ(config.log_format, LogFormat::kText);
  EXPECT_EQ(config.mode(), "hybrid");
}

TEST(Config, EveryVariableIsRead) {
  const Config config = good({{"P2P_ENABLED", "true"},
                              {"P2P_HOST", "::"},
                              {"P2P_PORT", "3001"},
                              {"P2P_ADVERTISE", "node.example:13001"},
                              {"BOOTSTRAP_PEERS", "10.0.0.1:3000, [::1]:3002,peer.example:1"},
                              {"DISCOVERY_MDNS", "false"},
                              {"DISCOVERY_GRENACHE", "false"},
                              {"GRAPE_URL", "http://grape1:30001,http://10.0.0.2:40001"},
                              {"BASIC_PEERS", "trade"},
                              {"PEER_STORAGE_PATH", "/var/lib/peers.json"},
                              {"MAX_PEERS", "7"},
                              {"PEER_RECONNECT_INTERVAL", "500"},
                              {"NODE_ID", "alice.node_1-A"},
                              {"DATA_DIR", "/tmp/alice"},
                              {"API_HOST", "localhost"},
                              {"API_PORT", "8081"},
                              {"API_ALLOWED_HOSTS", "node1, node1.example"},
                              {"API_KEY_RATE", "50"},
                              {"API_ADDRESS_RATE", "7"},
                              {"INSTRUMENTS", "ETH-USD:0.05:0.001,BTC-EUR:1:0.1"},
                              {"LOG_LEVEL", "error"},
                              {"LOG_FORMAT", "json"}});
  EXPECT_EQ(config.p2p_host, "::");
  EXPECT_EQ(config.p2p_port, 3001);
  EXPECT_EQ(config.p2p_advertise, (base::Endpoint{"node.example", 13001}));
  EXPECT_THAT(config.bootstrap_peers,
              ElementsAre(base::Endpoint{"10.0.0.1", 3000}, base::Endpoint{"::1", 3002},
                          base::Endpoint{"peer.example", 1}));
  EXPECT_FALSE(config.discovery_mdns);
  EXPECT_FALSE(config.discovery_grenache);
  EXPECT_THAT(config.grapes,
              ElementsAre(base::Endpoint{"grape1", 30001}, base::Endpoint{"10.0.0.2", 40001}));
  EXPECT_EQ(config.basic_peers, p2p::BasicPeers::kTrade);
  EXPECT_EQ(config.peers_file(), "/var/lib/peers.json");
  EXPECT_EQ(config.max_peers, 7U);
  EXPECT_EQ(config.peer_reconnect_interval_ms, 500);
  EXPECT_EQ(config.node_id, "alice.node_1-A");
  EXPECT_EQ(config.data_dir, "/tmp/alice");
  EXPECT_EQ(config.api_host, "localhost");
  EXPECT_EQ(config.api_port, 8081);
  EXPECT_THAT(config.api_names(), ElementsAre("node1", "node1.example", "localhost"));
  EXPECT_EQ(config.api_rates.per_key, 50);
  EXPECT_EQ(config.api_rates.per_address, 7);
  ASSERT_THAT(config.instruments, SizeIs(2));
  EXPECT_EQ(config.instruments[0].name, "ETH-USD");
  EXPECT_EQ(config.log_level, base::LogLevel::kError);
  EXPECT_EQ(config.log_format, LogFormat::kJson);
  EXPECT_EQ(config.mode(), "pure");
}

TEST(Config, EachBadValueIsOneClearLine) {
  for (const char* name : {"P2P_ENABLED", "DISCOVERY_MDNS", "DISCOVERY_GRENACHE", "DEBUG"}) {
    for (const char* value : {"yes", "TRUE", "1", " true"}) {
      expect_bad(name, value, "true or false");
    }
  }
  expect_bad("API_KEY_RATE", "0", "a whole number from 1 to 1000000");
  expect_bad("API_ADDRESS_RATE", "1.5", "a whole number");
  for (const char* name : {"P2P_PORT", "API_PORT", "RPC_PORT"}) {
    for (const char* value : {"0", "65536", "-1", "80a", "3000 ", "http"}) {
      expect_bad(name, value, "from 1 to 65535");
    }
  }
  for (const char* name : {"P2P_HOST", "API_HOST"}) {
    for (const char* value : {"a b", "host/path", "127.0.0.1:80:x!"}) {
      expect_bad(name, value, "an IP address or a host name");
    }
  }
  for (const char* value : {"node1:8080", "http://node1", "*", "node1,a b", "node1 node2"}) {
    expect_bad("API_ALLOWED_HOSTS", value, "comma-separated host names, without ports");
  }
  for (const char* name : {"P2P_ADVERTISE", "BOOTSTRAP_PEERS", "GRAPE_DHT"}) {
    for (const char* value : {"host", "host:", "host:0", "::1:3000", ":3000", "host:70000"}) {
      expect_bad(name, value, "host:port");
    }
  }
  expect_bad("BOOTSTRAP_PEERS", "good:3000,,other:3000", "host:port");
  expect_bad("BOOTSTRAP_PEERS", "good:3000,bad", "host:port");
  for (const char* value : {"127.0.0.1:30001", "https://a:1", "http://a", "http://a:1/x"}) {
    expect_bad("GRAPE_URL", value, "http://host:port");
  }
  expect_bad("BASIC_PEERS", "hide", "show, trade, refuse");
  expect_bad("LOG_LEVEL", "loud", "debug, info, warning, error");
  expect_bad("LOG_FORMAT", "xml", "text, json");
  for (const char* value : {"0", "1001", "many", "5.0"}) {
    expect_bad("MAX_PEERS", value, "from 1 to 1000");
  }
  for (const char* value : {"99", "3600001", "30s"}) {
    expect_bad("PEER_RECONNECT_INTERVAL", value, "from 100 to 3600000");
  }
  for (const std::string& value : {std::string(65, 'a'), std::string("a b"), std::string("é")}) {
    expect_bad("NODE_ID", value, "1 to 64 of A-Z a-z 0-9 . _ -");
  }
  for (const char* name : {"DATA_DIR", "PEER_STORAGE_PATH"}) {
    expect_bad(name, std::string(5000, 'd'), "a path of up to");
  }
  for (const char* value : {"BTC-USD", "BTC-USD:0.01", "btc:1:1", "BTC-USD:0:1", "BTC-USD:1:x"}) {
    expect_bad("INSTRUMENTS", value, "name:tick:lot");
  }
  expect_bad("INSTRUMENTS", "BTC-USD:1:1,BTC-USD:2:2", "BTC-USD is there twice");
  for (const char* value : {"0.1", "0.1:x", "1:0", "0:1.5", "-0.1:0", ":", "0.1:0.2:0.3"}) {
    expect_bad("FEES", value, "maker:taker");
  }
}

TEST(Config, AllBadValuesAreToldAtOnce) {
  EXPECT_THAT(read_config({{"P2P_PORT", "x"}, {"API_PORT", "y"}, {"LOG_LEVEL", "z"}}).errors,
              SizeIs(3));
}

TEST(Config, AnEmptyValueIsAsGoodAsNone) {
  const Config config =
      good({{"P2P_PORT", ""}, {"BOOTSTRAP_PEERS", " "}, {"INSTRUMENTS", ""}, {"NODE_ID", ""}});
  EXPECT_EQ(config.p2p_port, 3000);
  EXPECT_THAT(config.bootstrap_peers, IsEmpty());
  EXPECT_THAT(config.instruments, SizeIs(1));
}

TEST(Config, DebugOverridesTheLevel) {
  EXPECT_EQ(good({{"DEBUG", "true"}, {"LOG_LEVEL", "error"}}).log_level, base::LogLevel::kDebug);
  EXPECT_EQ(good({{"DEBUG", "false"}, {"LOG_LEVEL", "error"}}).log_level, base::LogLevel::kError);
}

TEST(Config, PortsMustDiffer) {
  expect_bad("API_PORT", "3000", "must differ");
  expect_bad("RPC_PORT", "3000", "must differ");
  expect_bad("RPC_PORT", "8080", "must differ");
}

TEST(Config, TlsTakesACertificateAndItsKey) {
  const std::string both = "TLS takes both, a certificate and its key";
  EXPECT_THAT(read_config({{"API_TLS_CERT", "cert.pem"}}).errors,
              ElementsAre("API_TLS_KEY=: API_TLS_CERT is set; " + both));
  EXPECT_THAT(read_config({{"API_TLS_KEY", "key.pem"}}).errors,
              ElementsAre("API_TLS_CERT=: API_TLS_KEY is set; " + both));
  EXPECT_THAT(read_config({{"API_TLS_CERT", "cert.pem"}, {"API_TLS_KEY", "key.pem"}}).errors,
              IsEmpty());
}

TEST(Config, TwoVariablesChooseTheMode) {
  const auto mode = [](const char* direct, const char* grenache) {
    return good({{"P2P_ENABLED", direct}, {"DISCOVERY_GRENACHE", grenache}}).mode();
  };
  EXPECT_EQ(mode("true", "true"), "hybrid");
  EXPECT_EQ(mode("true", "false"), "pure");
  EXPECT_EQ(mode("false", "true"), "legacy");
  EXPECT_EQ(mode("false", "false"), "alone");
}

TEST(Config, LegacyModeAnswersRpcsAtThePeersPortAndTradesWithOldNodes) {
  const Config legacy = good({{"P2P_ENABLED", "false"}, {"P2P_PORT", "1337"}});
  EXPECT_EQ(legacy.rpc_port, 1337);
  EXPECT_EQ(legacy.basic_peers, p2p::BasicPeers::kTrade);
  const Config other = good({{"P2P_ENABLED", "false"}, {"RPC_PORT", "7"}, {"BASIC_PEERS", "show"}});
  EXPECT_EQ(other.rpc_port, 7);
  EXPECT_EQ(other.basic_peers, p2p::BasicPeers::kShow);
}

TEST(Config, TheGrapesDhtIsLookedForAtTheUsualPortsUnlessItIsNamed) {
  EXPECT_THAT(good({{"GRAPE_URL", "http://g:30001,http://g:40001"}}).grape_dht_nodes(),
              ElementsAre(base::Endpoint{"g", 20001}, base::Endpoint{"g", 20002}));
  EXPECT_THAT(good({{"GRAPE_DHT", "10.0.0.1:7"}}).grape_dht_nodes(),
              ElementsAre(base::Endpoint{"10.0.0.1", 7}));
}

TEST(Config, UnknownVariablesThatLookLikeOursAreTold) {
  const auto warnings = read_config({{"P2P_PROT", "3000"},
                                     {"API_TOKEN", "secret"},
                                     {"SYRAH_MODE", "x"},
                                     {"SYRAH_API", "http://127.0.0.1:8080"},
                                     {"SYRAH_API_KEY_FILE", "k"},
                                     {"PATH", "/bin"},
                                     {"DISCOVERY_MDNS", "false"},
                                     {"DISCOVERY_GRENACHE", "false"}})
                            .warnings;
  EXPECT_THAT(warnings, SizeIs(3));
  EXPECT_THAT(warnings, Contains(HasSubstr("P2P_PROT")));
  EXPECT_THAT(warnings, Contains(HasSubstr("SYRAH_MODE")));
  // The value may be a secret.
  EXPECT_THAT(warnings, Contains(AllOf(HasSubstr("API_TOKEN"), Not(HasSubstr("secret")))));
}

}  // namespace
}  // namespace syrah::daemon
