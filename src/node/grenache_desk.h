#pragma once

// Everything that goes through Grenache: Grapes are asked who is there and told where this node
// is; tunnels carry peer-to-peer connections to nodes that cannot be reached directly; in legacy
// mode the old nodes are talked to. Off the hot path: nothing of the exchange waits for a Grape.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "grenache/dht_announcer.h"
#include "grenache/grape_client.h"
#include "grenache/io.h"
#include "grenache/tunnel_client.h"
#include "grenache/tunnel_server.h"
#include "node/legacy_network.h"
#include "p2p/message.h"

namespace syrah::node {

struct GrenacheConfig {
  std::vector<grenache::Grape> grapes;
  std::uint16_t rpc_port = 0;  ///< where this node answers RPCs; 0: nowhere
  bool legacy = false;         ///< talk to the old nodes
};

/// For people and for the API.
struct GrenacheView {
  grenache::GrapeCounts grapes;
  grenache::DhtCounts dht;
  std::size_t dht_stored = 0;
  bool announced = false;
  std::optional<LegacyCounts> legacy;
};

class GrenacheDesk {
 public:
  /// `network` and `p2p_port` (0: no direct connections) are what is announced.
  GrenacheDesk(const GrenacheConfig& config, const base::NodeId& self, std::string_view network,
               std::uint16_t p2p_port, std::uint64_t seed, LegacyNetwork::IsHome is_home);

  void start(base::Time now);
  /// Ends tunnels and asks nothing any more.
  void stop(base::Time now);
  void answered(std::uint64_t call, const grenache::HttpAnswer& answer, base::Time now);
  /// A node of the Grapes' DHT: UDP, an IPv4 address.
  void dht_node_found(const base::Endpoint& address, base::Time now);
  void datagram(const base::Endpoint& from, std::string_view bytes, base::Time now);
  /// Answered by an RpcReply, at once but for tunnels.
  void requested(std::uint64_t request, std::string_view body, const std::string& remote_host,
                 base::Time now);
  void tick(base::Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  // ---- tunnels, as p2p connections ----
  void dial(std::uint64_t connection, const base::Endpoint& to, base::Time now);
  [[nodiscard]] bool has(std::uint64_t connection) const;
  void send(std::uint64_t connection, std::string_view bytes, base::Time now);
  void close(std::uint64_t connection, base::Time now);

  void set_hungry(bool hungry) { grapes_.set_hungry(hungry); }
  [[nodiscard]] bool talks_to_old_nodes() const { return legacy_.has_value(); }
  /// In legacy mode: to the old nodes.
  void tell_old_nodes(const p2p::MessageBody& body, base::Time now);

  /// Addresses of peers: by the direct route, or of tunnels.
  struct Address {
    base::Endpoint endpoint;
    bool tunnel = false;
  };
  [[nodiscard]] std::vector<grenache::Output> take_outputs();
  [[nodiscard]] std::vector<Address> take_addresses();
  [[nodiscard]] std::vector<p2p::Message> take_heard();
  [[nodiscard]] GrenacheView view() const;

 private:
  static std::vector<grenache::Service> announced(const GrenacheConfig& config,
                                                  std::string_view network, std::uint16_t p2p_port);
  static std::vector<std::string> sought(const GrenacheConfig& config, std::string_view network,
                                         std::uint16_t p2p_port);
  void sort_out(base::Time now);
  void take_found(const grenache::Found& found, base::Time now);
  void hear(std::uint64_t request, const grenache::RpcRequest& rpc);

  std::string p2p_service_;
  std::string rpc_service_;
  grenache::CallNumbers numbers_;
  grenache::GrapeClient grapes_;
  grenache::DhtAnnouncer dht_;
  grenache::TunnelClient dialled_;
  grenache::TunnelServer served_;
  std::optional<LegacyNetwork> legacy_;
  grenache::Outputs outputs_;
  std::vector<Address> addresses_;
  std::vector<p2p::Message> heard_;
};

}  // namespace syrah::node
