#pragma once

// A host: one real node with its disk, its clocks and its end of the network, and the power switch.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "node/node.h"
#include "sim/scheduler.h"
#include "sim/sim_clock.h"
#include "sim/sim_disk.h"
#include "sim/sim_http.h"
#include "sim/sim_network.h"
#include "sim/trace.h"
#include "sim/tunnel_tap.h"

namespace syrah::sim {

class SimHost;

/// Those who look on.
class HostListener {
 public:
  virtual ~HostListener() = default;
  /// The journal was not believed.
  virtual void boot_refused(SimHost& host, const std::string& why) = 0;
  virtual void stored(SimHost& host, const node::Transaction& transaction) = 0;
  virtual void sent(SimHost& host, p2p::ConnectionId connection, const std::string& bytes) = 0;
  virtual void replied(SimHost& host, std::uint64_t request, const api::HttpResponse& http) = 0;
  virtual void logged(SimHost& host, const base::LogLine& line) = 0;
  /// The process is gone, and with it every connection and request. `fault`: why it stopped itself.
  virtual void down(SimHost& host, const std::string& fault) = 0;
};

class SimHost : public NetworkPort, public HttpPort {
 public:
  /// What does not change while it runs; the seed of the node's randomness is made per boot.
  struct Settings {
    HostIndex index = 0;
    std::string name;
    base::Endpoint endpoint;
    node::Config config;
    SimClock clock{0, 0};
    DiskTerms disk;
    std::uint64_t seed = 0;
  };
  SimHost(Settings settings, Scheduler& scheduler, SimNetwork& network, SimHttp& http, Trace& trace,
          HostListener& listener);

  void boot();
  /// At once. `silently`: its peers are not told.
  void crash(bool silently);
  /// Right after that many more effects; 0 takes it back.
  void crash_after_effects(std::uint64_t count) { effects_to_crash_ = count; }
  void shut_down();
  /// The process stands still until then; what comes meanwhile is waiting for it when it goes on.
  void pause(std::int64_t until_us);
  void resume();
  void step_wall_clock(std::int64_t by_us) { clock_.step_wall(by_us); }

  /// As if its neighbourhood (mDNS) had told it of a peer.
  void told_of(const base::Endpoint& endpoint, const std::string& node_id);

  /// False when the host is down.
  bool request(std::uint64_t request, api::HttpRequest http);

  [[nodiscard]] bool up() const { return node_ != nullptr; }
  [[nodiscard]] const node::Node* node() const { return node_.get(); }
  [[nodiscard]] HostIndex index() const { return settings_.index; }
  [[nodiscard]] const std::string& name() const { return settings_.name; }
  [[nodiscard]] const base::Endpoint& endpoint() const { return settings_.endpoint; }
  [[nodiscard]] const base::NodeId& id() const { return settings_.config.identity.id(); }
  [[nodiscard]] SimDisk& disk() { return disk_; }
  [[nodiscard]] std::uint64_t boots() const { return boots_; }
  [[nodiscard]] base::Time now() const { return clock_.at(scheduler_.now_us()); }

  // NetworkPort
  void connected(p2p::ConnectionId id, const base::Endpoint& remote, bool dialled) override;
  void dial_failed(p2p::ConnectionId id, const std::string& reason) override;
  void received(p2p::ConnectionId id, std::string bytes) override;
  void sent(p2p::ConnectionId id, std::size_t bytes) override;
  void closed(p2p::ConnectionId id, const std::string& reason) override;
  // HttpPort
  void requested(std::uint64_t request, std::string body, const std::string& remote) override;
  void answered(std::uint64_t call, grenache::HttpAnswer answer) override;

 private:
  SimDisk::Listener disk_listener();
  void input(node::Input input);
  void run(node::Effects effects);
  void run_one(node::Effect& effect);
  void switch_off(bool silently, const std::string& fault);
  void plan_tick();

  Settings settings_;
  Scheduler& scheduler_;
  SimNetwork& network_;
  SimHttp& http_;
  Trace& trace_;
  HostListener& listener_;
  SimClock clock_;
  SimDisk disk_;
  base::Random random_;
  std::unique_ptr<node::Node> node_;
  TunnelTap tap_;
  std::string peers_file_;
  std::uint64_t boots_ = 0;
  std::uint64_t effects_to_crash_ = 0;
  bool paused_ = false;
  std::vector<node::Input> missed_;  ///< while it was paused
  std::uint64_t tick_ = 0;  ///< number of the tick that counts; earlier ones were replanned
  std::int64_t tick_us_ = -1;
};

}  // namespace syrah::sim
