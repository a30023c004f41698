#pragma once

// Connections between hosts: bytes in order, late, and now and then not at all.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "p2p/connection_id.h"
#include "sim/scheduler.h"

namespace syrah::sim {

using HostIndex = std::size_t;

struct NetworkTerms {
  std::int64_t latency_us_min = 1000;
  std::int64_t latency_us_max = 5000;
  std::uint32_t spike_ppm = 0;  ///< of all chunks
  std::int64_t spike_us_max = 0;
  /// Harsher than TCP: whole frames are missing, or come twice, and nobody is told. The first
  /// chunks of a connection are spared: to a handshake it would look like an attack.
  std::uint32_t drop_ppm = 0;
  std::uint32_t duplicate_ppm = 0;
  std::uint32_t reset_ppm = 0;  ///< the connection breaks instead
};

/// What a host hears of the network.
class NetworkPort {
 public:
  virtual ~NetworkPort() = default;
  virtual void connected(p2p::ConnectionId id, const base::Endpoint& remote, bool dialled) = 0;
  virtual void dial_failed(p2p::ConnectionId id, const std::string& reason) = 0;
  virtual void received(p2p::ConnectionId id, std::string bytes) = 0;
  virtual void sent(p2p::ConnectionId id, std::size_t bytes) = 0;
  virtual void closed(p2p::ConnectionId id, const std::string& reason) = 0;
};

class SimNetwork {
 public:
  SimNetwork(Scheduler& scheduler, NetworkTerms terms, std::uint64_t seed);

  /// Hosts are numbered in the order in which they are added. The port must outlive the network.
  void add_host(NetworkPort& port, const base::Endpoint& endpoint);
  void host_up(HostIndex host);
  /// All its connections end. `silently`: the others are not told (a power cut), they only hear
  /// nothing any more.
  void host_down(HostIndex host, bool silently);

  void dial(HostIndex host, p2p::ConnectionId id, const base::Endpoint& remote);
  void send(HostIndex host, p2p::ConnectionId id, std::string bytes);
  /// What was sent before arrives; the other side hears of it then, this side no more.
  void close(HostIndex host, p2p::ConnectionId id);

  /// From now on nothing from one to the other arrives, and nobody is told.
  void cut(HostIndex from, HostIndex to) { cut_.at(index(from, to)) = true; }
  /// Ends all cuts; connections that lost bytes in one break.
  void heal();
  /// The faults by chance end as well; what remains is latency.
  void calm();
  /// What is sent from one to the other until then arrives then, and the sender's buffer stays
  /// full.
  void clog(HostIndex from, HostIndex to, std::int64_t until_us);
  /// Breaks one of the host's connections, if it has any.
  void reset_one(HostIndex host);

  [[nodiscard]] bool reachable(HostIndex from, HostIndex to) const;
  /// Chunks sent, lost in cuts, resets and drops, and doubled.
  struct Traffic {
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;
    std::uint64_t doubled = 0;
  };
  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  /// Where in the stream of frames the bytes of one direction are.
  struct FrameCursor {
    std::size_t header_bytes = 0;
    std::size_t length = 0;
    std::size_t chunks = 0;

    [[nodiscard]] bool at_boundary() const { return header_bytes == 0 && length == 0; }
    void pass(const std::string& bytes);
  };
  struct End {
    HostIndex host = 0;
    p2p::ConnectionId id = 0;
    bool open = false;
    bool known = false;           ///< the host has heard that it is connected
    bool hole = false;            ///< bytes towards the other end were lost in a cut
    std::size_t unsent = 0;       ///< bytes since the hole
    std::int64_t arrival_us = 0;  ///< of the last chunk towards the other end
    FrameCursor cursor;
  };
  struct Link {
    End ends[2];
  };
  struct Host {
    NetworkPort* port = nullptr;
    base::Endpoint endpoint;
    bool up = false;
    std::uint64_t boot = 0;
    p2p::ConnectionId next_accepted = 1;
    std::uint16_t next_port = 40000;
    std::map<p2p::ConnectionId, std::uint64_t> links;  ///< open ends
  };

  [[nodiscard]] std::size_t index(HostIndex from, HostIndex to) const {
    return from * kHostsMax + to;
  }
  [[nodiscard]] std::int64_t latency_us();
  [[nodiscard]] std::int64_t arrival_us(Link& link, std::size_t side);
  void establish(HostIndex from, std::uint64_t boot, p2p::ConnectionId id, HostIndex to);
  void refuse(HostIndex host, std::uint64_t boot, p2p::ConnectionId id, std::int64_t delay_us,
              const std::string& reason);
  void lose(std::uint64_t link, std::size_t side, std::size_t bytes);
  void carry(std::uint64_t link, std::size_t side, std::string bytes);
  void deliver(std::uint64_t link, std::size_t side, std::string bytes);
  void confirm(std::uint64_t link, std::size_t side, std::size_t bytes);
  void give_up_later(std::uint64_t link);
  void break_link(std::uint64_t link, const std::string& reason);
  void end(std::uint64_t link, std::size_t side, const std::string& reason);
  void drop_if_over(std::uint64_t link);

  static constexpr std::size_t kHostsMax = 16;

  Scheduler& scheduler_;
  NetworkTerms terms_;
  base::Random random_;
  std::vector<Host> hosts_;
  std::vector<bool> cut_;
  std::vector<std::int64_t> clogged_until_us_;
  std::map<std::uint64_t, Link> links_;
  std::uint64_t next_link_ = 1;
  Traffic traffic_;
};

}  // namespace syrah::sim
