#pragma once

// HTTP between hosts, and one Grape: requests and replies that come late, twice, or not at all.
// Follows the cuts of the network; a call that gets no reply fails when its time is up.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "grenache/io.h"
#include "sim/scheduler.h"
#include "sim/sim_network.h"

namespace syrah::sim {

/// What a host hears of it.
class HttpPort {
 public:
  virtual ~HttpPort() = default;
  virtual void requested(std::uint64_t request, std::string body, const std::string& remote) = 0;
  virtual void answered(std::uint64_t call, grenache::HttpAnswer answer) = 0;
};

/// A Grape that everybody knows: keeps what it is told for two minutes.
class SimGrape {
 public:
  [[nodiscard]] static base::Endpoint endpoint() { return {"10.99.0.1", 30001}; }
  grenache::HttpAnswer answer(const std::string& path, const std::string& body,
                              const std::string& caller, std::int64_t now_us);

 private:
  std::map<std::string, std::map<base::Endpoint, std::int64_t>> services_;  ///< until when
};

class SimHttp {
 public:
  SimHttp(Scheduler& scheduler, const SimNetwork& network, NetworkTerms terms, std::uint64_t seed);

  /// In the order of the network's hosts. The port must outlive this.
  void add_host(HttpPort& port, const base::Endpoint& rpc);
  void host_up(HostIndex host);
  void host_down(HostIndex host);
  /// A Grape that is down refuses connections.
  void set_grape_up(bool up) { grape_up_ = up; }
  /// Nothing is lost or doubled any more.
  void calm();

  void call(HostIndex from, grenache::HttpCall call);
  void reply(HostIndex from, grenache::RpcReply reply);

  /// Calls made, and of these lost on the way there or back.
  struct Traffic {
    std::uint64_t calls = 0;
    std::uint64_t lost = 0;
  };
  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  struct Host {
    HttpPort* port = nullptr;
    base::Endpoint rpc;
    bool up = false;
    std::uint64_t boot = 0;
  };
  /// A call, known until it was answered.
  struct Call {
    HostIndex caller = 0;
    std::uint64_t boot = 0;
    std::uint64_t call = 0;
  };
  /// A request that a server has not answered.
  struct Request {
    Call of;
    HostIndex server = 0;
    std::uint64_t boot = 0;
  };

  std::int64_t latency_us();
  bool lost();
  void deliver(const Call& call, HostIndex server, const std::string& body);
  void answer_after(std::int64_t delay_us, const Call& call, grenache::HttpAnswer answer);
  void answer(const Call& call, grenache::HttpAnswer answer);
  void ask_grape(const Call& call, const grenache::HttpCall& asked);

  Scheduler& scheduler_;
  const SimNetwork& network_;
  NetworkTerms terms_;
  base::Random random_;
  SimGrape grape_;
  bool grape_up_ = true;
  std::vector<Host> hosts_;
  std::map<std::pair<HostIndex, std::uint64_t>, std::uint64_t> open_;  ///< calls: boot of caller
  std::map<std::uint64_t, Request> requests_;
  std::uint64_t last_request_ = 0;
  Traffic traffic_;
};

}  // namespace syrah::sim
