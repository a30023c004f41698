#pragma once

// One seed from its first second to the verdict.
//
// Safety: clients trade while things break, and checkers look at every entry and every message.
// Liveness: then everything is healed, all hosts run, nobody asks for anything, and what must come
// true in calm is checked.

#include <memory>
#include <string>
#include <vector>

#include "sim/inspector.h"
#include "sim/scenario.h"
#include "sim/sim_host.h"
#include "sim/workload.h"

namespace syrah::sim {

struct RunOptions {
  node::PlantedBugs planted;
  Trace::Wanted trace;
};

struct Verdict {
  std::vector<Violation> violations;
  std::string trace_hash;  ///< if it was wanted
  std::string summary;     ///< what there was to see, one line
  Counts counts;
};

/// The liveness times of reliability.md, section 6, and of a last look at everything.
inline constexpr std::int64_t kHeadsEqualUs = 10'000'000;
/// The same where a Grape has to be asked first, which takes its time after it was away.
inline constexpr std::int64_t kHeadsEqualGrenacheUs = 90'000'000;
inline constexpr std::int64_t kCalmUs = 28'000'000;
inline constexpr std::int64_t kLastAnswersUs = 3'000'000;

class World : public HostListener {
 public:
  World(Scenario scenario, RunOptions options);
  ~World() override;

  Verdict run();

 private:
  // HostListener
  void boot_refused(SimHost& host, const std::string& why) override;
  void stored(SimHost& host, const node::Transaction& transaction) override;
  void sent(SimHost& host, p2p::ConnectionId connection, const std::string& bytes) override;
  void replied(SimHost& host, std::uint64_t request, const api::HttpResponse& http) override;
  void logged(SimHost& host, const base::LogLine& line) override;
  void down(SimHost& host, const std::string& fault) override;

  void build();
  node::Config config_of(HostIndex host) const;
  void inflict(const Fault& fault);
  void spread_rumours(const Fault& fault);
  void take_down(const Fault& fault);
  /// Until the faults end the Grape is up and down in turns.
  void plan_grape();
  void bring_back(SimHost& host, std::int64_t after_us);
  void heal();
  void try_stale_copy();
  void run_until(std::int64_t us);
  void stop_if_broken();
  void expect_heads_equal(std::int64_t within_us);
  void check_alive();
  [[nodiscard]] std::vector<LiveNode> live_nodes() const;
  Verdict verdict();

  Scenario scenario_;
  RunOptions options_;
  base::Random random_;
  base::Random random_of_rumours_;
  Scheduler scheduler_;
  Trace trace_;
  SimNetwork network_;
  SimHttp http_;
  Report report_;
  Inspector inspector_;
  std::vector<std::unique_ptr<SimHost>> hosts_;
  std::unique_ptr<Workload> workload_;
  bool healed_ = false;
  bool stale_found_ = false;
  std::uint64_t faults_ = 0;
  std::uint64_t times_down_ = 0;
};

}  // namespace syrah::sim
